import type { Callable } from '../interpreter/types.ts';
import { recordOf } from './brand.ts';

const nativeText = Function.prototype.toString;

/** What `toString` of a function prints: the program's own text, never the host's. */
export function functionText(value: Callable): string {
  const record = recordOf(value);
  if (record !== undefined) return record.text();
  const text = Reflect.apply(nativeText, value, []);
  return /\[native code\]\s*\}$/.test(text) ? text : `function ${value.name}() { [native code] }`;
}
