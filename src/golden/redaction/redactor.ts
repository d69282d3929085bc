import { isUtf8 } from 'node:buffer';
import { isRecord } from '../../trace/json.ts';
import { type ConcretePath, findPaths, type JsonPath } from '../json-path.ts';
import { type DetectOptions, detect, detectWhole } from './detect.ts';
import type { DetectorName } from './detectors.ts';
import { KnownValues } from './known-values.ts';
import { fieldName, Placeholders } from './placeholders.ts';

/** What is replaced. */
export interface RedactRules extends DetectOptions {
  /** Places in contexts, stylesheets and JSON artifacts whose values are replaced, and wherever else they stand. */
  paths: readonly JsonPath[];
  detectors: readonly DetectorName[];
}

/** How often each rule has replaced something: paths as they were written, and names of detectors. */
export type RedactCounts = ReadonlyMap<string, number>;

const MAX_DEPTH = 500;
const KNOWN_ENDING =
  /\.(?:txt|md|json|jsonl|poml|csv|tsv|xml|html?|ya?ml|log|bin|png|jpe?g|gif|webp|svg|pdf|docx|xlsx)$/i;

/**
 * Replaces values of one session. Values that paths name are learnt from all calls first, so that they are found in
 * texts that come earlier; the same value gets the same placeholder in the whole session, whichever calls are kept.
 */
export class Redactor {
  readonly rules: RedactRules;
  readonly #placeholders = new Placeholders();
  readonly #known = new KnownValues();
  readonly #used = new Set<string>();
  #counts = new Map<string, number>();

  constructor(rules: RedactRules) {
    this.rules = rules;
  }

  /** Takes note of the values that the paths name in a JSON value. */
  learn(json: unknown): void {
    for (const { place, rule } of this.#places(json)) {
      const value = valueAt(json, place);
      if (typeof value === 'string') this.#learnValue(value, this.#inPlace(value, place), rule);
      else if (typeof value === 'number')
        this.#learnValue(String(value), String(this.#placeholders.number(value)), rule);
    }
  }

  /** A JSON value with everything replaced, in keys too; the same value where nothing is. */
  json<T>(json: T): T {
    const named = new Map(this.#places(json).map(({ place, rule }) => [JSON.stringify(place), rule]));
    return this.#walk(json, [], named) as T;
  }

  /** A text with everything replaced. @param isMarkup It is a prompt: ordinary words in it are its own. */
  text(text: string, isMarkup = false): string {
    const known = this.#known
      .find(text, isMarkup)
      .map(({ start, end, known: { placeholder, rule } }) => ({ start, end, placeholder, rule }));
    const detected = detect(text, this.rules).map(({ start, end, detector, value }) => ({
      start,
      end,
      detector,
      value,
      rule: detector,
    }));
    const all = [...known, ...detected].sort((one, other) => one.start - other.start || other.end - one.end);
    let result = '';
    let at = 0;
    for (const each of all) {
      if (each.start < at) continue;
      const placeholder =
        'detector' in each ? this.#placeholders.detected(each.detector, each.value) : each.placeholder;
      result += text.slice(at, each.start) + placeholder;
      at = each.end;
      this.#count(each.rule);
    }
    return at === 0 ? text : result + text.slice(at);
  }

  /** Bytes with everything replaced where they are text; `undefined` where they are not, so that they stay as they are. */
  bytes(bytes: Uint8Array, isMarkup = false): Buffer | undefined {
    if (!isPlainText(bytes)) return undefined;
    const text = Buffer.from(bytes).toString('utf8');
    return Buffer.from(this.text(text, isMarkup));
  }

  /** A file name or path; ordinary words in it are the application's own. */
  name(name: string): string {
    // An address takes the ending for a part of its domain.
    const [ending = ''] = KNOWN_ENDING.exec(name) ?? [];
    return this.text(name.slice(0, name.length - ending.length), true) + ending;
  }

  /** Values named by paths that still stand in a text. */
  leftIn(text: string): ReturnType<KnownValues['leftIn']> {
    return this.#known.leftIn(text);
  }

  /** Paths that have named nothing so far. */
  unusedPaths(): string[] {
    return this.rules.paths.map(({ text }) => text).filter((text) => !this.#used.has(text));
  }

  /** What has been replaced since the last time. */
  takeCounts(): RedactCounts {
    const counts = this.#counts;
    this.#counts = new Map();
    return counts;
  }

  /** The places of all leaves that the paths name. */
  #places(json: unknown): { place: ConcretePath; rule: string }[] {
    return this.rules.paths.flatMap((path) =>
      findPaths(json, path).flatMap((place) => {
        this.#used.add(path.text);
        return leaves(valueAt(json, place), place).map((leaf) => ({ place: leaf, rule: path.text }));
      }),
    );
  }

  #learnValue(value: string, placeholder: string, rule: string): void {
    this.#known.add({ value, placeholder, rule });
  }

  #inPlace(value: string, place: ConcretePath): string {
    const detector = detectWhole(value);
    if (value === '') return value;
    return detector
      ? this.#placeholders.detected(detector, value)
      : this.#placeholders.text(value, fieldName(place));
  }

  #walk(value: unknown, place: ConcretePath, named: ReadonlyMap<string, string>): unknown {
    const rule = named.get(JSON.stringify(place));
    if (rule !== undefined) this.#count(rule);
    if (typeof value === 'string') return rule === undefined ? this.text(value) : this.#inPlace(value, place);
    if (typeof value === 'number')
      return rule === undefined ? this.#number(value) : this.#placeholders.number(value);
    if (typeof value === 'boolean') return rule === undefined ? value : false;
    if (Buffer.isBuffer(value)) return this.bytes(value) ?? value;
    if (typeof value !== 'object' || value === null || place.length > MAX_DEPTH) return value;
    if (Array.isArray(value)) return value.map((item, i) => this.#walk(item, [...place, i], named));
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.text(key), this.#walk(item, [...place, key], named)]),
    );
  }

  /** A number that as a text is something to replace as a whole. */
  #number(value: number): number {
    const text = String(value);
    const replaced = this.text(text);
    return replaced === text || Number.isNaN(Number(replaced)) ? value : Number(replaced);
  }

  #count(rule: string): void {
    this.#counts.set(rule, (this.#counts.get(rule) ?? 0) + 1);
  }
}

/** Whether bytes are text that may be changed. A PDF may look like text, and counts its bytes. */
function isPlainText(bytes: Uint8Array): boolean {
  return (
    isUtf8(bytes) && !bytes.includes(0) && Buffer.from(bytes.subarray(0, 5)).toString('latin1') !== '%PDF-'
  );
}

function valueAt(json: unknown, place: ConcretePath): unknown {
  return place.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], json);
}

/** The places of what is no list and no object; buffers are leaves. */
function leaves(value: unknown, place: ConcretePath): ConcretePath[] {
  if (place.length > MAX_DEPTH || Buffer.isBuffer(value)) return [place];
  if (Array.isArray(value)) return value.flatMap((item, i) => leaves(item, [...place, i]));
  if (!isRecord(value)) return [place];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, [...place, key]));
}
