/** The version of POML whose results this renderer gives. */
export const POML_VERSION = '0.0.9';

interface Version {
  readonly numbers: readonly number[];
  /** Time stamp of a nightly build; `undefined` for a release, which comes after all its nightly builds. */
  readonly nightly: number | undefined;
}

function parse(text: string): Version {
  const match = /^(\d+\.\d+\.\d+)-nightly\.(\d+)$/.exec(text);
  const numbers = (match ? match[1]! : text).split('.').map((part) => Number.parseInt(part, 10) || 0);
  return { numbers, nightly: match ? Number.parseInt(match[2]!, 10) : undefined };
}

/** Negative when `a` is older than `b`, positive when it is newer, 0 when they are the same. */
export function compareVersions(a: string, b: string): number {
  const left = parse(a);
  const right = parse(b);
  for (let index = 0; index < Math.max(left.numbers.length, right.numbers.length); index++) {
    const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.nightly === right.nightly) return 0;
  if (left.nightly === undefined) return 1;
  if (right.nightly === undefined) return -1;
  return left.nightly - right.nightly;
}
