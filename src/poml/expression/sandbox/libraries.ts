import type { Callable } from '../interpreter/types.ts';
import type { Realm } from './realm.ts';

/** Parts of Zod that reach its code generator (`z.core.Doc`) or change it for everybody. */
const DENIED: ReadonlySet<string> = new Set([
  'core',
  'util',
  'config',
  'globalRegistry',
  'registry',
  'setErrorMap',
  'getErrorMap',
  'locales',
]);

const ALWAYS_DENIED = new Set(['constructor', '__proto__', 'prototype']);

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Whether a value coming from a library is an object of its own kind and not plain data. */
export function isMarkable(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype !== Object.prototype && prototype !== Array.prototype;
}

/** Objects of libraries that programs got hold of. Their inner parts cannot be read and nothing can be written. */
export class Libraries {
  /** Whether any object was handed out; reads need no check before. */
  active = false;
  private readonly denied: ReadonlySet<string>;
  // Made when there is something to put into them: most prompts use no library.
  private marked: WeakSet<object> | undefined = undefined;
  /** The denied parts themselves, for detours such as `Object.create(z).core`. */
  private refused: WeakSet<object> | undefined = undefined;

  constructor(denied?: readonly string[]) {
    this.denied = denied === undefined ? DENIED : new Set(denied);
  }

  has(value: unknown): boolean {
    return this.marked !== undefined && isObject(value) && this.marked.has(value);
  }

  mark(value: object): void {
    this.active = true;
    this.marked ??= new WeakSet();
    this.marked.add(value);
  }

  /** Marks a library's root object. */
  admit(realm: Realm, root: unknown): unknown {
    if (isObject(root) && !this.has(root)) {
      this.mark(root);
      this.refuseParts(root as Record<string, unknown>);
    }
    return realm.admit(root);
  }

  private refuseParts(root: Record<string, unknown>): void {
    this.refused ??= new WeakSet();
    const offered = new Set<unknown>();
    for (const key of Object.keys(root)) if (!this.denied.has(key)) offered.add(root[key]);
    for (const key of this.denied) {
      const part = Object.hasOwn(root, key) ? root[key] : undefined;
      if (!isObject(part)) continue;
      this.refused.add(part);
      if (typeof part === 'function') continue;
      for (const inner of Object.values(part))
        if (isObject(inner) && !offered.has(inner)) this.refused.add(inner);
    }
  }

  /** @throws TypeError when the value is a denied part of a library. */
  check(value: unknown): void {
    if (this.refused !== undefined && isObject(value) && this.refused.has(value)) {
      throw new TypeError('This part of a library is not available in expressions');
    }
  }

  /** Reads a property of a marked object. */
  read(realm: Realm, object: object, key: PropertyKey): unknown {
    if (typeof key === 'string' && (ALWAYS_DENIED.has(key) || this.denied.has(key) || /^[_$~]/.test(key))) {
      throw new TypeError(`"${key}" of a library is not available in expressions`);
    }
    const value: unknown = (object as Record<PropertyKey, unknown>)[key];
    this.check(value);
    if (typeof value === 'function') {
      const admitted = realm.admit(value) as Callable;
      this.mark(admitted);
      return admitted;
    }
    if (typeof value === 'object' && value !== null) this.mark(value);
    return value;
  }
}
