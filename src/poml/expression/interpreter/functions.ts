import type * as Acorn from 'acorn';
import { brand } from '../sandbox/brand.ts';
import { ownResult } from './calls.ts';
import type { Compiler } from './compiler.ts';
import { compileTarget } from './patterns.ts';
import { declareLexical, declareVars, patternNames, StaticScope } from './static-scope.ts';
import { makeSuspendable } from './suspended-functions.ts';
import { type Activation, type Callable, type Env, type Run, type Suspendable, UNSET } from './types.ts';
import { argumentsObject } from './variables.ts';

export type FunctionNode =
  | Acorn.ArrowFunctionExpression
  | Acorn.FunctionExpression
  | Acorn.FunctionDeclaration;

/** How a function was written, where its node does not tell. */
export interface FunctionOptions {
  /** A method has no `prototype` and cannot be constructed. */
  readonly kind: 'method' | undefined;
  /** What an anonymous function is called; `undefined` when that is known only at run time. */
  readonly name: string | undefined;
  /** Where the text of a method starts: before its name. */
  readonly start?: number;
}

/** Makes a function in an environment. `home` is the object that a method was written in. */
export type MakeFunction = (env: Env, act: Activation, home?: object, name?: string) => Callable;

/** The inside of a function: its variables set up from the arguments, and its statements. */
export interface Body {
  /** The variables at the start of a call. */
  readonly prepare: (parent: Env, act: Activation, args: readonly unknown[]) => Env;
  /** Runs to the end. Absent for generators and async functions. */
  readonly run: Run;
  /** Runs in pieces. Only for generators and async functions. */
  readonly suspended: Suspendable | undefined;
  readonly strict: boolean;
  readonly length: number;
}

function hasUseStrict(node: FunctionNode): boolean {
  return (
    node.body.type === 'BlockStatement' &&
    node.body.body.some((statement) => 'directive' in statement && statement.directive === 'use strict')
  );
}

/** Compiles what is inside a function. */
export function compileBody(node: FunctionNode, compiler: Compiler, outer: StaticScope): Body {
  const strict = outer.strict || hasUseStrict(node);
  const scope = new StaticScope(outer, { isFunction: true, strict, isAsync: node.async });
  const simple = node.params.every((param) => param.type === 'Identifier');
  const names = node.params.flatMap((param) => patternNames(param));
  for (const name of names) scope.declare(name, simple ? 'param' : 'let');
  const isArrow = node.type === 'ArrowFunctionExpression';
  const usesArguments =
    !isArrow &&
    !names.includes('arguments') &&
    compiler.source.slice(node.start, node.end).includes('arguments');
  const argumentsSlot = usesArguments ? scope.declare('arguments', 'var').slot : 0;
  const statements = node.body.type === 'BlockStatement' ? node.body.body : [];
  declareVars(statements, scope);
  declareLexical(statements, scope);
  const slots = names.map((name) => scope.bindings.get(name)!.slot);
  const bind = simple ? undefined : compileParameters(node.params, compiler, scope);
  const hoisted = compileHoisted(statements, compiler, scope);
  const suspends = node.async || node.generator;
  let run: Run = () => undefined;
  let suspended: Suspendable | undefined;
  if (suspends) suspended = suspendedBody(node, compiler, scope);
  else if (node.body.type === 'BlockStatement') run = blockBody(statements, compiler, scope);
  else run = compiler.expression(node.body, scope);
  const blank: unknown[] = new Array<unknown>(scope.size).fill(undefined);
  for (const { slot, kind } of scope.bindings.values()) {
    if (kind === 'let' || kind === 'const' || kind === 'class') blank[slot] = UNSET;
  }
  const prepare = (parent: Env, act: Activation, args: readonly unknown[]): Env => {
    const env = blank.slice();
    env[0] = parent;
    if (argumentsSlot > 0) env[argumentsSlot] = argumentsObject(args);
    if (bind === undefined)
      for (let index = 0; index < slots.length; index++) env[slots[index]!] = args[index];
    else bind(env, act, args);
    for (const hoist of hoisted) hoist(env, act);
    return env;
  };
  const length = node.params.findIndex(
    (param) => param.type === 'AssignmentPattern' || param.type === 'RestElement',
  );
  return { prepare, run, suspended, strict, length: length < 0 ? node.params.length : length };
}

function suspendedBody(node: FunctionNode, compiler: Compiler, scope: StaticScope): Suspendable {
  if (node.body.type !== 'BlockStatement') return compiler.suspendable(node.body, scope);
  const parts = node.body.body.map((statement) => compiler.suspendableStatement(statement, scope));
  return function* body(env, act) {
    for (const part of parts) {
      const done = yield* part(env, act);
      if (done !== undefined) return done.value;
    }
    return undefined;
  };
}

/** The statements of a function as an expression: the usual `return x` at the end needs no completion. */
export function blockBody(
  statements: readonly Acorn.Statement[],
  compiler: Compiler,
  scope: StaticScope,
): Run {
  const last = statements.at(-1);
  if (last?.type === 'ReturnStatement') {
    const before = compiler.statements(statements.slice(0, -1), scope);
    const value = last.argument ? compiler.expression(last.argument, scope) : () => undefined;
    if (before === undefined) return value;
    return (env, act) => {
      const done = before(env, act);
      return done === undefined ? value(env, act) : done.value;
    };
  }
  const execute = compiler.statements(statements, scope);
  return execute === undefined ? () => undefined : (env, act) => execute(env, act)?.value;
}

