import type { Scope } from './scope.ts';

/** Runs an expression with full access to the process, for prompts that are trusted. */
export function runNatively(source: string, scope: Scope): unknown {
  const frame = { ...scope.libraries, ...scope.flatten() };
  return new Function(...Object.keys(frame), `return ${source}`)(...Object.values(frame));
}
