import { identityOf, sizeOf, traitsOf } from './traits.ts';

/** What one call had in it, beyond the outcomes it reached: the material for choosing calls that differ. */
export class CallValues {
  /** Kinds of values, by place, and how joined conditions came out. */
  readonly traits = new Set<string>();
  /** The simple values that each place had. */
  readonly values = new Map<string, Set<string>>();
  /** The greatest length of a text or list at each place. */
  readonly sizes = new Map<string, number>();
  /** How near the two sides of each comparison were to each other, below and above apart. */
  readonly gaps = new Map<string, number>();

  value(place: string, value: unknown): void {
    for (const trait of traitsOf(value)) this.traits.add(`${place} ${trait}`);
    const identity = identityOf(value);
    if (identity !== undefined) {
      const known = this.values.get(place);
      if (known === undefined) this.values.set(place, new Set([identity]));
      else known.add(identity);
    }
    const size = sizeOf(value);
    if (size !== undefined && size > (this.sizes.get(place) ?? -1)) this.sizes.set(place, size);
  }

  decision(place: string, outcomes: string): void {
    this.traits.add(`${place} ${outcomes}`);
  }

  comparison(place: string, left: unknown, right: unknown): void {
    if (typeof left !== 'number' || typeof right !== 'number') return;
    const gap = left - right;
    if (!Number.isFinite(gap)) return;
    const side = `${place} ${gap < 0 ? 'below' : gap > 0 ? 'above' : 'equal'}`;
    const size = Math.abs(gap);
    if (size < (this.gaps.get(side) ?? Number.POSITIVE_INFINITY)) this.gaps.set(side, size);
  }
}
