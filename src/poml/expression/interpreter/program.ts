import type * as Acorn from 'acorn';
import { ExpressionSyntaxError } from '../errors.ts';
import { PREFIX, parseBody } from '../parse.ts';
import type { Realm } from '../sandbox/realm.ts';
import type { Scope } from '../scope.ts';
import { type Compiler, UnsupportedSyntax } from './compiler.ts';
import { compileExpressionNode } from './expressions.ts';
import { blockBody, compileHoisted } from './functions.ts';
import { compileReference } from './members.ts';
import { compileStatement, compileStatements } from './statements.ts';
import { declareLexical, declareVars, StaticScope } from './static-scope.ts';
import { compileSuspendable } from './suspended.ts';
import { compileSuspendableStatement } from './suspended-statements.ts';
import { ABSENT, type Activation, type Env, UNSET } from './types.ts';
import type { Watch, Watcher } from './watch.ts';

/** A compiled expression before it is given a scope. */
export interface Program {
  readonly names: readonly string[];
  readonly statements: readonly Acorn.Statement[];
  run(scope: Scope, realm: Realm): unknown;
}

/** Functions keep the variables of their evaluation, and assignments must not reach the prompt's variables. */
const KEEPS_VARIABLES = /=>|\bfunction\b|\bclass\b|\+\+|--|=|\)\s*\{/;

/**
 * Makes a compiler for a text.
 * @param direct whether free names are looked up where they stand, which is enough when the program neither assigns
 *   nor makes functions
 * @param watch sees every part of the expression, see `Watch`
 */
export function makeCompiler(source: string, direct: boolean, watch?: Watch): Compiler {
  const compiler: Compiler = {
    source,
    free: direct ? undefined : new Map(),
    names: new Set(),
    expression:
      watch === undefined
        ? (node, scope, name) => compileExpressionNode(node, compiler, scope, name)
        : (node, scope, name) => watch(node, compileExpressionNode(node, compiler, scope, name)),
    reference: (node, scope) => compileReference(node, compiler, scope),
    statement: (node, scope) => compileStatement(node, compiler, scope),
    statements: (nodes, scope) => compileStatements(nodes, compiler, scope),
    suspendable: (node, scope) => compileSuspendable(node, compiler, scope),
    suspendableStatement: (node, scope) => compileSuspendableStatement(node, compiler, scope),
  };
  return compiler;
}

const NO_ARGUMENTS: readonly unknown[] = [];

/** The activation of an expression itself. */
export function topActivation(scope: Scope, realm: Realm): Activation {
  return {
    realm,
    scope,
    self: realm.global,
    args: NO_ARGUMENTS,
    callee: undefined,
    newTarget: undefined,
    home: undefined,
    initialize: undefined,
  };
}

/** The values of free names at the start of an evaluation. */
export function freeValues(compiler: Compiler, scope: Scope, realm: Realm): Env {
  const env: Env = [undefined];
  if (compiler.free !== undefined) {
    for (const name of compiler.free.keys()) {
      const value = scope.lookup(name, ABSENT);
      env.push(value === ABSENT ? ABSENT : realm.admit(value));
    }
  }
  return env;
}

/**
 * Compiles the text after `return `.
 * @throws ExpressionSyntaxError
 */
export function compileProgram(source: string, watcher?: Watcher): Program {
  const statements = parseBody(source);
  try {
    return compileParsed(source, statements, watcher?.(statements));
  } catch (error) {
    if (error instanceof UnsupportedSyntax)
      throw new ExpressionSyntaxError(error.message, error.offset - PREFIX.length);
    if (error instanceof RangeError)
      throw new ExpressionSyntaxError('The expression is nested too deeply', 0);
    throw error;
  }
}

const NO_VARIABLES: Env = [];

function compileParsed(source: string, statements: Acorn.Statement[], watch?: Watch): Program {
  const compiler = makeCompiler(PREFIX + source, !KEEPS_VARIABLES.test(source), watch);
  const scope = new StaticScope(undefined, { isFunction: true });
  const names = (): string[] => [...compiler.names];
  const [first] = statements;
  if (statements.length === 1 && first?.type === 'ReturnStatement') {
    const value = first.argument;
    if (!value) return { names: [], statements, run: () => undefined };
    // The scope of the body is left out: it declares nothing.
    const run = compiler.expression(value, new StaticScope(undefined));
    const direct = compiler.free === undefined;
    return {
      names: names(),
      statements,
      run: (outer, realm) =>
        run(direct ? NO_VARIABLES : [freeValues(compiler, outer, realm)], topActivation(outer, realm)),
    };
  }
  declareVars(statements, scope);
  const vars = new Set(scope.bindings.keys());
  declareLexical(statements, scope);
  const lexical = [...scope.bindings.keys()].filter((name) => !vars.has(name));
  const hoisted = compileHoisted(statements, compiler, scope);
  const run = blockBody(statements.slice(0, 1), compiler, scope);
  return {
    names: names(),
    statements,
    run(outer, realm) {
      const clash = lexical.find((name) => outer.has(name));
      if (clash !== undefined)
        throw new ExpressionSyntaxError(`Identifier '${clash}' has already been declared`, 0);
      const env: Env = new Array<unknown>(scope.size).fill(UNSET);
      env[0] = freeValues(compiler, outer, realm);
      // A parameter of the same name keeps its value.
      for (const name of vars) env[scope.bindings.get(name)!.slot] = outer.lookup(name, undefined);
      const act = topActivation(outer, realm);
      for (const hoist of hoisted) hoist(env, act);
      return run(env, act);
    },
  };
}
