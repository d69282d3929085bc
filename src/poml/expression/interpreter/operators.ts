import { payBigInt } from '../sandbox/big.ts';
import type { Realm } from '../sandbox/realm.ts';
import type { Callable } from './types.ts';

type Binary = (realm: Realm, left: unknown, right: unknown) => unknown;

const big =
  (operator: string, apply: (left: number, right: number) => unknown): Binary =>
  (realm, left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return apply(left, right);
    const first = numeric(left);
    const second = numeric(right);
    if (typeof first === 'bigint' && typeof second === 'bigint') payBigInt(realm, operator, first, second);
    return apply(first as number, second as number);
  };

/** Operands are converted once, in order, and before a big result is paid. */
function numeric(value: unknown): unknown {
  if (typeof value !== 'object' && typeof value !== 'function') return value;
  const primitive = toPrimitive(value, 'number');
  return typeof primitive === 'bigint' ? primitive : Number(primitive);
}

/** @see https://tc39.es/ecma262/#sec-toprimitive */
export function toPrimitive(value: unknown, hint: 'default' | 'number' | 'string'): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return value;
  const object = value as { [Symbol.toPrimitive]?: unknown; valueOf: unknown; toString: unknown };
  const exotic = object[Symbol.toPrimitive];
  if (exotic !== undefined && exotic !== null) {
    if (typeof exotic !== 'function') throw new TypeError(`${typeof exotic} is not a function`);
    const result: unknown = Reflect.apply(exotic, value, [hint]);
    if (typeof result !== 'object' && typeof result !== 'function') return result;
    throw new TypeError('Cannot convert object to primitive value');
  }
  for (const name of hint === 'string'
    ? (['toString', 'valueOf'] as const)
    : (['valueOf', 'toString'] as const)) {
    const method = object[name];
    if (typeof method !== 'function') continue;
    const result: unknown = Reflect.apply(method as Callable, value, []);
    if (result === null || (typeof result !== 'object' && typeof result !== 'function')) return result;
  }
  throw new TypeError('Cannot convert object to primitive value');
}

/** Strings longer than this are paid when they are joined. */
const FREE_LENGTH = 4096;

/** `left + right`, long texts paid: joining copies the shorter part sooner or later. */
export function add(realm: Realm, left: unknown, right: unknown): unknown {
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  const first = operand(realm, left);
  const second = operand(realm, right);
  const sum: unknown = (first as string) + (second as string);
  if (typeof sum === 'string' && sum.length > FREE_LENGTH) payText(realm, sum.length, first, second);
  return sum;
}

function operand(realm: Realm, value: unknown): unknown {
  return typeof value === 'object' || typeof value === 'function' ? realm.text(value) : value;
}

function payText(realm: Realm, length: number, left: unknown, right: unknown): void {
  const first = typeof left === 'string' ? left.length : length;
  const second = typeof right === 'string' ? right.length : length;
  realm.allocate(Math.min(first, second) + (length >> 8) + 257);
}

/** A value inside a template literal. */
export function templateText(realm: Realm, value: unknown): string {
  if (typeof value === 'string') return value;
  const text = operand(realm, value);
  return `${text as string}`;
}

function checkConstructor(value: unknown): void {
  if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) {
    throw new TypeError("Right-hand side of 'instanceof' is not an object");
  }
  if (
    typeof value !== 'function' &&
    (value as { [Symbol.hasInstance]?: unknown })[Symbol.hasInstance] == null
  ) {
    throw new TypeError("Right-hand side of 'instanceof' is not callable");
  }
}

/** All operators with two operands, by their sign. */
export const BINARY: Readonly<Record<string, Binary>> = {
  '+': add,
  '-': big('-', (left, right) => left - right),
  '*': big('*', (left, right) => left * right),
  '/': big('/', (left, right) => left / right),
  '%': big('%', (left, right) => left % right),
  '**': big('**', (left, right) => left ** right),
  '|': big('|', (left, right) => left | right),
  '&': big('&', (left, right) => left & right),
  '^': big('^', (left, right) => left ^ right),
  '<<': big('<<', (left, right) => left << right),
  '>>': big('>>', (left, right) => left >> right),
  '>>>': big('>>>', (left, right) => left >>> right),
  // biome-ignore lint/suspicious/noDoubleEquals: this is the operator
  '==': (_realm, left, right) => left == right,
  // biome-ignore lint/suspicious/noDoubleEquals: this is the operator
  '!=': (_realm, left, right) => left != right,
  '===': (_realm, left, right) => left === right,
  '!==': (_realm, left, right) => left !== right,
  '<': (_realm, left, right) => (left as number) < (right as number),
  '<=': (_realm, left, right) => (left as number) <= (right as number),
  '>': (_realm, left, right) => (left as number) > (right as number),
  '>=': (_realm, left, right) => (left as number) >= (right as number),
  in: (_realm, left, right) => {
    if ((typeof right !== 'object' && typeof right !== 'function') || right === null) {
      throw new TypeError(`Cannot use 'in' operator to search for '${describe(left)}' in ${describe(right)}`);
    }
    return (left as string) in right;
  },
  instanceof: (_realm, left, right) => {
    checkConstructor(right);
    return left instanceof (right as new () => unknown);
  },
};

function describe(value: unknown): string {
  return typeof value === 'symbol' || typeof value === 'object'
    ? Object.prototype.toString.call(value)
    : String(value);
}

/** Operators with one operand that only look at its value. */
export const UNARY: Readonly<Record<string, (value: unknown) => unknown>> = {
  '!': (value) => !value,
  '-': (value) => -(value as number),
  '+': (value) => +(value as number),
  '~': (value) => ~(value as number),
  void: () => undefined,
  typeof: (value) => typeof value,
};
