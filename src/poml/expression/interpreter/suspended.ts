import type * as Acorn from 'acorn';
import { type Compiler, UnsupportedSyntax } from './compiler.ts';
import type { StaticScope } from './static-scope.ts';
import type { Completion, Suspendable } from './types.ts';

/** Placeholder. */
export function compileSuspendable(node: Acorn.Expression, _c: Compiler, _s: StaticScope): Suspendable {
  throw new UnsupportedSyntax(node.type, node);
}
/** Placeholder. */
export function compileSuspendableStatement(
  node: Acorn.Statement,
  _c: Compiler,
  _s: StaticScope,
): Suspendable<Completion | undefined> {
  throw new UnsupportedSyntax(node.type, node);
}
