import { types } from 'node:util';

/**
 * Whether two values have the same structure. Getters are not run, proxies not asked, and functions only compared by
 * name, so that two values made by the same recipe are the same. Any depth and circles are fine.
 */
export function sameStructure(one: unknown, other: unknown): boolean {
  const stack: [unknown, unknown][] = [[one, other]];
  const seen = new Map<object, object>();
  while (stack.length > 0) {
    const [left, right] = stack.pop()!;
    if (Object.is(left, right)) continue;
    if (typeof left !== typeof right) return false;
    if (typeof left === 'function') {
      if (left.name !== (right as typeof left).name) return false;
      continue;
    }
    if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object')
      return false;
    if (types.isProxy(left) && types.isProxy(right)) continue;
    if (seen.get(left) === right) continue;
    seen.set(left, right);
    if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return false;
    if (left instanceof Date && !Object.is(left.getTime(), (right as Date).getTime())) return false;
    if (left instanceof Map || left instanceof Set) {
      stack.push([[...left], [...(right as typeof left)]]);
    }
    const keys = Reflect.ownKeys(left);
    if (keys.length !== Reflect.ownKeys(right).length) return false;
    for (const key of keys) {
      const mine = Object.getOwnPropertyDescriptor(left, key)!;
      const theirs = Object.getOwnPropertyDescriptor(right, key);
      if (theirs === undefined || 'value' in mine !== 'value' in theirs) return false;
      if (mine.writable !== theirs.writable || mine.enumerable !== theirs.enumerable) return false;
      // The stack of an error tells where it was made.
      if ('value' in mine && key !== 'stack') stack.push([mine.value, theirs.value]);
    }
  }
  return true;
}
