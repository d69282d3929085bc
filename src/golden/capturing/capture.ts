import { rmSync } from 'node:fs';
import path from 'node:path';
import { TraceError } from '../../trace/error.ts';
import { readTraceBytes } from '../../trace/file.ts';
import { CAPTURED_SUFFIX, SUFFIXES } from '../../trace/names.ts';
import type { Session, Trace } from '../../trace/types.ts';
import { Redactor, type RedactRules } from '../redaction/redactor.ts';
import type { GoldenTools } from '../tools.ts';
import { type DraftOptions, draftGolden, type GoldenDraft, type RefusedDraft } from './draft.ts';
import { changesOf, type PlacedDraft, placeDraft, unusedAssets } from './place.ts';

/** Calls of one session that are to become goldens. */
export interface CaptureSource {
  session: Session;
  /** Of that session, in its order. */
  traces: readonly Trace[];
}

/** What is captured, and how. */
export interface CaptureRequest extends Omit<DraftOptions, 'redactor'> {
  sources: readonly CaptureSource[];
  /** Absolute folder; every session gets a folder of its name in it. */
  to: string;
  /** Absolute folder, there and empty, to make the goldens in; it is gone at the end. */
  drafts: string;
  /** What is replaced; nothing when left out. */
  redact?: RedactRules | undefined;
  /** Write nothing. */
  dryRun: boolean;
}

/** What became of a call. */
export type CaptureAction =
  | 'written'
  /** There was another golden, which was replaced (`--force`). */
  | 'replaced'
  /** The very same golden is there. */
  | 'unchanged'
  /** Another golden is there, and stays. */
  | 'different'
  /** It is not fit for a golden. */
  | 'refused';

/** One call, and what became of it. */
export interface CaptureResult {
  trace: Trace;
  action: CaptureAction;
  /** Absolute path of the golden, without suffix. */
  golden: string;
  /** Endings of the files in which it differs from the golden that is there. */
  differs: readonly string[];
  /** How many copies of files it reads are kept with it. */
  assets: number;
  /** How often each rule has replaced something in it. */
  redacted: Readonly<Record<string, number>>;
  /** Sentences for people. */
  notes: readonly string[];
  /** Where values that paths name still stand. */
  left: readonly string[];
  /** Why it is not fit. */
  reason?: string;
}

export interface CaptureOutcome {
  results: CaptureResult[];
  /** Absolute paths of files that were removed because nothing needs them any more. */
  removed: string[];
}

/** A capture that cannot begin; the message says why and what to do. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
}

/**
 * Makes goldens of recorded calls. What is there already and the same stays untouched, what is there and different is
 * kept unless `force` is set, and all that is written changes as one: a run that is killed leaves all goldens old or new.
 *
 * @param told Told before each call how many are done.
 * @throws CaptureError when two sessions would go into one folder, or a path to redact names nothing anywhere
 */
