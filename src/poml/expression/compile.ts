import { ExpressionSyntaxError } from './errors.ts';
import { compileProgram, type Program, topActivation } from './interpreter/program.ts';
import { ABSENT } from './interpreter/types.ts';
import { freeValue } from './interpreter/variables.ts';
import type { Watcher } from './interpreter/watch.ts';
import { runNatively } from './native.ts';
import { isReserved } from './parameters.ts';
import { isPure } from './purity.ts';
import { getMember } from './sandbox/members.ts';
import type { Realm } from './sandbox/realm.ts';
import type { Scope } from './scope.ts';

/** An expression of a prompt, ready to be evaluated many times. */
export interface CompiledExpression {
  readonly source: string;
  /**
   * True when evaluating it certainly changes nothing outside of it and gives the same value again for the same
   * variables, whatever the clock and chance.
   */
  readonly pure: boolean;
  /** Names that it reads and does not declare itself. */
  readonly names: readonly string[];
  /**
   * Evaluates it as `new Function(...names, 'return ' + source)(...values)` would.
   * @throws ExpressionSyntaxError, ExpressionBudgetError, and whatever the expression throws
   */
  evaluate(scope: Scope, realm: Realm): unknown;
}

const EXPRESSIONS_KEPT = 5000;
let compiled = new Map<string, CompiledExpression>();

/**
 * Compiles an expression. Texts are compiled once and kept; a syntax error shows when it is evaluated, as in POML.
 *
 * @example
 * compileExpression('user.name').evaluate(new Scope({ user: { name: 'Ada' } }), createRealm({})); // 'Ada'
 */
export function compileExpression(source: string): CompiledExpression {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const made = memberPath(source) ?? new ProgramExpression(source);
  if (compiled.size >= EXPRESSIONS_KEPT) clearExpressionCache();
  compiled.set(source, made);
  return made;
}

/** An expression whose parts are watched while it is evaluated. Not kept: it belongs to who watches. */
export function watchExpression(source: string, watcher: Watcher): CompiledExpression {
  return new ProgramExpression(source, watcher);
}

/** Forgets all compiled expressions. */
export function clearExpressionCache(): void {
  // Not cleared but left behind: an old table that was emptied holds on to its successor, and that to all in it.
  compiled = new Map();
}

// No line break before the name: one after `return` would end the statement.
const PATH = /^[ \t]*([A-Za-z_$][\w$]*)((?:\.[A-Za-z_$][\w$]*|\[\d{1,9}\])*)\s*;?\s*$/;

/** The commonest expressions need no parser. */
function memberPath(source: string): CompiledExpression | undefined {
  const match = PATH.exec(source);
  if (match === null) return undefined;
  const root = match[1]!;
  if (isReserved(root)) return undefined;
  return new PathExpression(source, root, keysOf(match[2]!));
}

/** The keys of `.a.b[0]`. */
function keysOf(steps: string): (string | number)[] {
  if (steps === '') return [];
  if (!steps.includes('[')) return steps.slice(1).split('.');
  return [...steps.matchAll(/[\w$]+/g)].map(([key]) => (/^\d/.test(key) ? Number(key) : key));
}

class PathExpression implements CompiledExpression {
  readonly source: string;
  readonly pure: boolean;
  readonly names: readonly string[];
  private readonly root: string;
  private readonly keys: readonly (string | number)[];

  constructor(source: string, root: string, keys: readonly (string | number)[]) {
    this.source = source;
    this.root = root;
    this.keys = keys;
    this.names = [root];
    this.pure = root !== 'globalThis' && root !== 'arguments';
  }

  evaluate(scope: Scope, realm: Realm): unknown {
    if (realm.native) return runNatively(this.source, scope);
    const { root } = this;
    const names = scope.simple ? scope : scope.resolve(realm);
    let value = names.lookup(root, ABSENT);
    if (value === ABSENT || typeof value === 'function') {
      value = freeValue(topActivation(names, realm), root);
      if (value === ABSENT) throw new ReferenceError(`${root} is not defined`);
    }
    for (const key of this.keys) value = getMember(realm, value, key);
    return value;
  }
}

class ProgramExpression implements CompiledExpression {
  readonly source: string;
  private program: Program | ExpressionSyntaxError | undefined;
  private purity: boolean | undefined;
  private readonly watcher: Watcher | undefined;

  constructor(source: string, watcher?: Watcher) {
    this.source = source;
    this.watcher = watcher;
  }

  get pure(): boolean {
    const program = this.compile();
    this.purity ??= program instanceof ExpressionSyntaxError || isPure(program.statements);
    return this.purity;
  }

  get names(): readonly string[] {
    const program = this.compile();
    return program instanceof ExpressionSyntaxError ? [] : program.names;
  }

  evaluate(scope: Scope, realm: Realm): unknown {
    if (realm.native) return runNatively(this.source, scope);
    const names = scope.simple ? scope : scope.resolve(realm);
    const program = this.compile();
    if (program instanceof ExpressionSyntaxError)
      throw new ExpressionSyntaxError(program.message, program.offset);
    const { depth } = realm;
    realm.evaluation++;
    try {
      return program.run(names, realm);
    } finally {
      realm.depth = depth;
    }
  }

  private compile(): Program | ExpressionSyntaxError {
    if (this.program === undefined) {
      try {
        this.program = compileProgram(this.source, this.watcher);
      } catch (error) {
        if (!(error instanceof ExpressionSyntaxError)) throw error;
        this.program = error;
      }
    }
    return this.program;
  }
}
