import { IdentityNumbers } from '../identity-numbers.ts';
import { DETECTORS, type Detector, type DetectorName } from './detectors.ts';

const DATE = /^\d{4}-\d{2}-\d{2}(?=$|[T ])/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * What stands in place of values: numbered by identity in order of appearance, so that equal values stay equal and
 * different ones different.
 */
export class Placeholders {
  readonly #numbers = new IdentityNumbers();

  /** For something that a detector has found. */
  detected(detector: DetectorName, value: string): string {
    const { identity, placeholder }: Detector = DETECTORS[detector];
    return placeholder(this.#numbers.numberOf(detector, identity?.(value) ?? value), value);
  }

  /**
   * For a text that a path has named: of the same form where it is a date, an id, an address or a number, else named
   * after its field, e.g. `name-1`.
   */
  text(value: string, field: string): string {
    const [day] = DATE.exec(value) ?? [];
    if (day !== undefined) {
      const time = Date.UTC(2000, 0, 1) + (this.#numbers.numberOf('date', day) - 1) * DAY_MS;
      return new Date(time).toISOString().slice(0, 10) + value.slice(day.length);
    }
    if (UUID.test(value))
      return `00000000-0000-4000-8000-${String(this.#numbers.numberOf('uuid', value)).padStart(12, '0')}`;
    if (/^https?:\/\//i.test(value)) return `https://example.com/${this.#numbers.numberOf('url', value)}`;
    if (/^\d+$/.test(value))
      return String(this.#numbers.numberOf('digits', value)).padStart(value.length, '0');
    return `${field}-${this.#numbers.numberOf(field, value)}`;
  }

  /** For a number that a path has named: whole numbers stay whole, negative ones negative. */
  number(value: number): number {
    const number = this.#numbers.numberOf('number', String(value));
    const size = Number.isInteger(value) ? number : number + 0.5;
    return value < 0 ? -size : size;
  }
}

/** The name of the field that a path leads to, as a word for placeholders; positions in lists count for their list. */
export function fieldName(path: readonly (string | number)[]): string {
  const key = path.findLast((step) => typeof step === 'string');
  const word = String(key ?? '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase()
    .slice(0, 24);
  return word === '' ? 'value' : word;
}
