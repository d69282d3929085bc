import path from 'node:path';
import type { RenderedPrompt } from '../../poml/types.ts';
import { capturedText } from '../../trace/captured.ts';
import { TraceError } from '../../trace/error.ts';
import { readTraceBytes } from '../../trace/file.ts';
import { CAPTURED_SUFFIX } from '../../trace/names.ts';
import type { Captured, Trace } from '../../trace/types.ts';
import { contextJson } from '../call-golden.ts';
import { type EvaluateOptions, evaluate } from '../evaluate.ts';
import { renderedJson } from '../golden.ts';
import type { RedactCounts, Redactor } from '../redaction/redactor.ts';
import { hindrance, renderReceived } from '../render.ts';
import type { GoldenTools } from '../tools.ts';
import type { Verdict } from '../verdict.ts';
import { type BundledFiles, bundleFiles } from './bundle.ts';
import { DraftFolder } from './draft-folder.ts';
import { leftIn } from './left.ts';
import { capturedOf, cleanId } from './provenance.ts';

/** A golden as it will be, in a folder of its own until it is put in its place. */
export interface GoldenDraft {
  /** The recorded call. */
  trace: Trace;
  /** Name of the session's folder, and of the golden in it. */
  session: string;
  id: string;
  /** Absolute folder that holds its files, and `assets`. */
  dir: string;
  /** Endings of its files, e.g. `.context.json`. */
  suffixes: string[];
  /** Names of its files in `assets`. */
  assets: string[];
  /** How often each rule has replaced something. */
  redacted: RedactCounts;
  /** What a person should know, sentences. */
  notes: string[];
  /** Values that are still there although a path names them, sentences. */
  left: string[];
}

/** A call that is no golden, and why. */
export interface RefusedDraft {
  trace: Trace;
  session: string;
  id: string;
  refused: string;
}

/** What all drafts of a run have in common. */
export interface DraftOptions {
  /** Absolute root of the project. */
  root: string;
  evaluate: EvaluateOptions;
  /** What renders, for `.golden.json`. */
  renderer: Captured['renderer'];
  redactor: Redactor | undefined;
  /** Keep also what does not render as it was recorded. */
  force: boolean;
}

/**
 * Makes a golden of a recorded call: its files, copies of all that its prompt reads, and what was replaced rendered
 * again, so that the golden is true.
 *
 * @param dir Absolute; an empty folder is made for the draft.
 */
export async function draftGolden(
  trace: Trace,
  dir: string,
  options: DraftOptions,
  tools: GoldenTools,
): Promise<GoldenDraft | RefusedDraft> {
  const { redactor } = options;
  redactor?.takeCounts();
  const session = redactor?.name(path.basename(trace.sessionDir)) ?? path.basename(trace.sessionDir);
  const id = cleanId(trace.id, redactor);
  try {
    const made = await makeDraft(trace, new DraftFolder(path.join(dir, session), id), options, tools);
    return { trace, session, id, ...made };
  } catch (error) {
    // A file of this call is broken; the others are none the worse for it.
    if (error instanceof TraceError) return { trace, session, id, refused: error.message };
    throw error;
  }
}

/** Fills the folder of a draft. */
async function makeDraft(
  trace: Trace,
  draft: DraftFolder,
  options: DraftOptions,
  tools: GoldenTools,
): Promise<Omit<GoldenDraft, 'trace' | 'session' | 'id'> | Pick<RefusedDraft, 'refused'>> {
  const { redactor, force } = options;
  const recorded: EvaluateOptions = { ...options.evaluate, source: 'recorded', update: 'none' };
  const verdict = await evaluate(trace, undefined, recorded, tools);
  const obstacle = obstacleOf(verdict, redactor !== undefined);
  if (obstacle !== undefined && !force) return { refused: obstacle };

  const bundle = bundleOf(verdict, trace, options);
  for (const [name, bytes] of bundle.assets) draft.putAsset(name, bytes);
  const replaced = putInputs(draft, trace, redactor) || bundle.replaced;
  draft.put(CAPTURED_SUFFIX, capturedText(capturedOf(trace, verdict, bundle, options, tools)));
  const notes = notesOf(verdict, bundle, redactor !== undefined);
  if (replaced) {
    const broken = await putRender(draft, trace, verdict, recorded, tools);
    if (broken !== undefined && !force) return { refused: broken };
    if (broken !== undefined) notes.push(broken);
  } else {
    for (const suffix of ['.result.json', '.result.txt'])
      if (trace.has(suffix)) draft.put(suffix, readTraceBytes(trace.path(suffix), trace.sessionDir));
  }
  const left = redactor ? leftIn(draft, redactor) : { places: [], words: [] };
  if (left.places.length > 0 && !force) return { refused: `${left.places.join('; ')}.` };
  if (left.words.length > 0)
    notes.push(
      `Some of what ${left.words.join(', ')} names are ordinary words, which stay where the prompt itself uses them.`,
    );
  return {
    dir: draft.dir,
    suffixes: draft.suffixes,
    assets: [...bundle.assets.keys()],
    redacted: redactor?.takeCounts() ?? new Map(),
    notes,
    left: left.places,
  };
}

