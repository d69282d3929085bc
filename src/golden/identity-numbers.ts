/** Numbers values of several kinds by identity, in order of appearance from 1: the same value gets the same number. */
export class IdentityNumbers {
  readonly #numbers = new Map<string, Map<string, number>>();

  numberOf(kind: string, value: string): number {
    const values = this.#numbers.get(kind) ?? new Map<string, number>();
    this.#numbers.set(kind, values);
    const number = values.get(value) ?? values.size + 1;
    values.set(value, number);
    return number;
  }

  /** How many different values of each kind there were. */
  counts(): ReadonlyMap<string, number> {
    return new Map(Array.from(this.#numbers, ([kind, values]) => [kind, values.size]));
  }
}
