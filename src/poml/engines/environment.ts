import type { RenderOptions } from '../types.ts';

/**
 * The environment variables of an engine's process. Locale and time zone of a process are settled when it starts;
 * POML_TRACE would make the engine record our renders as if they were the application's.
 */
export function engineEnvironment({ locale, timeZone }: RenderOptions): NodeJS.ProcessEnv {
  const { POML_TRACE: _, ...inherited } = process.env;
  return {
    ...inherited,
    ...(locale === undefined ? {} : { LC_ALL: `${locale.replaceAll('-', '_')}.UTF-8` }),
    ...(timeZone === undefined ? {} : { TZ: timeZone }),
  };
}
