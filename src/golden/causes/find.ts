import path from 'node:path';
import type { Bundle, RenderOptions } from '../../poml/types.ts';
import { sharedEnds } from '../blanks.ts';
import { contextJson } from '../call-golden.ts';
import { type Cause, type CauseKind, causeKey } from '../causes.ts';
import { compare, type RenderedBytes } from '../compare.ts';
import type { Tolerance } from '../compare-options.ts';
import type { Golden } from '../golden.ts';
import { renderedJson } from '../golden.ts';
import { attempt, chain, type MaybePromise, mapMaybe } from '../maybe.ts';
import type { Subject } from '../prepare.ts';
import { tryRender } from '../render.ts';
import { compareValues } from '../structure.ts';
import type { GoldenTools, Render } from '../tools.ts';
import type { Difference, Verdict } from '../verdict.ts';
import { bundledEdits, dependencyEdits, joinBundles } from './bundled.ts';
import { changeWords } from './describe.ts';
import { editCauses } from './edit-causes.ts';
import { outsideCauses, type Scene } from './outside.ts';

const MAX_TEXTS = 32;
/** Larger results are not rendered again to find out which of several changes matters. */
const MAX_TRIED = 500_000;

/** How causes are looked for. */
export interface FindOptions {
  /** Absolute folder that names of files start in, so that keys are the same on every machine. */
  root: string;
  /** What counts as the same. */
  tolerance?: Tolerance | undefined;
}

/** Something that changed, and what to render to see the result without it. */
interface Suspect {
  cause: Cause;
  /** Of an edit in one place that only exchanges text: the words, and where the new ones stand. */
  literal?: { before: string; after: string; start: number; end: number };
  without: {
    markup?: string;
    context?: Record<string, unknown>;
    stylesheet?: Record<string, unknown>;
    bundle?: Bundle;
  };
}

/** What thousands of traces of a run share. */
interface Shared {
  /** Texts of included files; `undefined` for one that cannot be read. */
  texts: Map<string, string | undefined>;
  causes: Map<string, Cause>;
  /** How often in a row earlier texts of what a prompt reads have explained nothing. */
  vain: Map<string, number>;
}
/** After so many renders of a prompt that they do not explain, earlier texts of what it reads are not tried any more. */
const MAX_VAIN = 3;
const shared = new WeakMap<GoldenTools, Shared>();

function sharedOf(tools: GoldenTools): Shared {
  const known = shared.get(tools) ?? { texts: new Map(), causes: new Map(), vain: new Map() };
  shared.set(tools, known);
  return known;
}

/** The text of a file, `undefined` where there is none that can be read. */
function textOf(file: string, tools: GoldenTools): string | undefined {
  const { texts } = sharedOf(tools);
  if (texts.has(file)) return texts.get(file);
  const read = attempt(
    () => tools.files.read(file),
    () => undefined,
  ) as string | undefined;
  if (texts.size >= MAX_TEXTS) texts.clear();
  texts.set(file, read);
  return read;
}

/** What was found of the causes of one render. */
interface Search {
  causes: Cause[];
  /** Something that no known edit explains was left. */
  isOpen: boolean;
}

/**
 * What made a render differ from its golden.
 *
 * Edits of the prompt, and of a call's context and stylesheet, are known from the recording. Which of several matter to
 * this render is found out by taking back one at a time and rendering again; so are edits of the files that it reads,
 * where the golden brought copies along, or where what they were before gives the golden. What all these do not explain
 * comes from files that the prompt reads, or from the engine: found by where the changed output comes from.
 *
 * @param verdict With differences, bytes, and the text that the golden was rendered from.
 */
export function findCauses(
  subject: Subject,
  golden: Golden,
  verdict: Verdict,
  { root, tolerance }: FindOptions,
  tools: GoldenTools,
): MaybePromise<Cause[]> {
  const name = (file: string) => nameFrom(root, file);
  const where = { files: tools.files, name };
  const recorded = verdict.expectedMarkup;
  const { markup = '', options } = subject;
  const bundled = bundledEdits(subject, golden, root, where);
  const suspects: Suspect[] = [
    ...(recorded === undefined ? [] : editCauses(recorded, markup, subject.source?.path, name)),
    ...inputSuspects(subject, golden, tools, name),
    ...bundled,
  ];
  const scene = (prompt: Scene['prompt']): Scene => ({
    prompt,
    markup: recorded ?? markup,
    file: options.sourcePath,
    unchanged: recorded !== undefined,
    name,
    read: (file) => textOf(file, tools),
    shared: sharedOf(tools).causes,
  });
  const { actual, actualJson } = verdict;
  if (!actual || actualJson === undefined) return [];
  const { trial, earlier } = tools;

  const search = (tried: readonly Suspect[]): MaybePromise<Search> => {
    const all = tried.map(({ cause }) => cause);
    if (tried.length === 0)
      return { causes: outsideCauses(verdict.differences, scene(actual)), isOpen: true };
    const closed = { causes: all, isOpen: false };
    if (tried.length === 1 && isAllOf(tried[0]!, verdict)) return closed;
    if (!trial || actualJson.length > MAX_TRIED || recorded === undefined) return closed;
    const before: RenderOptions = Object.assign(
      { ...options },
      ...tried.map(({ without }) => inputs(without)),
      joinBundles(tried.flatMap(({ without: { bundle } }) => bundle ?? [])),
    );
    return chain(tryRender(trial, recorded, before), ({ prompt }) => {
      if (!prompt) return closed;
      const json = renderedJson(prompt);
      return chain(restOf({ prompt, json, text: String(prompt) }, golden, tolerance, tools), (rest) => {
        const isOpen = rest.length > 0;
        const outside = isOpen ? outsideCauses(rest, scene(prompt)) : [];
        if (tried.length === 1)
          return { causes: json === actualJson ? outside : [...all, ...outside], isOpen };
        // What is taken back together is tried once.
        const ways = [...new Set(tried.map(({ without }) => without))];
        return chain(
          mapMaybe(ways, (without) => matters(without, markup, options, actualJson, trial)),
          (matter) => {
            const known = all.filter((_, i) => matter[ways.indexOf(tried[i]!.without)]);
            // Two that each have the same effect: neither is missed alone.
            return { causes: known.length + outside.length > 0 ? [...known, ...outside] : all, isOpen };
          },
        );
      });
    });
  };

  return chain(search(suspects), ({ causes, isOpen }) => {
    if (!isOpen || !trial || !earlier || bundled.length > 0 || recorded === undefined) return causes;
    const [last = [], all] = dependencyEdits(actual.dependencies, earlier, where);
    if (last.length === 0) return causes;
    const { vain } = sharedOf(tools);
    const tries = `${options.sourcePath ?? ''} ${(all ?? last).map(({ cause }) => cause.key).join(' ')}`;
    const failures = vain.get(tries) ?? 0;
    if (failures >= MAX_VAIN) return causes;
    const give = (again: Search): Cause[] => {
      vain.set(tries, again.isOpen ? failures + 1 : 0);
      return again.isOpen ? causes : again.causes;
    };
    return chain(search([...suspects, ...last]), (again) =>
      again.isOpen && all ? chain(search([...suspects, ...all]), give) : give(again),
    );
  });
}

