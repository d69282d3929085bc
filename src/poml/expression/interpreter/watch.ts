import type * as Acorn from 'acorn';
import type { Run } from './types.ts';

/**
 * Sees the parts of an expression as they are compiled: gives back what runs a part, as it is or with something
 * around it that takes note of its value. In an optional chain the value may be `SHORT`.
 */
export type Watch = (node: Acorn.Expression, run: Run) => Run;

/** Makes the watch of an expression from its statements, before they are compiled. */
export type Watcher = (statements: readonly Acorn.Statement[]) => Watch;
