import type * as Acorn from 'acorn';
import { ExpressionBudgetError } from '../errors.ts';
import { compileClass } from './classes.ts';
import type { Compiler } from './compiler.ts';
import { compileHoisted } from './functions.ts';
import { compileTarget, iterate } from './patterns.ts';
import { printed, printedIterable } from './printer.ts';
import { declareLexical, hasLexical, patternNames, StaticScope } from './static-scope.ts';
import { type Activation, type Completion, type Env, type Execute, type Run, UNSET } from './types.ts';
import { initializeVariable, type Store } from './variables.ts';
import { withScope } from './with.ts';

/** A scope for a block, when its statements declare something. `open` makes its environment. */
export interface BlockScope {
  readonly scope: StaticScope;
  readonly open: (env: Env, act: Activation) => Env;
}

/** Compiles one statement; `undefined` when it does nothing. */
export function compileStatement(
  node: Acorn.Statement,
  compiler: Compiler,
  scope: StaticScope,
): Execute | undefined {
  switch (node.type) {
    case 'ExpressionStatement': {
      const run = compiler.expression(node.expression, scope);
      return (env, act) => {
        run(env, act);
        return undefined;
      };
    }
    case 'VariableDeclaration':
      return variables(node, compiler, scope);
    case 'ReturnStatement': {
      const run = node.argument ? compiler.expression(node.argument, scope) : undefined;
      return (env, act) => ({ kind: 'return', label: undefined, value: run?.(env, act) });
    }
    case 'IfStatement': {
      const test = compiler.expression(node.test, scope);
      const consequent = compiler.statement(node.consequent, scope);
      const alternate = node.alternate ? compiler.statement(node.alternate, scope) : undefined;
      return (env, act) => (test(env, act) ? consequent?.(env, act) : alternate?.(env, act));
    }
    case 'BlockStatement':
      return block(node.body, compiler, scope);
    case 'EmptyStatement':
    case 'DebuggerStatement':
      return undefined;
    case 'FunctionDeclaration':
      return blockFunction(node, scope);
    case 'ClassDeclaration': {
      const make = compileClass(node, compiler, scope, node.id.name);
      const store = initializeVariable(compiler, scope, node.id.name);
      return (env, act) => {
        store(env, act, make(env, act));
        return undefined;
      };
    }
    case 'ThrowStatement': {
      const run = compiler.expression(node.argument, scope);
      return (env, act) => {
        throw run(env, act);
      };
    }
    case 'TryStatement':
      return tryStatement(node, compiler, scope);
    case 'ForStatement':
      return forStatement(node, compiler, scope, []);
    case 'ForInStatement':
    case 'ForOfStatement':
      return forEach(node, compiler, scope, []);
    case 'WhileStatement':
    case 'DoWhileStatement':
      return whileStatement(node, compiler, scope, []);
    case 'SwitchStatement':
      return switchStatement(node, compiler, scope);
    case 'LabeledStatement':
      return labeled(node, compiler, scope, []);
    case 'BreakStatement':
    case 'ContinueStatement': {
      const completion: Completion = {
        kind: node.type === 'BreakStatement' ? 'break' : 'continue',
        label: node.label?.name,
        value: undefined,
      };
      return () => completion;
    }
    case 'WithStatement': {
      const object = compiler.expression(node.object, scope);
      const inner = withScope(scope);
      const body = compiler.statement(node.body, inner.scope);
      return (env, act) => {
        const own = inner.open(env, object(env, act));
        return body?.(own, act);
      };
    }
  }
}

/** Compiles a list of statements whose names are declared. */
export function compileStatements(
  nodes: readonly Acorn.Statement[],
  compiler: Compiler,
  scope: StaticScope,
): Execute | undefined {
  const steps: Execute[] = [];
  for (const node of nodes) {
    const step = compiler.statement(node, scope);
    if (step !== undefined) steps.push(step);
  }
  const [first] = steps;
  if (steps.length <= 1) return first;
  return (env, act) => {
    for (const step of steps) {
      const done = step(env, act);
      if (done !== undefined) return done;
    }
    return undefined;
  };
}

