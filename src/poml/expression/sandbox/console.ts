import type { Realm } from './realm.ts';

const SILENT =
  'log info warn error debug trace dir dirxml table time timeEnd timeLog group groupCollapsed groupEnd count ' +
  'countReset assert clear';

const consoles = new WeakMap<Realm, object>();

/** A console that prints nothing: the output of a prompt's code is no part of the prompt. */
export function consoleOf(realm: Realm): object {
  const known = consoles.get(realm);
  if (known !== undefined) return known;
  const made: Record<string, () => undefined> = {};
  for (const name of SILENT.split(' ')) made[name] = () => undefined;
  consoles.set(realm, made);
  return made;
}
