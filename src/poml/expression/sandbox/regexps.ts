import type { Callable } from '../interpreter/types.ts';
import type { Guard } from './guard.ts';
import type { Realm } from './realm.ts';
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

function paySource(realm: Realm, source: unknown): void {
  const text = isRegExp(source) ? source.source : source;
  if (typeof text === 'string') realm.allocate(text.length);
}

/** Rules for regular expressions. The static members (`RegExp.$1`, `RegExp.input`) would show the host's last match. */
export function regExpPolicies(table: PolicyTable): void {
  table
    .method(RegExp.prototype, 'exec test @@match @@matchAll @@search @@split @@replace', matching)
    .safe(RegExp.prototype, 'toString')
    .set(RegExp, {
      call(realm, _self, args) {
        paySource(realm, args[0]);
        return Reflect.apply(RegExp, undefined, args as [string]);
      },
      construct(realm, args, newTarget) {
        paySource(realm, args[0]);
        return Reflect.construct(RegExp, args, newTarget);
      },
      statics: [Symbol.species],
    });
}
