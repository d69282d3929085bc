import type { Callable } from '../interpreter/types.ts';
import type { Guard } from './guard.ts';
import { isRegExp, needsWatch, runRegex } from './regex-guard.ts';
import { type PolicyTable, payWork, run } from './table.ts';

const { replace } = String.prototype;

/** Methods that match: they also set `lastIndex` on `this`, so only regular expressions may be given. */
function matching(native: Callable, name: string): Guard['call'] {
  return (realm, self, args) => {
    if (!isRegExp(self)) {
      throw new TypeError(`RegExp.prototype.${name} requires that 'this' be a RegExp object`);
    }
    if (name === '@@replace') return realm.call(replace, args[0], [self, args[1]]);
    const text = String(args[0]);
    payWork(realm, text.length);
    if (name !== 'exec' && name !== 'test') realm.allocate(text.length);
    const work = () => run(native, self, [text, ...args.slice(1)]);
    if (name === '@@matchAll' && needsWatch(self, text)) {
      return runRegex(realm, self, text, () => [...(work() as Iterable<unknown>)].values());
    }
    return runRegex(realm, self, text, work);
  };
}

/** Rules for regular expressions. The static members (`RegExp.$1`, `RegExp.input`) would show the host's last match. */
export function regExpPolicies(table: PolicyTable): void {
  table
    .method(RegExp.prototype, 'exec test @@match @@matchAll @@search @@split @@replace', matching)
    .safe(RegExp.prototype, 'toString')
    .set(RegExp, {
      call: (_realm, _self, args) => Reflect.apply(RegExp, undefined, args as [string]),
      construct: (_realm, args, newTarget) => Reflect.construct(RegExp, args, newTarget),
      statics: [Symbol.species],
    });
}