export async function capture(
  request: CaptureRequest,
  tools: GoldenTools,
  told: (done: number) => void = () => {},
): Promise<CaptureOutcome> {
  const { sources, drafts: stage } = request;
  try {
    const redactors = redactorsOf(request);
    checkFolders(sources);
    const drafts: (GoldenDraft | RefusedDraft)[] = [];
    for (const { session, traces } of sources) {
      const options: DraftOptions = { ...request, redactor: redactors.get(session) };
      for (const trace of traces) {
        told(drafts.length);
        drafts.push(await draftGolden(trace, path.join(stage, String(drafts.length)), options, tools));
      }
    }
    return finish(drafts, request, tools);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function finish(
  drafts: readonly (GoldenDraft | RefusedDraft)[],
  { to, force, dryRun }: CaptureRequest,
  { files }: GoldenTools,
): CaptureOutcome {
  const placed = new Map<GoldenDraft, PlacedDraft>();
  for (const draft of drafts) if (!('refused' in draft)) placed.set(draft, placeDraft(draft, to));
  const all = [...placed.values()];
  const written = all.filter(({ state }) => state === 'new' || (state === 'different' && force));
  const removals = written.length === 0 ? [] : removalsOf(written, all);
  // Recordings are many; after a power cut they can be captured again.
  if (!dryRun && written.length > 0) files.change(changesOf(written, removals), { durable: false });
  const results = drafts.map((draft) =>
    'refused' in draft ? refusal(draft, to) : resultOf(placed.get(draft)!, force),
  );
  return { results, removed: removals };
}

/** What goes with the goldens that are written: files of those they replace, and copies that none needs any more. */
function removalsOf(written: readonly PlacedDraft[], all: readonly PlacedDraft[]): string[] {
  const targets = new Set(written.map(({ target }) => target));
  const unused = [...targets].flatMap((target) =>
    unusedAssets(
      target,
      all.filter((each) => each.target === target && (each.state !== 'different' || written.includes(each))),
    ),
  );
  return [...written.flatMap(({ extra }) => extra), ...written.flatMap(renamedFiles), ...unused];
}

/** A golden that is captured into its own folder, under a name without what was replaced in it, leaves the old name. */
function renamedFiles({ draft, target }: PlacedDraft): string[] {
  const { trace } = draft;
  if (path.resolve(trace.sessionDir) !== target || trace.id === draft.id) return [];
  return [...SUFFIXES, CAPTURED_SUFFIX, ...trace.artifacts]
    .filter((suffix) => trace.has(suffix))
    .map((suffix) => trace.path(suffix));
}

function resultOf({ draft, target, state, differs }: PlacedDraft, force: boolean): CaptureResult {
  const { trace, id, assets, redacted, notes, left } = draft;
  const action = state === 'new' ? 'written' : state === 'different' && force ? 'replaced' : state;
  const golden = path.join(target, id);
  return {
    trace,
    action,
    golden,
    differs: state === 'new' ? [] : differs,
    assets: assets.length,
    redacted: Object.fromEntries(redacted),
    notes,
    left,
  };
}

function refusal({ trace, session, id, refused }: RefusedDraft, to: string): CaptureResult {
  const golden = path.join(to, session, id);
  return {
    trace,
    action: 'refused',
    golden,
    differs: [],
    assets: 0,
    redacted: {},
    notes: [],
    left: [],
    reason: refused,
  };
}

/** One for each session: the same value gets the same placeholder in all of it, whichever of its calls are captured. */
function redactorsOf({ sources, redact }: CaptureRequest): Map<Session, Redactor> {
  const redactors = new Map<Session, Redactor>();
  if (!redact) return redactors;
  for (const { session } of sources) redactors.set(session, learnt(session, redact));
  const unused = redact.paths
    .map(({ text }) => text)
    .filter((text) => [...redactors.values()].every((each) => each.unusedPaths().includes(text)));
  const [first] = unused;
  if (first !== undefined) {
    throw new CaptureError(
      `The path ${first} names nothing in any context, stylesheet or JSON artifact of these sessions. ` +
        'Mend or leave it out: a misspelt path would redact nothing.',
    );
  }
  return redactors;
}

function learnt(session: Session, rules: RedactRules): Redactor {
  const redactor = new Redactor(rules);
  const values = session.traces.map((trace) => unlessBroken(() => jsonOf(trace)));
  for (const value of values.flat()) redactor.learn(value);
  // Numbers are given in the order of the session, also to what is found in texts.
  for (const [i, trace] of session.traces.entries()) {
    for (const value of values[i]!) redactor.json(value);
    unlessBroken(() => textsOf(trace).map(({ bytes, isMarkup }) => redactor.bytes(bytes, isMarkup)));
  }
  return redactor;
}

/** Nothing for a call with a broken file; it will be refused, and said. */
function unlessBroken<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof TraceError) return [];
    throw error;
  }
}

/** All texts in which something is looked for, in a fixed order. */
function textsOf(trace: Trace): { bytes: Buffer; isMarkup: boolean }[] {
  const suffixes = ['.poml', '.env', ...trace.artifacts].filter((suffix) => trace.has(suffix));
  return suffixes.map((suffix) => ({
    bytes: readTraceBytes(trace.path(suffix), trace.sessionDir),
    isMarkup: suffix === '.poml',
  }));
}

/** All JSON values that paths are looked up in. */
function jsonOf(trace: Trace): unknown[] {
  const artifacts = trace.artifacts.filter((suffix) => suffix.endsWith('.json'));
  return [
    trace.context,
    trace.stylesheet,
    ...artifacts.flatMap((suffix) =>
      parsed(readTraceBytes(trace.path(suffix), trace.sessionDir).toString('utf8')),
    ),
  ];
}

function parsed(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

function checkFolders(sources: readonly CaptureSource[]): void {
  const dirs = new Map<string, string>();
  for (const { session } of sources) {
    const other = dirs.get(session.name);
    if (other !== undefined && other !== session.dir) {
      throw new CaptureError(
        `${other} and ${session.dir} have the same name and would go into one folder. Capture them apart, each --to a folder of its own.`,
      );
    }
    dirs.set(session.name, session.dir);
  }
}
