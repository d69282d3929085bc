import type { Callable } from '../interpreter/types.ts';
import { recordOf } from './brand.ts';

const nativeText = Function.prototype.toString;

/** A list as joining it should see it: functions by their text. The list itself when it has none. */
export function withTexts(list: readonly unknown[]): readonly unknown[] {
  if (!list.some((item) => typeof item === 'function')) return list;
  return list.map((item) => (typeof item === 'function' ? functionText(item as Callable) : item));
}

/** What `toString` of a function prints: for the program's own its text in the expression. */
export function functionText(value: Callable): string {
  return recordOf(value)?.text() ?? Reflect.apply(nativeText, value, []);
}
