import { type CompiledExpression, type Realm, type Scope, watchExpression } from '../expression/index.ts';
import type { SourceFile } from '../source.ts';
import type { CompiledDocument, ElementTemplate } from '../template/document.ts';
import { CallValues } from './call-values.ts';
import { hashOf } from './hash.ts';
import { type DocumentPoints, documentPoints, type ExpressionSite } from './points.ts';
import { watchParts } from './watch-parts.ts';

/** How often calls reached what stands in one file: plain data, small, changed in place by every render. */
export interface FileHits {
  /** Absolute; left out for markup given as a string. */
  path?: string;
  /** Of the file's text. */
  hash: string;
  /** Whether the file was included; a file can be both. */
  included: boolean;
  /** How many renders evaluated it. */
  calls: number;
  /** By outcome, in the order of `documentPoints`: how many renders reached it. */
  hits: number[];
  /** Of a prompt's main file: the variables that its calls were given, and by how many. */
  given: Record<string, number>;
  /** Of a prompt's main file: the paths that its calls read, includes counted in, and by how many. */
  read: Record<string, number>;
}

/** A file that renders have reached. */
export interface CoveredFile {
  readonly file: SourceFile;
  readonly points: DocumentPoints;
  readonly hits: FileHits;
}

export interface CoverageOptions {
  /** Which files are counted (default: all). Asked once per text. */
  counts?: (file: SourceFile) => boolean;
  /** A path that stands for a file: files of the same text and the same such path are one (default: their own paths). */
  identity?: (path: string) => string;
  /** Take note of values too, see `lastCall` (default `false`). */
  values?: boolean;
}

/** Variables and paths that are counted for one prompt: a context may have a key per customer. */
const MAX_NAMES = 1000;

interface Recorder extends CoveredFile {
  /** The call that last reached each outcome. */
  readonly reachedIn: number[];
  readonly watched: Map<number, CompiledExpression>;
  /** Number of the file, for places. */
  readonly number: number;
}

/**
 * Takes note of what renders reach in prompts. One serves any number of renders, one after the other: what is
 * counted is renders, so that neither loops nor POML's double evaluation count twice.
 *
 * @example
 * const coverage = new Coverage();
 * await render(markup, { context, coverage });
 * coverage.files[0].hits.hits
 */
export class Coverage {
  /** What was reached so far, as plain data that later renders change: by file, in the order they were reached. */
  readonly hits: FileHits[] = [];
  readonly files: CoveredFile[] = [];
  private readonly options: CoverageOptions;
  private readonly byText = new Map<string, Recorder | undefined>();
  private readonly byDocument = new WeakMap<CompiledDocument, { recorder: Recorder | undefined }>();
  /** How many renders have begun. */
  calls = 0;
  /** The files of the running call. */
  private touched = new Set<Recorder>();
  private main: Recorder | undefined;
  private given: Readonly<Record<string, unknown>> = {};
  private values: CallValues | undefined;

  constructor(options: CoverageOptions = {}) {
    this.options = options;
  }

  /** A render begins. It counts when it ends, before another begins. */
  begin(document: CompiledDocument, context: Readonly<Record<string, unknown>>): void {
    this.calls++;
    this.touched = new Set();
    this.values = this.options.values ? new CallValues() : undefined;
    this.given = context;
    this.main = this.recorderOf(document);
  }

  /** Everything of the render that began last is evaluated, or as much as could be. */
  end(): void {
    const paths = new Set<string>();
    for (const { hits, points, reachedIn } of this.touched) {
      hits.calls++;
      for (const { kind, first, outcomes, text, root } of points.points) {
        for (let outcome = first; outcome < first + outcomes.length; outcome++)
          if (reachedIn[outcome] === this.calls) hits.hits[outcome]!++;
        if (kind === 'path' && root !== undefined && reachedIn[first] === this.calls) paths.add(text);
      }
    }
    if (this.main === undefined) return;
    for (const name of namesOf(this.given)) count(this.main.hits.given, name);
    for (const path of paths) count(this.main.hits.read, path);
  }

