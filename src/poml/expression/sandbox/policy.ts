import type { Callable } from '../interpreter/types.ts';
import { arrayPolicies } from './arrays.ts';
import { binaryPolicies } from './binary.ts';
import { datePolicies } from './dates.ts';
import type { Policy } from './guard.ts';
import { jsonPolicies } from './json.ts';
import { objectPolicies } from './objects.ts';
import { otherPolicies, scalarPolicies } from './others.ts';
import { regExpPolicies } from './regexps.ts';
import { stringPolicies } from './strings.ts';
import { methodOf, PolicyTable } from './table.ts';

/**
 * How each function of the host runs when a program calls it. What is native and not listed here is refused, so a
 * function that a new version of Node brings is out of reach until somebody has looked at it.
 */
export const POLICY: ReadonlyMap<Callable, Policy> = (() => {
  const table = new PolicyTable();
  objectPolicies(table);
  arrayPolicies(table);
  stringPolicies(table);
  scalarPolicies(table);
  datePolicies(table);
  regExpPolicies(table);
  jsonPolicies(table);
  binaryPolicies(table);
  otherPolicies(table);
  return table.policies;
})();

const KEEPERS: readonly [object, string][] = [
  [Array.prototype, 'concat fill includes indexOf lastIndexOf push splice toSpliced unshift with'],
  [Array, 'of'],
  [Map.prototype, 'delete get has set'],
  [Set.prototype, 'add delete has'],
  [WeakMap.prototype, 'delete get has set'],
  [WeakSet.prototype, 'add delete has'],
  [Promise, 'reject resolve'],
];

/** Functions that only keep, compare or give back what they are given, so that they may be given it as it is. */
export const KEEPING: ReadonlySet<Callable> = new Set(
  KEEPERS.flatMap(([holder, names]) => names.split(' ').map((name) => methodOf(holder, name)!)),
);
