import type { Bag, Callable } from '../interpreter/types.ts';
import { recordOf } from './brand.ts';
import { functionText } from './function-text.ts';
import { isProtected } from './intrinsics.ts';
import type { Realm } from './realm.ts';

/** A property key from any value, converted once. */
export function toKey(value: unknown): PropertyKey {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'symbol') return value;
  return typeof value === 'object' || typeof value === 'function' ? objectKey(value) : String(value);
}

function objectKey(value: unknown): PropertyKey {
  if (typeof value === 'function') return functionText(value as Callable);
  // A computed key of a literal is converted exactly as a property key.
  return Reflect.ownKeys({ [value as string]: 0 })[0]!;
}

/** Reads `object[key]`, guarded. Throws what JavaScript throws for `null` and `undefined`. */
export function getMember(realm: Realm, object: unknown, key: PropertyKey): unknown {
  if (object === globalThis) return getMember(realm, realm.global, key);
  if (realm.libraries.active) {
    if (realm.libraries.has(object)) return realm.libraries.read(realm, object as object, key);
  }
  const value = (object as Bag)[key];
  if (realm.libraries.active) realm.libraries.check(value);
  if (typeof value === 'function') {
    // Tools put a function here that sees the stack of the host.
    return key === 'prepareStackTrace' && recordOf(value) === undefined ? undefined : realm.admit(value);
  }
  if (typeof object === 'function') return functionProperty(object, key, value);
  if (value === undefined) {
    return object === realm.global && typeof key === 'string' ? globalProperty(realm, key) : undefined;
  }
  if (typeof value === 'object' && value !== null) return detached(realm, value, object);
  // Where the host's own code lies is no business of the program.
  if (key === 'stack' && object instanceof Error)
    return `${object.name}: ${object.message}\n    at expression`;
  return value;
}

function globalProperty(realm: Realm, key: string): unknown {
  const value = realm.lookup(key);
  return typeof value === 'symbol' ? undefined : value;
}

/** Names and lengths of the program's functions are kept beside them, which makes functions cheaper. */
function functionProperty(target: object, key: PropertyKey, value: unknown): unknown {
  if (key !== 'name' && key !== 'length') return value;
  const record = recordOf(target);
  return record === undefined || isOwnValue(target, key) ? value : record[key];
}

/** Whether the program has defined the property itself. */
function isOwnValue(target: object, key: PropertyKey): boolean {
  const own = Object.getOwnPropertyDescriptor(target, key);
  return own === undefined || own.enumerable === true || own.writable === true || own.get !== undefined;
}

/** Memory of small buffers belongs to the whole process: the program gets a copy of its part. */
function detached(realm: Realm, value: object, holder: unknown): unknown {
  if (value === globalThis) return realm.global;
  if (value instanceof ArrayBuffer && ArrayBuffer.isView(holder) && holder.byteLength !== value.byteLength) {
    return value.slice(holder.byteOffset, holder.byteOffset + holder.byteLength);
  }
  return value;
}

/** Writes `object[key] = value`. In sloppy code a write that the object refuses is ignored. */
export function setMember(
  realm: Realm,
  object: unknown,
  key: PropertyKey,
  value: unknown,
  strict: boolean,
): void {
  if (typeof object !== 'object' || object === null) {
    if (typeof object !== 'function') {
      // null and undefined throw; other primitives ignore the write in sloppy code.
      if (object === null || object === undefined || strict) (object as unknown as Bag)[key] = value;
      return;
    }
  }
  forbidHost(realm, object);
  if (key === 'length' && Array.isArray(object) && typeof value === 'number')
    realm.allocateList(value - object.length);
  if (!Reflect.set(object, key, value) && strict) {
    throw new TypeError(`Cannot assign to read only property '${String(key)}' of object`);
  }
}

/** `delete object[key]`. */
export function deleteMember(realm: Realm, object: unknown, key: PropertyKey, strict: boolean): boolean {
  if (object === null || object === undefined)
    throw new TypeError('Cannot convert undefined or null to object');
  if ((typeof object !== 'object' && typeof object !== 'function') || object === null) return true;
  forbidHost(realm, object);
  const deleted = Reflect.deleteProperty(object, key);
  if (!deleted && strict) throw new TypeError(`Cannot delete property '${String(key)}' of ${String(object)}`);
  return deleted;
}

function forbidHost(realm: Realm, object: object): void {
  if (isProtected(object) || (realm.libraries.active && realm.libraries.has(object))) {
    throw new TypeError('Built-in objects cannot be changed in expressions');
  }
}
