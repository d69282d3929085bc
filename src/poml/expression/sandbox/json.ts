import type { Bag, Callable } from '../interpreter/types.ts';
import { isProtected } from './intrinsics.ts';
import { measureJson } from './measure.ts';
import { type PolicyTable, payWork, run } from './table.ts';

/**
 * What `JSON.parse` does with a reviver. Done here because the engine's own writes to whatever object the reviver
 * puts in its way.
 * @see https://tc39.es/ecma262/#sec-internalizejsonproperty
 */
function revive(holder: Bag, key: string, reviver: Callable): unknown {
  const value = holder[key];
  if (typeof value === 'object' && value !== null) {
    if (isProtected(value)) throw new TypeError('Built-in objects cannot be changed in expressions');
    for (const inner of Object.keys(value)) {
      const made = revive(value as Bag, inner, reviver);
      if (made === undefined) Reflect.deleteProperty(value, inner);
      else
        Reflect.defineProperty(value, inner, {
          value: made,
          writable: true,
          enumerable: true,
          configurable: true,
        });
    }
  }
  return Reflect.apply(reviver, holder, [key, value] as never[]);
}

/** Rules for `JSON`. */
export function jsonPolicies(table: PolicyTable): void {
  table
    .method(JSON, 'parse', (native) => (realm, self, args) => {
      const text = String(args[0]);
      payWork(realm, text.length);
      realm.allocate(text.length);
      const parsed = run(native, self, [text]);
      const [, reviver] = args;
      return typeof reviver === 'function' ? revive({ '': parsed }, '', reviver as Callable) : parsed;
    })
    .method(JSON, 'stringify', (native) => (realm, self, args) => {
      const [value, replacer, space] = args;
      if (typeof value === 'object' && value !== null) {
        const indent =
          typeof space === 'number' ? Math.min(10, space) : typeof space === 'string' ? space.length : 0;
        measureJson(realm, value, indent);
      }
      // A replacer that is a function is called for each part and pays its own way.
      return run(native, self, [value, replacer, space]);
    });
}
