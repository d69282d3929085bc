import { createRequire } from 'node:module';
import type * as Core from './core.ts';

let core: typeof Core | undefined;

/**
 * Loads what needs the renderer. Jest loads the setup anew for every test file, most of which may have nothing to do
 * with prompts; so this is done late, and by `require`, which takes no waiting.
 */
export function loadCore(): typeof Core {
  core ??= createRequire(import.meta.url)('./core.cjs') as typeof Core;
  return core;
}

/** A function of the core that loads it when it is called. */
export function lazy<Name extends Functions>(name: Name): (typeof Core)[Name] {
  const call = (...args: unknown[]): unknown =>
    (loadCore()[name] as (...given: unknown[]) => unknown)(...args);
  return call as (typeof Core)[Name];
}

type Functions = {
  [Name in keyof typeof Core]: (typeof Core)[Name] extends (...args: never[]) => unknown ? Name : never;
}[keyof typeof Core];
