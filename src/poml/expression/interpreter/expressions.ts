import type * as Acorn from 'acorn';
import { compileAssignment, compileUpdate } from './assignments.ts';
import { compileCall, compileNew } from './calls.ts';
import { compileClass } from './classes.ts';
import { type Compiler, UnsupportedSyntax } from './compiler.ts';
import { compileFunction } from './functions.ts';
import { compileDelete, compileMember } from './members.ts';
import { compileObject } from './objects.ts';
import { add, BINARY, templateText, UNARY } from './operators.ts';
import { iterate } from './patterns.ts';
import { printedIterable } from './printer.ts';
import type { StaticScope } from './static-scope.ts';
import { type Activation, type Env, type Run, UNSET } from './types.ts';
import { readVariable } from './variables.ts';

/** Leaves an optional chain whose object is null or undefined. */
export const SHORT: unique symbol = Symbol('short circuit');

/** Compiles one expression to a closure. */
export function compileExpressionNode(
  node: Acorn.Expression,
  compiler: Compiler,
  scope: StaticScope,
  name?: string,
): Run {
  switch (node.type) {
    case 'Literal':
      return literal(node);
    case 'Identifier':
      return readVariable(compiler, scope, node.name);
    case 'ThisExpression':
      return (_env, act) => selfOf(act);
    case 'MemberExpression':
      return compileMember(node, compiler, scope);
    case 'ChainExpression': {
      const chain = compiler.expression(node.expression, scope);
      return (env, act) => {
        const value = chain(env, act);
        return value === SHORT ? undefined : value;
      };
    }
    case 'CallExpression':
      return compileCall(node, compiler, scope);
    case 'NewExpression':
      return compileNew(node, compiler, scope);
    case 'BinaryExpression':
      return binary(node, compiler, scope);
    case 'LogicalExpression':
      return logical(node, compiler, scope);
    case 'ConditionalExpression': {
      const test = compiler.expression(node.test, scope);
      const consequent = compiler.expression(node.consequent, scope, name);
      const alternate = compiler.expression(node.alternate, scope, name);
      return (env, act) => (test(env, act) ? consequent(env, act) : alternate(env, act));
    }
    case 'UnaryExpression':
      return unary(node, compiler, scope);
    case 'UpdateExpression':
      return compileUpdate(node, compiler, scope);
    case 'AssignmentExpression':
      return compileAssignment(node, compiler, scope);
    case 'TemplateLiteral':
      return template(node, compiler, scope);
    case 'TaggedTemplateExpression':
      return compileCall(node, compiler, scope);
    case 'ArrayExpression':
      return array(node, compiler, scope);
    case 'ObjectExpression':
      return compileObject(node, compiler, scope);
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return compileFunction(node, compiler, scope, name);
    case 'ClassExpression':
      return compileClass(node, compiler, scope, name);
    case 'SequenceExpression': {
      const parts = node.expressions.map((part) => compiler.expression(part, scope));
      return (env, act) => {
        let value: unknown;
        for (const part of parts) value = part(env, act);
        return value;
      };
    }
    case 'ParenthesizedExpression':
      return compiler.expression(node.expression, scope, name);
    case 'MetaProperty':
      if (node.meta.name === 'new') return (_env, act) => act.newTarget;
      throw new UnsupportedSyntax('import.meta', node);
    case 'ImportExpression':
      throw new UnsupportedSyntax('import()', node);
    default:
      throw new UnsupportedSyntax(node.type, node);
  }
}

/** `this`. */
export function selfOf(act: Activation): unknown {
  if (act.self !== UNSET) return act.self;
  throw new ReferenceError(
    "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
  );
}

function literal(node: Acorn.Literal): Run {
  const { regex } = node;
  if (regex) {
    const { pattern, flags } = regex;
    return () => new RegExp(pattern, flags);
  }
  const value: unknown = typeof node.bigint === 'string' ? BigInt(node.bigint) : node.value;
  return () => value;
}

function binary(node: Acorn.BinaryExpression, compiler: Compiler, scope: StaticScope): Run {
  const { operator } = node;
  const right = compiler.expression(node.right, scope);
  if (node.left.type === 'PrivateIdentifier') return privateIn(node.left.name, right, scope);
  const left = compiler.expression(node.left, scope);
  switch (operator) {
    case '===':
      return (env, act) => left(env, act) === right(env, act);
    case '!==':
      return (env, act) => left(env, act) !== right(env, act);
    case '+':
      return (env, act) => add(act.realm, left(env, act), right(env, act));
    case '<':
      return (env, act) => (left(env, act) as number) < (right(env, act) as number);
    case '>':
      return (env, act) => (left(env, act) as number) > (right(env, act) as number);
    default: {
      const apply = BINARY[operator]!;
      return (env, act) => {
        const first = left(env, act);
        return apply(act.realm, first, right(env, act));
      };
    }
  }
}

function privateIn(name: string, right: Run, scope: StaticScope): Run {
  const read = privateKey(name, scope);
  return (env, act) => {
    const object = right(env, act);
    if ((typeof object !== 'object' && typeof object !== 'function') || object === null) {
      throw new TypeError(`Cannot use 'in' operator to search for '#${name}' in ${String(object)}`);
    }
    return read(env).has(object);
  };
}