/** The scope of a block. */
export function blockScope(
  nodes: readonly Acorn.Node[],
  compiler: Compiler,
  outer: StaticScope,
): BlockScope | undefined {
  if (!hasLexical(nodes)) return undefined;
  const scope = new StaticScope(outer);
  declareLexical(nodes, scope);
  const hoisted = compileHoisted(nodes, compiler, scope);
  const blank = blankOf(scope);
  return {
    scope,
    open: (env, act) => {
      const own = blank();
      own[0] = env;
      for (const hoist of hoisted) hoist(own, act);
      return own;
    },
  };
}

/** Makes environments of a scope, names unset. The size is taken at the first use, when all is compiled. */
export function blankOf(scope: StaticScope): () => Env {
  let blank: unknown[] | undefined;
  return () => {
    if (blank === undefined) {
      blank = new Array<unknown>(scope.size).fill(undefined);
      for (const { slot, kind } of scope.bindings.values()) {
        if (kind !== 'function' && kind !== 'var' && kind !== 'param') blank[slot] = UNSET;
      }
    }
    return blank.slice();
  };
}

function block(
  nodes: readonly Acorn.Statement[],
  compiler: Compiler,
  outer: StaticScope,
): Execute | undefined {
  const own = blockScope(nodes, compiler, outer);
  if (own === undefined) return compiler.statements(nodes, outer);
  const execute = compiler.statements(nodes, own.scope);
  if (execute === undefined) return undefined;
  return (env, act) => execute(own.open(env, act), act);
}

/** A function declared in a block also becomes a variable of the function around, in sloppy code. */
function blockFunction(node: Acorn.FunctionDeclaration, scope: StaticScope): Execute | undefined {
  if (scope.isFunction || scope.strict) return undefined;
  const { name } = node.id;
  const inner = scope.bindings.get(name);
  let hops = 0;
  let at: StaticScope | undefined = scope;
  while (at !== undefined && !at.isFunction) {
    at = at.parent;
    hops++;
  }
  const target = at?.bindings.get(name);
  if (inner === undefined || target === undefined) return undefined;
  return (env) => {
    let outer = env;
    for (let left = hops; left > 0; left--) outer = outer[0] as Env;
    outer[target.slot] = env[inner.slot];
    return undefined;
  };
}

function variables(
  node: Acorn.VariableDeclaration,
  compiler: Compiler,
  scope: StaticScope,
): Execute | undefined {
  const stores: ((env: Env, act: Activation) => void)[] = [];
  for (const { id, init } of node.declarations) {
    if (!init && node.kind === 'var') continue;
    const store = compileTarget(id, compiler, scope, true, init ? printed(init) : undefined);
    const run: Run = init
      ? compiler.expression(init, scope, id.type === 'Identifier' ? id.name : undefined)
      : () => undefined;
    stores.push((env, act) => store(env, act, run(env, act)));
  }
  const [first] = stores;
  if (first === undefined) return undefined;
  return (env, act) => {
    for (const store of stores) store(env, act);
    return undefined;
  };
}