/**
 * Whether an edit is plainly all that there is: golden and render differ in one stretch, which comes from its place and holds
 * nothing but its words. Spares most traces a render.
 */
function isAllOf({ literal }: Suspect, { differences, expectedJson, actualJson }: Verdict): boolean {
  const [difference] = differences;
  if (!literal || !difference || differences.length > 1) return false;
  if (expectedJson === undefined || actualJson === undefined) return false;
  const { location } = difference;
  if (!location || location.includedFrom?.length || location.expression !== undefined) return false;
  if (location.offset < literal.start || location.offset >= literal.end) return false;
  const [before, after] = middles(expectedJson, actualJson);
  return literal.before.includes(before) && literal.after.includes(after);
}

/** What differs between two texts when what they share at both ends is left out. */
function middles(one: string, other: string): [string, string] {
  const { start, end } = sharedEnds(one, other);
  return [one.slice(start, one.length - end), other.slice(start, other.length - end)];
}

/** What still differs when everything known is taken back. */
function restOf(
  base: RenderedBytes,
  golden: Golden,
  tolerance: Tolerance | undefined,
  { comparePictures }: GoldenTools,
): MaybePromise<Difference[]> {
  // A recorded failure has no result that could differ.
  if (golden.json === undefined) return [];
  return attempt(
    () => chain(compare(base, golden, { comparePictures, tolerance }), ({ differences }) => differences),
    () => [],
  );
}

/** Whether the result is another one without a change. */
function matters(
  without: Suspect['without'],
  markup: string,
  options: RenderOptions,
  actualJson: string,
  trial: Render,
): MaybePromise<boolean> {
  const outcome = tryRender(trial, without.markup ?? markup, { ...options, ...inputs(without) });
  return chain(outcome, ({ prompt }) => !prompt || renderedJson(prompt) !== actualJson);
}

function inputs({ context, stylesheet, bundle }: Suspect['without']): Partial<RenderOptions> {
  return { ...(context && { context }), ...(stylesheet && { stylesheet }), ...(bundle && { bundle }) };
}

/** The text that the golden was rendered from; `undefined` where nobody knows. */
export function recordedMarkup(
  { trace, markup }: Subject,
  { prefix, markup: known }: Golden,
  { files }: GoldenTools,
): string | undefined {
  if (markup === undefined) return undefined;
  if (prefix === undefined) return known;
  const read = () =>
    trace?.prefix === prefix && trace.has('.poml') ? trace.markup : files.read(`${prefix}.poml`);
  return attempt<string | undefined>(read, () => undefined) as string | undefined;
}

/** Context and stylesheet where they are not those of the golden: a trace's own always are. */
function inputSuspects(
  { trace, options }: Subject,
  { prefix }: Golden,
  { files }: GoldenTools,
  name: (file: string) => string,
): Suspect[] {
  if (prefix === undefined || trace?.prefix === prefix) return [];
  return (['context', 'stylesheet'] as const).flatMap((kind) => {
    const file = `${prefix}.${kind}.json`;
    const before = parsed(
      attempt(
        () => files.read(file),
        () => undefined,
      ) as string | undefined,
    );
    const after = parsed(contextJson(options[kind]));
    const [first] = before && after ? compareValues(before, after, kind) : [];
    if (!before || !after || !first) return [];
    return [{ cause: inputCause(kind, file, first, name, [before, after]), without: { [kind]: before } }];
  });
}

/** An empty object for what is not there, as POML writes no file then; `undefined` for what cannot be read. */
function parsed(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return {};
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function inputCause(
  kind: CauseKind & ('context' | 'stylesheet'),
  file: string,
  { path: place, expected, actual }: Difference,
  name: (file: string) => string,
  values: readonly unknown[],
): Cause {
  const text = (value: unknown) => (value === undefined ? '' : (JSON.stringify(value) ?? ''));
  const words = changeWords(text(expected), text(actual));
  return {
    key: causeKey(kind, name(file), ...values.map(text)),
    kind,
    file,
    before: text(expected).slice(0, 2000),
    after: text(actual).slice(0, 2000),
    summary: `the ${kind} of the call changed: ${place} ${words}`,
  };
}

function nameFrom(root: string, file: string): string {
  return path.relative(root, file).replaceAll('\\', '/');
}
