import type * as Acorn from 'acorn';
import type { StaticScope } from './static-scope.ts';
import type { Activation, Completion, Env, Execute, Run, Suspendable } from './types.ts';

/** A place in an object, its object and key evaluated. */
export interface Reference {
  get(): unknown;
  set(value: unknown): void;
}

/** What compiles the parts of a program; each module compiles its kinds of nodes and gets the rest from here. */
export interface Compiler {
  /** The parsed text, `return ` included. */
  readonly source: string;
  /** Free names by their slot in the outermost environment; `undefined` when they are looked up directly. */
  readonly free: Map<string, number> | undefined;
  /** All free names. */
  readonly names: Set<string>;
  /** `name` is what an anonymous function or class is called. */
  expression(node: Acorn.Expression, scope: StaticScope, name?: string): Run;
  /** A member that is read and written. */
  reference(node: Acorn.MemberExpression, scope: StaticScope): (env: Env, act: Activation) => Reference;
  statement(node: Acorn.Statement, scope: StaticScope): Execute | undefined;
  /** The statements of a block or body whose names are declared already. */
  statements(nodes: readonly Acorn.Statement[], scope: StaticScope): Execute | undefined;
  suspendable(node: Acorn.Expression, scope: StaticScope): Suspendable;
  /** A statement of a generator or async function. */
  suspendableStatement(node: Acorn.Statement, scope: StaticScope): Suspendable<Completion | undefined>;
}

/** Constructs that are valid JavaScript but not run by expressions. */
export class UnsupportedSyntax extends Error {
  readonly offset: number;

  constructor(what: string, node: Acorn.Node) {
    super(`${what} is not supported in expressions`);
    this.offset = node.start;
  }
}
