import type { Callable } from '../interpreter/types.ts';
import { refusal } from './guard.ts';
import { measureClone } from './measure.ts';
import type { Realm } from './realm.ts';
import { methodOf, type PolicyTable, payWork, run } from './table.ts';

const BUFFER_METHODS =
  'compare copy copyWithin entries equals fill includes indexOf keys lastIndexOf readBigInt64BE readBigInt64LE ' +
  'readBigUInt64BE readBigUInt64LE readDoubleBE readDoubleLE readFloatBE readFloatLE readInt16BE readInt16LE ' +
  'readInt32BE readInt32LE readInt8 readIntBE readIntLE readUInt16BE readUInt16LE readUInt32BE readUInt32LE ' +
  'readUInt8 readUIntBE readUIntLE slice subarray swap16 swap32 swap64 toJSON toString values write';

/** A copy with memory of its own: Node cuts small buffers out of one pool that the whole process shares. */
function unpooled(bytes: Uint8Array): Buffer {
  const copy = Buffer.alloc(bytes.length);
  copy.set(bytes);
  return copy;
}

function fromAny(realm: Realm, args: readonly unknown[]): Buffer {
  const [source, encoding, length] = args;
  const size = (source as { length?: unknown; byteLength?: unknown } | null | undefined)?.length;
  realm.allocate(Number(size ?? (source as { byteLength?: unknown } | null | undefined)?.byteLength ?? 0));
  if (source instanceof ArrayBuffer)
    return Buffer.from(source, Number(encoding ?? 0), length as number | undefined);
  return unpooled(Buffer.from(source as string, encoding as BufferEncoding | undefined));
}

/** Rules for `Buffer` and for copying values. */
export function binaryPolicies(table: PolicyTable): void {
  table
    .method(Buffer.prototype, BUFFER_METHODS, (native) => (realm, self, args) => {
      if (ArrayBuffer.isView(self)) {
        payWork(realm, self.byteLength);
        realm.allocate(self.byteLength);
      }
      return run(native, self, args);
    })
    .safe(Buffer, 'isBuffer isEncoding byteLength compare')
    .method(Buffer, 'from', () => (realm, _self, args) => fromAny(realm, args))
    .method(Buffer, 'alloc', (native) => (realm, self, args) => {
      realm.allocate(Number(args[0]));
      return run(native, self, args);
    })
    .method(Buffer, 'concat', (native) => (realm, self, args) => {
      const [list] = args;
      const total = Array.isArray(list)
        ? list.reduce((sum: number, item) => sum + Number((item as Uint8Array | null)?.length ?? 0), 0)
        : 0;
      realm.allocate(args[1] === undefined ? total : Number(args[1]));
      return unpooled(run(native, self, args) as Buffer);
    })
    .set(Buffer, {
      call: (realm, _self, args) => makeBuffer(realm, args),
      construct: (realm, args) => makeBuffer(realm, args),
      statics: ['from', 'alloc', 'concat', 'isBuffer', 'isEncoding', 'byteLength', 'compare'],
    });
  refuseTheRest(table, Buffer);
  refuseTheRest(table, Buffer.prototype);
  table.set(structuredClone, {
    call(realm, _self, args) {
      if (args.length === 0) {
        throw new TypeError("Failed to execute 'structuredClone': 1 argument required, but only 0 present.");
      }
      realm.step(10);
      measureClone(realm, args[0]);
      return structuredClone(args[0]);
    },
  });
}

function makeBuffer(realm: Realm, args: readonly unknown[]): Buffer {
  if (typeof args[0] !== 'number') return fromAny(realm, args);
  realm.allocate(args[0]);
  return Buffer.alloc(args[0]);
}

/** Node writes these in JavaScript, so that they would pass for functions of the context. */
function refuseTheRest(table: PolicyTable, holder: object): void {
  for (const key of Reflect.ownKeys(holder)) {
    const value: unknown =
      typeof key === 'string' ? methodOf(holder, key) : Object.getOwnPropertyDescriptor(holder, key)?.value;
    if (typeof value === 'function' && !table.policies.has(value as Callable))
      table.set(value, refusal(value.name));
  }
}
