import { getMember } from '../sandbox/members.ts';
import { BINARY } from './operators.ts';
import type { StaticScope } from './static-scope.ts';
import type { Activation, Env } from './types.ts';

/** The slot of a `with` statement's environment that holds its object. */
const OBJECT = 1;

/** The scope inside of a `with` statement: its names are known only when it runs. */
export interface WithScope {
  readonly scope: StaticScope;
  readonly open: (env: Env, value: unknown) => Env;
}

/** Makes the scope of a `with` statement. */
export function withScope(outer: StaticScope): WithScope {
  return {
    scope: outer.dynamic(),
    open: (env, value) => {
      if (value === null || value === undefined) {
        throw new TypeError('Cannot convert undefined or null to object');
      }
      return [env, typeof value === 'function' ? value : (Object(value) as unknown)];
    },
  };
}

/** Finds the object of a `with` statement that has the name now. */
export type FindHolder = (env: Env, act: Activation) => object | undefined;

/** How to find it; `undefined` where no `with` statement stands between a name and its declaration. */
export function holderOf(scope: StaticScope, name: string): FindHolder | undefined {
  const hops = scope.dynamicHops(name);
  if (hops.length === 0) return undefined;
  return (env, act) => {
    let at = env;
    let passed = 0;
    for (const hop of hops) {
      for (; passed < hop; passed++) at = at[0] as Env;
      const object = at[OBJECT] as object;
      if (isVisible(act, object, name)) return object;
    }
    return undefined;
  };
}

function isVisible({ realm }: Activation, object: object, name: string): boolean {
  if (!BINARY.in!(realm, name, object)) return false;
  const hidden = getMember(realm, object, Symbol.unscopables);
  const isObject = (typeof hidden === 'object' && hidden !== null) || typeof hidden === 'function';
  return !isObject || !getMember(realm, hidden, name);
}