/** Whether an error may be seen by the program. An exceeded budget ends all of it. */
export function isCatchable(error: unknown): boolean {
  return (
    !(error instanceof ExpressionBudgetError) &&
    (error as { code?: unknown } | null | undefined)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}

/** An error of the engine carries the host's stack, which is no business of the program. */
export function forProgram(error: unknown): unknown {
  if (error instanceof Error && Object.isExtensible(error)) {
    Object.defineProperty(error, 'stack', {
      value: `${error.name}: ${error.message}\n    at expression`,
      writable: true,
      configurable: true,
    });
  }
  return error;
}

function tryStatement(node: Acorn.TryStatement, compiler: Compiler, scope: StaticScope): Execute {
  const attempt = block(node.block.body, compiler, scope);
  const handler = node.handler ? catchClause(node.handler, compiler, scope) : undefined;
  const finalizer = node.finalizer ? block(node.finalizer.body, compiler, scope) : undefined;
  const guarded: Execute =
    handler === undefined
      ? (env, act) => attempt?.(env, act)
      : (env, act) => {
          const { realm } = act;
          const { depth } = realm;
          try {
            return attempt?.(env, act);
          } catch (error) {
            if (!isCatchable(error)) throw error;
            realm.depth = depth;
            return handler(env, act, forProgram(error));
          }
        };
  if (finalizer === undefined) return guarded;
  return (env, act) => {
    let done: Completion | undefined;
    try {
      done = guarded(env, act);
    } catch (error) {
      if (isCatchable(error)) {
        const other = finalizer(env, act);
        if (other !== undefined) return other;
      }
      throw error;
    }
    return finalizer(env, act) ?? done;
  };
}

/** Compiles `catch`; the third argument of the result is the error. */
export function catchClause(
  node: Acorn.CatchClause,
  compiler: Compiler,
  outer: StaticScope,
): (env: Env, act: Activation, error: unknown) => Completion | undefined {
  const { scope, bind } = catchScope(node, compiler, outer);
  const execute = block(node.body.body, compiler, scope);
  return (env, act, error) => execute?.(bind(env, act, error), act);
}

/** The scope of a `catch`, and what makes its environment from an error. */
export function catchScope(
  node: Acorn.CatchClause,
  compiler: Compiler,
  outer: StaticScope,
): { scope: StaticScope; bind: (env: Env, act: Activation, error: unknown) => Env } {
  const scope = new StaticScope(outer);
  for (const name of patternNames(node.param ?? null)) scope.declare(name, 'let');
  const store = node.param ? compileTarget(node.param, compiler, scope, true) : undefined;
  const blank = blankOf(scope);
  return {
    scope,
    bind: (env, act, error) => {
      const own = blank();
      own[0] = env;
      store?.(own, act, error);
      return own;
    },
  };
}

/** Whether a completion ends a loop: `undefined` goes on, otherwise what the loop completes with. */
export function leaves(
  done: Completion,
  labels: readonly string[],
): { with: Completion | undefined } | undefined {
  const mine = done.label === undefined || labels.includes(done.label);
  if (done.kind === 'continue' && mine) return undefined;
  return { with: done.kind === 'break' && mine ? undefined : done };
}

function whileStatement(
  node: Acorn.WhileStatement | Acorn.DoWhileStatement,
  compiler: Compiler,
  scope: StaticScope,
  labels: readonly string[],
): Execute {
  const test = compiler.expression(node.test, scope);
  const body = compiler.statement(node.body, scope);
  const first = node.type === 'DoWhileStatement';
  return (env, act) => {
    for (let always = first; always || test(env, act); always = false) {
      act.realm.step();
      const done = body?.(env, act);
      if (done === undefined) continue;
      const end = leaves(done, labels);
      if (end !== undefined) return end.with;
    }
    return undefined;
  };
}

function forStatement(
  node: Acorn.ForStatement,
  compiler: Compiler,
  outer: StaticScope,
  labels: readonly string[],
): Execute {
  const declares = node.init?.type === 'VariableDeclaration' && node.init.kind !== 'var';
  const scope = declares ? new StaticScope(outer) : outer;
  if (declares) declareLexical([node.init!], scope);
  const blank = blankOf(scope);
  const init =
    node.init?.type === 'VariableDeclaration'
      ? variables(node.init, compiler, scope)
      : node.init
        ? asStatement(compiler.expression(node.init, scope))
        : undefined;
  const test = node.test ? compiler.expression(node.test, scope) : () => true;
  const update = node.update ? compiler.expression(node.update, scope) : undefined;
  const body = compiler.statement(node.body, scope);
  return (env, act) => {
    let own = env;
    if (declares) {
      own = blank();
      own[0] = env;
    }
    init?.(own, act);
    // Each round has its own variables, which functions made in it keep.
    if (declares) own = own.slice();
    while (test(own, act)) {
      act.realm.step();
      const done = body?.(own, act);
      if (done !== undefined) {
        const end = leaves(done, labels);
        if (end !== undefined) return end.with;
      }
      if (declares) own = own.slice();
      update?.(own, act);
    }
    return undefined;
  };
}

function asStatement(run: Run): Execute {
  return (env, act) => {
    run(env, act);
    return undefined;
  };
}

/** The left side of `for … in` and `for … of`. */
export interface LoopHead {
  readonly scope: StaticScope;
  /** The environment of one round. */
  readonly bind: (env: Env, act: Activation, value: unknown) => Env;
  /** The environment in which the right side is evaluated: names of the left side are unset. */
  readonly before: (env: Env) => Env;
  readonly outer: StaticScope;
}

/** Compiles the left side of `for … in` and `for … of`. */
export function loopHead(
  node: Acorn.ForInStatement | Acorn.ForOfStatement,
  compiler: Compiler,
  outer: StaticScope,
): LoopHead {
  const { left } = node;
  if (left.type === 'VariableDeclaration' && left.kind !== 'var') {
    const scope = new StaticScope(outer);
    declareLexical([left], scope);
    const store = compileTarget(left.declarations[0]!.id, compiler, scope, true);
    const blank = blankOf(scope);
    const open = (env: Env): Env => {
      const own = blank();
      own[0] = env;
      return own;
    };
    return {
      scope,
      outer: scope,
      before: open,
      bind: (env, act, value) => {
        const own = open(env);
        store(own, act, value);
        return own;
      },
    };
  }
  const store: Store =
    left.type === 'VariableDeclaration'
      ? compileTarget(left.declarations[0]!.id, compiler, outer, true)
      : compileTarget(left as Acorn.Pattern, compiler, outer, false);
  return {
    scope: outer,
    outer,
    before: (env) => env,
    bind: (env, act, value) => {
      store(env, act, value);
      return env;
    },
  };
}

/** The names that `for … in` visits, those deleted meanwhile left out. */
export function* enumerate(value: unknown): Generator<string> {
  if (value === null || value === undefined) return;
  const object: object = Object(value) as object;
  for (const key in object) {
    if (key in object) yield key;
  }
}

function forEach(
  node: Acorn.ForInStatement | Acorn.ForOfStatement,
  compiler: Compiler,
  outer: StaticScope,
  labels: readonly string[],
): Execute {
  const head = loopHead(node, compiler, outer);
  const right = compiler.expression(node.right, head.outer);
  const body = compiler.statement(node.body, head.scope);
  const isIn = node.type === 'ForInStatement';
  const text = printedIterable(node.right);
  return (env, act) => {
    const value = right(head.before(env), act);
    const items = isIn ? enumerate(value) : { [Symbol.iterator]: () => iterate(value, text) };
    for (const item of items) {
      act.realm.step();
      const inner = head.bind(env, act, item);
      const done = body?.(inner, act);
      if (done === undefined) continue;
      const end = leaves(done, labels);
      if (end !== undefined) return end.with;
    }
    return undefined;
  };
}

function switchStatement(node: Acorn.SwitchStatement, compiler: Compiler, outer: StaticScope): Execute {
  const discriminant = compiler.expression(node.discriminant, outer);
  const all = node.cases.flatMap(({ consequent }) => consequent);
  const own = blockScope(all, compiler, outer);
  const scope = own?.scope ?? outer;
  const cases = node.cases.map(({ test, consequent }) => ({
    test: test ? compiler.expression(test, scope) : undefined,
    run: compiler.statements(consequent, scope),
  }));
  return (env, act) => {
    const value = discriminant(env, act);
    const inner = own?.open(env, act) ?? env;
    let start = cases.findIndex(({ test }) => test !== undefined && test(inner, act) === value);
    if (start < 0) start = cases.findIndex(({ test }) => test === undefined);
    if (start < 0) return undefined;
    for (const { run } of cases.slice(start)) {
      const done = run?.(inner, act);
      if (done !== undefined) return done.kind === 'break' && done.label === undefined ? undefined : done;
    }
    return undefined;
  };
}

function labeled(
  node: Acorn.LabeledStatement,
  compiler: Compiler,
  scope: StaticScope,
  outer: readonly string[],
): Execute | undefined {
  const labels = [...outer, node.label.name];
  const { body } = node;
  const execute =
    body.type === 'ForStatement'
      ? forStatement(body, compiler, scope, labels)
      : body.type === 'ForInStatement' || body.type === 'ForOfStatement'
        ? forEach(body, compiler, scope, labels)
        : body.type === 'WhileStatement' || body.type === 'DoWhileStatement'
          ? whileStatement(body, compiler, scope, labels)
          : body.type === 'LabeledStatement'
            ? labeled(body, compiler, scope, labels)
            : compiler.statement(body, scope);
  return (env, act) => {
    const done = execute?.(env, act);
    return done?.kind === 'break' && done.label === node.label.name ? undefined : done;
  };
}
