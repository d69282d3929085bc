import type { Realm } from './realm.ts';

const SMALL = 1n << 64n;

/** About how many bytes a big integer takes. */
export function bigIntSize(value: bigint): number {
  if (value < SMALL && value > -SMALL) return 8;
  return Math.ceil(value.toString(16).length / 2);
}

/** Pays for an operation on big integers before the engine allocates its result. */
export function payBigInt(realm: Realm, operator: string, left: bigint, right: bigint): void {
  if (operator === '**' || operator === '<<') {
    // A power of 0, 1 or -1 and shifts to the right stay small.
    if (right <= 0n || (operator === '**' && left >= -1n && left <= 1n)) return;
    const grown = operator === '**' ? bigIntSize(left) * Number(right) : bigIntSize(left) + Number(right) / 8;
    realm.allocate(grown);
    if (grown > 4096) realm.step(Math.ceil(grown));
  } else if (operator === '*') {
    const size = bigIntSize(left) + bigIntSize(right);
    if (size > 1024) {
      realm.allocate(size);
      realm.step(Math.ceil(size));
    }
  }
}
