import type { Callable } from '../interpreter/types.ts';
import { withTexts } from './function-text.ts';
import type { Guard } from './guard.ts';
import { ITERATOR_PROTOTYPES, isProtected, TYPED_ARRAY } from './intrinsics.ts';
import { measureText } from './measure.ts';
import type { Realm } from './realm.ts';
import { type PolicyTable, paid, paidItems, payWork, run } from './table.ts';

/** The length that a method of arrays would take, which for array-likes can be anything. */
function lengthOf(self: unknown): number {
  if (Array.isArray(self)) return self.length;
  if (self === null || self === undefined) return 0;
  const length = Math.trunc(Number((self as { length?: unknown }).length));
  // NaN counts as 0.
  return Math.max(0, length || 0);
}

function forbidHost(self: unknown): void {
  if (typeof self === 'object' && self !== null ? isProtected(self) : typeof self === 'function') {
    throw new TypeError('Built-in objects cannot be changed in expressions');
  }
}

const READERS =
  'at includes indexOf lastIndexOf every some find findIndex findLast findLastIndex forEach reduce reduceRight';
const COPIERS = 'map filter slice toReversed toSorted toSpliced with flatMap';
const CHANGERS = 'pop shift reverse sort copyWithin fill splice';

/** Reads lengths of array-likes only once they are known to be finite and paid for. */
function reader(native: Callable): Guard['call'] {
  return (realm, self, args) => {
    payWork(realm, lengthOf(self));
    return run(native, self, args);
  };
}

function copier(native: Callable): Guard['call'] {
  return (realm, self, args) => {
    const length = lengthOf(self);
    payWork(realm, length);
    realm.allocateList(length);
    return run(native, self, args);
  };
}

function changer(native: Callable, name: string): Guard['call'] {
  return (realm, self, args) => {
    if (!Array.isArray(self) || self === (Array.prototype as unknown)) forbidHost(self);
    const length = lengthOf(self);
    payWork(realm, length);
    // Places that were empty until now.
    if (name === 'fill') realm.allocateList(length);
    return run(native, self, args);
  };
}

function adder(native: Callable): Guard['call'] {
  return (realm, self, args) => {
    if (!Array.isArray(self) || self === (Array.prototype as unknown)) forbidHost(self);
    realm.allocate(args.length);
    return run(native, self, args);
  };
}

/** Counts the items that flattening makes: shared parts count each time, so the answer can be exponential. */
function countFlat(realm: Realm, value: readonly unknown[], depth: number): number {
  let count = 0;
  for (let index = 0; index < value.length; index++) {
    const item = value[index];
    count += Array.isArray(item) && depth >= 1 ? countFlat(realm, item, depth - 1) : 1;
    if ((index & 1023) === 1023) realm.step(64);
  }
  realm.step();
  if (count > realm.room) realm.allocate(count);
  return count;
}

function from(native: Callable): Guard['call'] {
  return (realm, self, args) => {
    const [items, ...rest] = args;
    if (typeof items === 'string' || Array.isArray(items)) {
      realm.allocate(items.length);
      payWork(realm, items.length);
    } else if (items !== null && items !== undefined) {
      const iterator: unknown = (items as Partial<Iterable<unknown>>)[Symbol.iterator];
      if (typeof iterator === 'function') {
        return run(native, self, [paid(realm, items as Iterable<unknown>), ...rest]);
      }
      const length = lengthOf(items);
      realm.allocateList(length);
      payWork(realm, length);
    }
    return run(native, self, args);
  };
}

function arrayLength(realm: Realm, args: readonly unknown[]): void {
  realm.allocateList(args.length === 1 && typeof args[0] === 'number' ? args[0] : args.length);
}

