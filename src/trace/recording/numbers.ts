/** Which numbers of a session are free. */
export interface Numbers {
  /** The first free one. */
  next: number;
  /** Numbers above it that are taken all the same. */
  ahead: readonly number[];
}

const MAX_DIGITS = 9;

/**
 * The free numbers of a folder, by the names in it. As for POML, a number is taken when any name begins with its
 * digits, four at least: `0007-notes.txt` takes 7, and `10000.a.poml` takes 1000 too.
 */
export function numbersOf(names: Iterable<string>): Numbers {
  const taken = new Set<number>();
  for (const name of names) {
    const digits = /^\d{4,}/.exec(name)?.[0];
    if (digits === undefined) continue;
    taken.add(Number(digits.slice(0, 4)));
    // Five digits and more do not begin with a zero.
    if (digits.startsWith('0')) continue;
    for (let length = 5; length <= Math.min(digits.length, MAX_DIGITS); length++)
      taken.add(Number(digits.slice(0, length)));
  }
  let next = 1;
  while (taken.has(next)) next++;
  return { next, ahead: [...taken].filter((number) => number > next) };
}

/** The numbers once the first free one is used. */
export function usedUp({ next, ahead }: Numbers): Numbers {
  const taken = new Set(ahead);
  let following = next + 1;
  while (taken.has(following)) following++;
  return {
    next: following,
    ahead: ahead.length === 0 ? ahead : ahead.filter((number) => number > following),
  };
}

/** A number as it stands in file names: four digits, or as many as it takes. */
export function digitsOf(number: number): string {
  return String(number).padStart(4, '0');
}