/** Why a call should not become a golden. */
function obstacleOf(verdict: Verdict, redacting: boolean): string | undefined {
  const hindered = hindrance(verdict.errors) ?? verdict.cause;
  if (hindered) return `It cannot be rendered here, so what it reads is not known: ${hindered.message}`;
  if (!redacting || verdict.status === 'same') return undefined;
  return `Without redaction it does not render as it was recorded, and a golden made of another render would hide that: ${verdict.reason}`;
}

interface CleanBundle extends BundledFiles {
  /** A copy is not what was read. */
  replaced: boolean;
}

function bundleOf(verdict: Verdict, trace: Trace, { root, redactor }: DraftOptions): CleanBundle {
  let replaced = false;
  const clean = (bytes: Buffer, isMarkup: boolean) => {
    const cleaned = redactor?.bytes(bytes, isMarkup);
    if (cleaned && !cleaned.equals(bytes)) replaced = true;
    return cleaned;
  };
  const home = { root, sessionDir: trace.sessionDir, captured: trace.captured };
  const bundled = bundleFiles(verdict.actual?.dependencies ?? [], home, redactor && clean);
  return { ...bundled, replaced };
}

/** What goes into the call. @returns Whether something was replaced. */
function putInputs(draft: DraftFolder, trace: Trace, redactor: Redactor | undefined): boolean {
  let replaced = false;
  const put = (suffix: string, before: Buffer, after: Buffer | string | undefined) => {
    const bytes = after === undefined ? before : Buffer.from(after);
    draft.put(redactor?.name(suffix) ?? suffix, bytes);
    if (!bytes.equals(before) && !trace.artifacts.includes(suffix) && suffix !== '.env') replaced = true;
  };
  for (const suffix of ['.poml', '.env', ...trace.artifacts]) {
    if (!trace.has(suffix)) continue;
    const bytes = readTraceBytes(trace.path(suffix), trace.sessionDir);
    const json = redactor && suffix.endsWith('.json') ? redactedJson(bytes, redactor) : undefined;
    put(suffix, bytes, json ?? redactor?.bytes(bytes, suffix === '.poml'));
  }
  for (const [suffix, value] of [
    ['.context.json', trace.context],
    ['.stylesheet.json', trace.stylesheet],
  ] as const) {
    if (!trace.has(suffix)) continue;
    const bytes = readTraceBytes(trace.path(suffix), trace.sessionDir);
    const cleaned = redactor && contextJson(redactor.json(value) as Record<string, unknown>);
    // What nothing was replaced in keeps its bytes, whoever wrote them.
    put(suffix, bytes, cleaned === contextJson(value) ? undefined : cleaned);
  }
  return replaced;
}

/** A JSON artifact, replaced by paths too; `undefined` where nothing was. */
function redactedJson(bytes: Buffer, redactor: Redactor): string | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    const text = JSON.stringify(redactor.json(value), null, 2);
    return text === JSON.stringify(value, null, 2) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Renders what the draft holds. @returns What is wrong with that. */
async function putRender(
  draft: DraftFolder,
  trace: Trace,
  verdict: Verdict,
  options: EvaluateOptions,
  tools: GoldenTools,
): Promise<string | undefined> {
  let prompt: RenderedPrompt;
  try {
    const render = { ...options.render, chat: trace.chat };
    prompt = await renderReceived(
      draft.trace(),
      { ...options, render },
      { ...tools, findSource: () => ({ why: '' }) },
    );
  } catch (error) {
    // A recorded failure stays one; it has no result.
    return trace.has('.result.json')
      ? `With the placeholders it fails: ${(error as Error).message}`
      : undefined;
  }
  if (trace.has('.result.json')) draft.put('.result.json', renderedJson(prompt));
  if (trace.has('.result.txt')) draft.put('.result.txt', String(prompt));
  const [error] = prompt.errors.length > verdict.errors.length ? prompt.errors : [];
  return error && `With the placeholders it raises an error that it did not raise before: ${error.message}`;
}

function notesOf(verdict: Verdict, bundle: BundledFiles, redacting: boolean): string[] {
  const notes: string[] = [];
  if (verdict.status === 'unreproducible')
    notes.push('Its template changes its own context, so tests skip it.');
  else if (verdict.status !== 'same') notes.push(`It does not render as it was recorded: ${verdict.reason}`);
  const { length } = bundle.binary;
  if (redacting && length > 0)
    notes.push(
      `${length === 1 ? 'A file' : `${length} files`} it reads (picture, sound or document) cannot be redacted.`,
    );
  return notes;
}
