import type * as Acorn from 'acorn';
import { ExpressionSyntaxError } from './errors.ts';
import { compileParameters } from './interpreter/functions.ts';
import { freeValues, makeCompiler, topActivation } from './interpreter/program.ts';
import { patternNames, StaticScope } from './interpreter/static-scope.ts';
import { type Activation, type Env, UNSET } from './interpreter/types.ts';
import { parseParameters } from './parse.ts';
import type { Realm } from './sandbox/realm.ts';
import { Scope } from './scope.ts';

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/** Words that cannot name a parameter of a sloppy function. */
const RESERVED = new Set(
  (
    'break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if import in instanceof new null return super switch this throw true try typeof var void while with'
  ).split(' '),
);

/** Whether a word is a keyword and no name. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name);
}

const NAMES_KEPT = 5000;
const plainNames = new Map<string, boolean>();

/** Whether a name is an identifier that may name a parameter. */
export function isPlainName(name: string): boolean {
  const known = plainNames.get(name);
  if (known !== undefined) return known;
  const plain = IDENTIFIER.test(name) && !RESERVED.has(name);
  if (plainNames.size >= NAMES_KEPT) plainNames.clear();
  plainNames.set(name, plain);
  return plain;
}

interface Binder {
  readonly names: readonly { name: string; slot: number }[];
  readonly size: number;
  readonly bind: (env: Env, act: Activation, values: readonly unknown[]) => void;
  readonly free: (scope: Scope, realm: Realm) => Env;
}

const BINDERS_KEPT = 200;
const binders = new Map<string, Binder | ExpressionSyntaxError>();

/**
 * The variables that a list of names stands for when each is a parameter as written: patterns are taken apart,
 * `a, b` is two parameters, and the values follow in order.
 * @throws ExpressionSyntaxError when the names make no list of parameters
 */
export function bindParameters(frame: Record<string, unknown>, realm: Realm): Record<string, unknown> {
  const key = Object.keys(frame).join(',');
  let binder = binders.get(key);
  if (binder === undefined) {
    try {
      binder = makeBinder(key);
    } catch (error) {
      if (!(error instanceof ExpressionSyntaxError)) throw error;
      binder = explain(error, Object.keys(frame));
    }
    if (binders.size >= BINDERS_KEPT) binders.clear();
    binders.set(key, binder);
  }
  if (binder instanceof ExpressionSyntaxError) throw new ExpressionSyntaxError(binder.message, binder.offset);
  const env: Env = new Array<unknown>(binder.size).fill(UNSET);
  const empty = new Scope({});
  env[0] = binder.free(empty, realm);
  binder.bind(env, topActivation(empty, realm), Object.values(frame));
  const bound: Record<string, unknown> = {};
  for (const { name, slot } of binder.names) {
    Object.defineProperty(bound, name, {
      value: env[slot],
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return bound;
}

function makeBinder(text: string): Binder {
  const params: Acorn.Pattern[] = parseParameters(text);
  const compiler = makeCompiler(text, false);
  const scope = new StaticScope(undefined, { isFunction: true });
  for (const param of params) for (const name of patternNames(param)) scope.declare(name, 'let');
  const bind = compileParameters(params, compiler, scope);
  return {
    names: [...scope.bindings].map(([name, { slot }]) => ({ name, slot })),
    size: scope.size,
    bind,
    free: (outer, realm) => freeValues(compiler, outer, realm),
  };
}

/** Names the variable that is to blame, and how to mend it. */
function explain(error: ExpressionSyntaxError, names: readonly string[]): ExpressionSyntaxError {
  const culprit = names.find((name) => {
    try {
      parseParameters(name);
      return name.trim() === '';
    } catch {
      return true;
    }
  });
  if (culprit === undefined) return error;
  const reason = RESERVED.has(culprit) ? `Unexpected token '${culprit}'` : error.message;
  return new ExpressionSyntaxError(
    `${reason} (the variable "${culprit}" has no name that an expression could use: rename it, for example in the context)`,
    error.offset,
  );
}
