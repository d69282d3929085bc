import type { Realm } from './realm.ts';

/**
 * Pays for the text that joining an array makes, before it is made. Arrays that share parts can stand for
 * exponentially long texts.
 */
export function measureText(realm: Realm, value: readonly unknown[], separator: number): void {
  let length = 0;
  let rounds = 0;
  const active = new Set<readonly unknown[]>();
  const visit = (list: readonly unknown[], comma: number): void => {
    if (active.has(list)) return;
    active.add(list);
    length += comma * list.length;
    for (const item of list) {
      if (typeof item === 'string') length += item.length;
      else if (typeof item === 'number') length += 4;
      else if (Array.isArray(item)) visit(item, 1);
      else length += 8;
      if ((++rounds & 1023) === 0) realm.step(64);
      if (length > realm.room) realm.allocate(length);
    }
    active.delete(list);
  };
  visit(value, separator);
  realm.allocate(length);
}

/** Pays for the JSON of a value, before it is made. `indent` is the width of one level. */
export function measureJson(realm: Realm, value: unknown, indent: number): void {
  let length = 0;
  let rounds = 0;
  const visit = (item: unknown, depth: number): void => {
    if ((++rounds & 1023) === 0) realm.step(64);
    length += depth * indent + 2;
    if (length > realm.room) realm.allocate(length);
    if (typeof item === 'string') length += item.length;
    if (typeof item !== 'object' || item === null) return;
    // Cycles and the deepest nesting are left to JSON.stringify, which has its own errors for them.
    if (depth > 500) return;
    if (Array.isArray(item)) {
      for (let index = 0; index < item.length; index++) visit(item[index], depth + 1);
      return;
    }
    if (ArrayBuffer.isView(item)) {
      length += item.byteLength * 8;
      return;
    }
    for (const key of Object.keys(item)) {
      length += key.length + 3;
      const descriptor = Object.getOwnPropertyDescriptor(item, key);
      if (descriptor !== undefined && 'value' in descriptor) visit(descriptor.value, depth + 1);
    }
  };
  visit(value, 0);
  realm.allocate(length);
}
