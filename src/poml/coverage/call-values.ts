import { identityOf, sizeOf, traitsOf } from './traits.ts';

/** What one call had in it, beyond the outcomes it reached: the material for choosing calls that differ. */
export class CallValues {
  /** Kinds of values, by place. */
  readonly traits = new Set<string>();
  /** How joined conditions came out together, by place. */
  readonly decisions = new Set<string>();
  /** The simple values that each place had. */
  readonly values = new Map<string, Set<string>>();
  /** The greatest number, and the length of the longest text or list, at each place. */
  readonly greatest = new Map<string, number>();
  /** The least number at each place. */
  readonly least = new Map<string, number>();
  /** How near the two sides of each comparison were to each other, below and above apart. */
  readonly gaps = new Map<string, number>();

  /** Never throws: values of a context can be proxies that refuse to be looked at. */
  value(place: string, value: unknown): void {
    try {
      this.look(place, value);
    } catch {
      this.traits.add(`${place} refuses`);
    }
  }

  private look(place: string, value: unknown): void {
    for (const trait of traitsOf(value)) this.traits.add(`${place} ${trait}`);
    const identity = identityOf(value);
    if (identity !== undefined) {
      const known = this.values.get(place);
      if (known === undefined) this.values.set(place, new Set([identity]));
      else known.add(identity);
    }
    const isNumber = typeof value === 'number' && Number.isFinite(value);
    const size = isNumber ? value : sizeOf(value);
    if (size === undefined) return;
    if (size > (this.greatest.get(place) ?? Number.NEGATIVE_INFINITY)) this.greatest.set(place, size);
    if (isNumber && size < (this.least.get(place) ?? Number.POSITIVE_INFINITY)) this.least.set(place, size);
  }

  decision(place: string, outcomes: string): void {
    this.decisions.add(`${place} ${outcomes}`);
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
