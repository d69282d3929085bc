import type { Cause } from './causes.ts';
import type { Verdict } from './verdict.ts';

/** So many traces of a cause are shown in full. */
const PER_CAUSE = 3;
/** And so many of a test module, whatever the causes: each broken file is a cause of its own. */
const PER_MODULE = 60;

/** What is looked at of a verdict, or of its record. */
type Shown = Pick<Verdict, 'title' | 'status'> & { reason?: string; causes?: readonly Pick<Cause, 'key'>[] };

/**
 * Chooses the traces that show their causes in full, the first ones of each within a test module or a run. The others say in a
 * line what they are like: 10,000 diffs of one edit would help nobody.
 */
export class Exemplars {
  readonly #shown = new Set<string>();
  readonly #causes = new Map<string, { count: number; first: string }>();

  /**
   * Takes note of a verdict that differs.
   *
   * @returns The title of a verdict that shows the same; `undefined` for one that is to be shown itself.
   */
  like(verdict: Shown): string | undefined {
    const { title } = verdict;
    // A test that is tried again shows what it has shown before.
    if (this.#shown.has(title)) return undefined;
    const keys = keysOf(verdict);
    const known = keys.map((key) => this.#causes.get(key));
    const isNew = known.some((cause) => cause === undefined || cause.count < PER_CAUSE);
    const first = known.find((cause) => cause !== undefined)?.first ?? [...this.#shown][0];
    if (!isNew || (this.#shown.size >= PER_MODULE && first !== undefined)) return first;
    this.#shown.add(title);
    for (const key of keys) {
      const cause = this.#causes.get(key);
      if (cause) cause.count++;
      else this.#causes.set(key, { count: 1, first: title });
    }
    return undefined;
  }
}

/** What has no cause, such as a golden that is not there, is told apart by what is said of it. */
function keysOf({ causes = [], status, reason = '' }: Shown): string[] {
  return causes.length > 0 ? causes.map(({ key }) => key) : [`${status} ${reason}`];
}
