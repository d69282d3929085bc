import type { Callable } from '../interpreter/types.ts';
import { recordOf } from './brand.ts';

const nativeText = Function.prototype.toString;

/** What `toString` of a function prints: for the program's own its text in the expression. */
export function functionText(value: Callable): string {
  return recordOf(value)?.text() ?? Reflect.apply(nativeText, value, []);
}