/** Takes arguments apart. */
export function compileParameters(
  params: readonly Acorn.Pattern[],
  compiler: Compiler,
  scope: StaticScope,
): (env: Env, act: Activation, args: readonly unknown[]) => void {
  const binders = params.map(
    (param, index): ((env: Env, act: Activation, args: readonly unknown[]) => void) => {
      if (param.type === 'RestElement') {
        const store = compileTarget(param.argument, compiler, scope, true);
        return (env, act, args) => store(env, act, args.slice(index));
      }
      const store = compileTarget(param, compiler, scope, true);
      return (env, act, args) => store(env, act, args[index]);
    },
  );
  return (env, act, args) => {
    for (const bind of binders) bind(env, act, args);
  };
}

/** Function declarations, which exist before the first statement runs. */
export function compileHoisted(
  statements: readonly Acorn.Node[],
  compiler: Compiler,
  scope: StaticScope,
): ((env: Env, act: Activation) => void)[] {
  const hoisted: ((env: Env, act: Activation) => void)[] = [];
  for (const statement of statements as Acorn.Statement[]) {
    const node = statement.type === 'LabeledStatement' ? statement.body : statement;
    if (node.type !== 'FunctionDeclaration') continue;
    const { slot } = scope.bindings.get(node.id.name)!;
    const make = makeFunction(node, compiler, scope, { kind: undefined, name: node.id.name });
    hoisted.push((env, act) => {
      env[slot] = make(env, act);
    });
  }
  return hoisted;
}

/** Compiles a function to what makes it. */
export function makeFunction(
  node: FunctionNode,
  compiler: Compiler,
  outer: StaticScope,
  options: FunctionOptions,
): MakeFunction {
  const isExpression = node.type === 'FunctionExpression';
  let scope = outer;
  let selfSlot = 0;
  if (isExpression && node.id) {
    scope = new StaticScope(outer);
    selfSlot = scope.declare(node.id.name, 'self').slot;
  }
  const body = compileBody(node, compiler, scope);
  const text = (): string => compiler.source.slice(options.start ?? node.start, node.end);
  const fixedName = node.type !== 'ArrowFunctionExpression' && node.id ? node.id.name : (options.name ?? '');
  const make: MakeCallable =
    body.suspended !== undefined
      ? makeSuspendable(node, body, body.suspended)
      : node.type === 'ArrowFunctionExpression'
        ? arrow(node, body)
        : options.kind === 'method'
          ? method(body)
          : ordinary(body);
  return (env, act, home, name = fixedName) => {
    if (selfSlot === 0)
      return brand(make(env, act, home), { kind: 'program', name, length: body.length, text });
    const own: Env = [env];
    const made = brand(make(own, act, home), { kind: 'program', name, length: body.length, text });
    own[selfSlot] = made;
    return made;
  };
}

type MakeCallable = (env: Env, act: Activation, home: object | undefined) => Callable;

function arrow(node: Acorn.ArrowFunctionExpression, { prepare, run }: Body): MakeCallable {
  const single =
    node.params.length === 1 && node.params[0]!.type === 'Identifier' && node.body.type !== 'BlockStatement';
  if (single) {
    return (env, act) => {
      const { realm } = act;
      return ((value: unknown) => {
        realm.enter();
        try {
          return run([env, value], act);
        } finally {
          realm.depth--;
        }
      }) as Callable;
    };
  }
  return (env, act) => {
    const { realm } = act;
    return (...args: unknown[]) => {
      realm.enter();
      try {
        return run(prepare(env, act, args), act);
      } finally {
        realm.depth--;
      }
    };
  };
}

/** `this` of sloppy code is always an object. */
export function sloppySelf(act: Activation, self: unknown, strict: boolean): unknown {
  if (strict || (typeof self === 'object' && self !== null)) return self;
  if (self === undefined || self === null) return act.realm.global;
  return typeof self === 'function' ? self : Object(self);
}

/** What a call of a function has besides its variables. */
export function activate(
  act: Activation,
  self: unknown,
  args: readonly unknown[],
  callee: object | undefined,
  home: object | undefined,
  newTarget: unknown,
): Activation {
  return { realm: act.realm, scope: act.scope, self, args, callee, newTarget, home, initialize: undefined };
}

function method({ prepare, run, strict }: Body): MakeCallable {
  return (env, act, home) => {
    const { realm } = act;
    return {
      method(this: unknown, ...args: unknown[]): unknown {
        realm.enter();
        try {
          const own = activate(act, sloppySelf(act, this, strict), args, undefined, home, undefined);
          return run(prepare(env, own, args), own);
        } finally {
          realm.depth--;
        }
      },
    }.method;
  };
}

function ordinary({ prepare, run, strict }: Body): MakeCallable {
  return (env, act, home) => {
    const { realm } = act;
    const made = function (this: unknown, ...args: unknown[]): unknown {
      realm.enter();
      try {
        const own = activate(act, sloppySelf(act, this, strict), args, made, home, new.target);
        const result = run(prepare(env, own, args), own);
        return new.target === undefined || ownResult(result) ? result : this;
      } finally {
        realm.depth--;
      }
    };
    return made as Callable;
  };
}

/** Compiles a function expression. */
export function compileFunction(
  node: Acorn.ArrowFunctionExpression | Acorn.FunctionExpression,
  compiler: Compiler,
  scope: StaticScope,
  name?: string,
): Run {
  const make = makeFunction(node, compiler, scope, { kind: undefined, name });
  return (env, act) => make(env, act);
}