  /**
   * What the render that began last has reached, and with what values.
   * @throws TypeError without the option `values`
   */
  lastCall(): { outcomes: string[]; values: CallValues } {
    if (this.values === undefined) throw new TypeError('values were not noted: set the option values');
    const outcomes = [...this.touched].flatMap(({ number, reachedIn, points }) =>
      points.points.flatMap(({ kind, first, outcomes }) =>
        kind === 'path'
          ? []
          : outcomes.flatMap((_, index) =>
              reachedIn[first + index] === this.calls ? [`${number}:${first + index}`] : [],
            ),
      ),
    );
    return { outcomes, values: this.values };
  }

  /** An element stands for something: its condition holds. */
  reached(document: CompiledDocument, { origin }: ElementTemplate): void {
    const recorder = this.recorderOf(document);
    if (recorder === undefined) return;
    const { points, elements, constant } = recorder.points;
    const point = elements.get(origin.start);
    if (point === undefined || points[point]!.end !== origin.end) return;
    this.hit(recorder, points[point]!.first);
    for (const outcome of constant.get(origin.start) ?? []) this.hit(recorder, outcome);
  }

  /** Evaluates an expression of a document, watching. */
  evaluate(
    document: CompiledDocument,
    expression: CompiledExpression,
    start: number,
    scope: Scope,
    realm: Realm,
  ): unknown {
    const recorder = this.recorderOf(document);
    const site = recorder?.points.sites.get(start);
    if (recorder === undefined || site?.source !== expression.source)
      return expression.evaluate(scope, realm);
    let watched = recorder.watched.get(start);
    if (watched === undefined) {
      watched = watchExpression(site.source, (statements) =>
        watchParts(statements, site.offset, recorder.points, {
          hit: (outcome) => this.hit(recorder, outcome),
          values: () => this.values,
          place: (at) => `${recorder.number}:${at}`,
        }),
      );
      recorder.watched.set(start, watched);
    }
    const value = watched.evaluate(scope, realm);
    this.outcome(recorder, site, value);
    return value;
  }

  private outcome(recorder: Recorder, site: ExpressionSite, value: unknown): void {
    const { kind, point } = site;
    const { first } = recorder.points.points[point]!;
    if (kind === 'if') this.hit(recorder, value ? first : first + 1);
    else if (kind === 'expression') this.hit(recorder, first);
    else if (isList(value)) this.hit(recorder, first + Math.min(value.length, 2));
    this.values?.value(`${recorder.number}:${site.offset}`, value);
  }

  private hit({ reachedIn }: Recorder, outcome: number): void {
    reachedIn[outcome] = this.calls;
  }

  private recorderOf(document: CompiledDocument): Recorder | undefined {
    let known = this.byDocument.get(document);
    if (known === undefined) {
      known = { recorder: this.findRecorder(document) };
      this.byDocument.set(document, known);
    }
    if (known.recorder !== undefined) this.touched.add(known.recorder);
    return known.recorder;
  }

  /** The same text at the same path is the same file, wherever it is included. */
  private findRecorder(document: CompiledDocument): Recorder | undefined {
    const { file } = document;
    const included = file.includedFrom.length > 0;
    const identity = file.path === undefined ? '' : (this.options.identity?.(file.path) ?? file.path);
    const key = `${included ? 'included' : 'main'}\0${identity}\0${file.text}`;
    if (this.byText.has(key)) return this.byText.get(key);
    let recorder: Recorder | undefined;
    if (this.options.counts?.(file) ?? true) {
      const points = documentPoints(document, included);
      const hits: FileHits = {
        ...(file.path !== undefined && { path: file.path }),
        hash: hashOf(file.text),
        included,
        calls: 0,
        hits: Array<number>(points.outcomes).fill(0),
        given: {},
        read: {},
      };
      const number = this.files.length;
      recorder = { file, points, hits, reachedIn: [], watched: new Map(), number };
      this.files.push(recorder);
      this.hits.push(hits);
    }
    this.byText.set(key, recorder);
    return recorder;
  }
}

function namesOf(context: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    return Object.keys(context);
  } catch {
    return [];
  }
}

/** A list whose length can be asked for: a proxy may refuse, which the render itself will say. */
function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value) && value.length >= 0;
  } catch {
    return false;
  }
}

function count(counts: Record<string, number>, name: string): void {
  if (!Object.hasOwn(counts, name)) {
    if (Object.keys(counts).length >= MAX_NAMES) return;
    counts[name] = 0;
  }
  counts[name]!++;
}