/** The storage of a private name: a variable of the class's scope. */
export function privateKey(name: string, scope: StaticScope): (env: Env) => PrivateName {
  const place = scope.resolve(`#${name}`);
  if (place === undefined) {
    throw new SyntaxError(`Private field '#${name}' must be declared in an enclosing class`);
  }
  const { hops, binding } = place;
  return (env) => {
    let at = env;
    for (let left = hops; left > 0; left--) at = at[0] as Env;
    return at[binding.slot] as PrivateName;
  };
}

/** A private name of one class: what each object holds under it. */
export interface PrivateName {
  has(object: object): boolean;
  get(object: object): PropertyDescriptor | undefined;
  set(object: object, descriptor: PropertyDescriptor): unknown;
}

function logical(node: Acorn.LogicalExpression, compiler: Compiler, scope: StaticScope): Run {
  const left = compiler.expression(node.left, scope);
  const right = compiler.expression(node.right, scope);
  if (node.operator === '&&') return (env, act) => left(env, act) && right(env, act);
  if (node.operator === '||') return (env, act) => left(env, act) || right(env, act);
  return (env, act) => left(env, act) ?? right(env, act);
}

function unary(node: Acorn.UnaryExpression, compiler: Compiler, scope: StaticScope): Run {
  if (node.operator === 'delete') return compileDelete(node.argument, compiler, scope);
  if (node.operator === 'typeof' && node.argument.type === 'Identifier') {
    const read = readVariable(compiler, scope, node.argument.name, () => undefined);
    return (env, act) => typeof read(env, act);
  }
  const argument = compiler.expression(node.argument, scope);
  if (node.operator === '!') return (env, act) => !argument(env, act);
  const apply = UNARY[node.operator]!;
  return (env, act) => apply(argument(env, act));
}

function template(node: Acorn.TemplateLiteral, compiler: Compiler, scope: StaticScope): Run {
  const texts = node.quasis.map((quasi) => quasi.value.cooked ?? '');
  const parts = node.expressions.map((part) => compiler.expression(part, scope));
  const [head = ''] = texts;
  return (env, act) => {
    let text = head;
    for (let index = 0; index < parts.length; index++) {
      text += templateText(act.realm, parts[index]!(env, act)) + texts[index + 1]!;
      if (text.length > 4096) act.realm.allocate(text.length >> 2);
    }
    return text;
  };
}

function array(node: Acorn.ArrayExpression, compiler: Compiler, scope: StaticScope): Run {
  const plain = node.elements.every((element) => element !== null && element.type !== 'SpreadElement');
  if (plain) {
    const items = node.elements.map((element) => compiler.expression(element as Acorn.Expression, scope));
    return (env, act) => {
      const list: unknown[] = [];
      for (const item of items) list.push(item(env, act));
      return list;
    };
  }
  const fill = compileElements(node.elements, compiler, scope);
  return (env, act) => {
    const list: unknown[] = [];
    fill(env, act, list);
    return list;
  };
}

/** Appends the values of array elements or arguments to a list. `refusal` is the error for arguments that cannot be spread. */
export function compileElements(
  elements: readonly (Acorn.Expression | Acorn.SpreadElement | null)[],
  compiler: Compiler,
  scope: StaticScope,
  refusal?: string,
): (env: Env, act: Activation, list: unknown[]) => void {
  const steps = elements.map((element): ((env: Env, act: Activation, list: unknown[]) => void) => {
    if (element === null) {
      return (_env, _act, list) => {
        list.length++;
      };
    }
    if (element.type === 'SpreadElement') {
      const spread = compiler.expression(element.argument, scope);
      const text = printedIterable(element.argument);
      return (env, act, list) => {
        const value = spread(env, act);
        if (refusal !== undefined && !isIterable(value)) throw new TypeError(refusal);
        spreadInto(act, value, list, text);
      };
    }
    const item = compiler.expression(element, scope);
    return (env, act, list) => {
      list.push(item(env, act));
    };
  });
  return (env, act, list) => {
    for (const step of steps) step(env, act, list);
  };
}

function isIterable(value: unknown): boolean {
  return (
    value !== null &&
    value !== undefined &&
    typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function'
  );
}

const arrayIterator = Array.prototype[Symbol.iterator];

/** Appends all items of an iterable. */
export function spreadInto(act: Activation, value: unknown, list: unknown[], text: string): void {
  const { realm } = act;
  if (Array.isArray(value) && value[Symbol.iterator] === arrayIterator) {
    realm.allocate(value.length);
    for (let index = 0; index < value.length; index++) list.push(value[index]);
    return;
  }
  const iterator = iterate(value, text);
  const { next } = iterator;
  if (typeof next !== 'function') throw new TypeError(`${typeof next} is not a function`);
  let count = 0;
  for (;;) {
    realm.step();
    if ((++count & 255) === 0) realm.allocate(257);
    const result = Reflect.apply(next, iterator, []) as IteratorResult<unknown>;
    if ((typeof result !== 'object' && typeof result !== 'function') || result === null) {
      throw new TypeError(`Iterator result ${String(result)} is not an object`);
    }
    if (result.done) return;
    list.push(result.value);
  }
}
