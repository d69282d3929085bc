import type { Bag } from '../interpreter/types.ts';
import type { Realm } from './realm.ts';

/** Lists up to this length, of short scalars, cannot stand for a long text. */
const SHORT_LIST = 64;
const SHORT_TEXT = 64;

function isShort(list: readonly unknown[]): boolean {
  if (list.length > SHORT_LIST) return false;
  for (const item of list) {
    if (typeof item === 'object' && item !== null) return false;
    if (typeof item === 'string' && item.length > SHORT_TEXT) return false;
  }
  return true;
}

/** Adds up the length of a text that is going to be made, and stops when there is no room for it. */
class Measure {
  readonly realm: Realm;
  private length = 0;
  private rounds = 0;

  constructor(realm: Realm) {
    this.realm = realm;
  }

  add(length: number): void {
    this.length += length;
    if ((++this.rounds & 1023) === 0) this.realm.step(64);
    if (this.length > this.realm.room) this.realm.allocate(this.length);
  }

  pay(): void {
    this.realm.allocate(this.length);
  }
}

/**
 * Pays for the text that joining an array makes, before it is made. Arrays that share parts can stand for
 * exponentially long texts.
 */
export function measureText(realm: Realm, value: readonly unknown[], separator: number): void {
  if (separator <= SHORT_TEXT && isShort(value)) return;
  const measure = new Measure(realm);
  const active = new Set<readonly unknown[]>();
  const visit = (list: readonly unknown[], comma: number): void => {
    if (active.has(list)) return;
    active.add(list);
    measure.add(comma * list.length);
    for (const item of list) {
      if (Array.isArray(item)) visit(item, 1);
      else measure.add(typeof item === 'string' ? item.length : 8);
    }
    active.delete(list);
  };
  visit(value, separator);
  measure.pay();
}

/** Cycles and the deepest nesting are left to JSON.stringify, which has its own errors for them. */
const DEEPEST = 500;

/** Pays for the JSON of a value, before it is made. `indent` is the width of one level. */
export function measureJson(realm: Realm, value: unknown, indent: number): void {
  const measure = new Measure(realm);
  visitJson(measure, value, indent, 0);
  measure.pay();
}

function visitJson(measure: Measure, item: unknown, indent: number, depth: number): void {
  if (typeof item === 'string') measure.add(depth * indent + 2 + item.length);
  else measure.add(depth * indent + 2);
  if (typeof item !== 'object' || item === null || depth > DEEPEST) return;
  if (Array.isArray(item)) {
    for (let index = 0; index < item.length; index++) visitJson(measure, item[index], indent, depth + 1);
    return;
  }
  if (ArrayBuffer.isView(item)) {
    measure.add(item.byteLength * 8);
    return;
  }
  const { accessors } = measure.realm;
  for (const key of Object.keys(item)) {
    measure.add(key.length + 3);
    // A getter of the program must not run once more than it would.
    if (!accessors) visitJson(measure, (item as Bag)[key], indent, depth + 1);
    else visitJson(measure, Object.getOwnPropertyDescriptor(item, key)?.value, indent, depth + 1);
  }
}

/** Pays for a copy of all that a value holds, shared parts once. */
export function measureClone(realm: Realm, value: unknown): void {
  const measure = new Measure(realm);
  const seen = new Set<object>();
  const queue: unknown[] = [value];
  for (let item = queue.pop(); queue.length > 0 || item !== undefined; item = queue.pop()) {
    measure.add(typeof item === 'string' ? item.length : 1);
    if (typeof item !== 'object' || item === null || seen.has(item)) continue;
    seen.add(item);
    if (item instanceof ArrayBuffer || ArrayBuffer.isView(item)) measure.add(item.byteLength);
    else if (item instanceof Map) for (const entry of item) queue.push(...entry);
    else if (item instanceof Set) for (const entry of item) queue.push(entry);
    else {
      if (Array.isArray(item)) measure.add(item.length);
      for (const key of Object.keys(item)) queue.push(Object.getOwnPropertyDescriptor(item, key)?.value);
    }
  }
  measure.pay();
}