/** Rules for arrays and typed arrays. */
export function arrayPolicies(table: PolicyTable): void {
  const { prototype } = Array;
  table
    .method(prototype, READERS, reader)
    .method(prototype, COPIERS, copier)
    .method(prototype, CHANGERS, changer)
    .method(prototype, 'push unshift', adder)
    .method(prototype, 'concat', (native) => (realm, self, args) => {
      realm.allocateList(
        args.reduce((sum: number, item) => sum + (Array.isArray(item) ? item.length : 1), lengthOf(self)),
      );
      return run(native, self, args);
    })
    .method(prototype, 'flat', (native) => (realm, self, args) => {
      const depth = args[0] === undefined ? 1 : Number(args[0]);
      if (Array.isArray(self)) realm.allocate(countFlat(realm, self, depth));
      else realm.allocate(lengthOf(self));
      return run(native, self, args);
    })
    .method(prototype, 'join toString toLocaleString', (native, name) => (realm, self, args) => {
      const separator = name === 'join' && args[0] !== undefined ? String(args[0]) : ',';
      const length = lengthOf(self);
      payWork(realm, length);
      if (Array.isArray(self)) measureText(realm, self, separator.length);
      else realm.allocate(length * separator.length);
      const texts = Array.isArray(self) ? withTexts(self) : self;
      if (name === 'toLocaleString') {
        return run(native, texts, [args[0] ?? realm.locale, realm.dateOptions(args[1])]);
      }
      return run(native, texts, name === 'join' && args.length > 0 ? [separator] : args);
    })
    .safe(prototype, 'entries keys values @@iterator')
    .safe(Array, 'isArray')
    .method(Array, 'of', (native) => (realm, self, args) => {
      realm.allocate(args.length);
      return run(native, self, args);
    })
    .method(Array, 'from', from)
    .set(Array, {
      call(realm, _self, args) {
        arrayLength(realm, args);
        return Reflect.construct(Array, args);
      },
      construct(realm, args, newTarget) {
        arrayLength(realm, args);
        return Reflect.construct(Array, args, newTarget);
      },
      statics: ['from', 'of', 'isArray', Symbol.species],
    });
  for (const iterator of Object.values(ITERATOR_PROTOTYPES)) table.safe(iterator, 'next @@iterator');
  typedArrays(table);
}

const TYPED_METHODS =
  'at buffer byteLength copyWithin entries every fill filter find findIndex findLast findLastIndex forEach ' +
  'includes indexOf join keys lastIndexOf map reduce reduceRight reverse set slice some sort subarray ' +
  'toReversed toSorted values with @@iterator';

const TYPED_ARRAYS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

/** Small buffers are cut out of memory that the whole process shares: a class of the program must not be given it. */
function forbidSharing(view: ArrayBufferView): void {
  if (view.byteLength === view.buffer.byteLength) return;
  const prototype: unknown = Object.getPrototypeOf(view);
  const plain = prototype === Buffer.prototype || TYPED_ARRAYS.some((maker) => maker.prototype === prototype);
  if (!plain || Object.hasOwn(view, 'constructor')) {
    throw new TypeError(
      'subarray of a part of a buffer is not available in expressions for classes of their own',
    );
  }
}

function typedArrays(table: PolicyTable): void {
  table.method(TYPED_ARRAY.prototype, TYPED_METHODS, (native, name) => (realm, self, args) => {
    // Anything but a typed array is refused by the method itself.
    if (ArrayBuffer.isView(self)) {
      payWork(realm, self.byteLength);
      realm.allocate(self.byteLength);
      if (name === 'subarray') forbidSharing(self);
    }
    return run(native, self, args);
  });
  table.method(TYPED_ARRAY, 'from', from).method(TYPED_ARRAY, 'of', reader);
  for (const maker of [...TYPED_ARRAYS, ArrayBuffer]) {
    const construct: Guard['construct'] = (realm, args, newTarget) => {
      const [source] = args;
      if (typeof source === 'number') realm.allocate(source * 8);
      else if (Array.isArray(source) || ArrayBuffer.isView(source)) realm.allocate(lengthOf(source) * 8);
      else if (!(source instanceof ArrayBuffer)) {
        const items = paidItems(realm, source);
        if (items !== source) return Reflect.construct(maker, [items], newTarget);
        realm.allocate(lengthOf(source) * 8);
      }
      // A second argument of ArrayBuffer lets it grow without being paid.
      return Reflect.construct(maker, maker === ArrayBuffer ? args.slice(0, 1) : args, newTarget);
    };
    table.set(maker, {
      call(realm, self, args) {
        arrayLength(realm, args);
        return run(maker as unknown as Callable, self, args);
      },
      construct,
      statics: maker === ArrayBuffer ? ['isView'] : ['BYTES_PER_ELEMENT', 'from', 'of'],
    });
  }
  table
    .safe(ArrayBuffer, 'isView')
    .method(ArrayBuffer.prototype, 'slice', (native) => (realm, self, args) => {
      if (self instanceof ArrayBuffer) realm.allocate(self.byteLength);
      return run(native, self, args);
    });
}
