import type { Cause } from './causes.ts';
import type { ChangeClass } from './classes.ts';
import type { VerdictDetail } from './detail.ts';
import { hideKeys, hideKeysIn } from './redaction/hide-keys.ts';
import type { TokenChange } from './tokens.ts';
import type { Difference, SubjectSource, Verdict, VerdictStatus } from './verdict.ts';

/** A place in a prompt, as far as a report names it. */
export interface RecordedPlace {
  file?: string;
  line: number;
  column: number;
}

/**
 * A verdict in light form: plain JSON without any text of the prompt, small enough to hang on every test of
 * a run of 10,000 (`task.meta.poml`) and to travel from a worker to the reporters. Parts that are empty are left out.
 */
export interface VerdictRecord {
  title: string;
  prompt: string;
  /** Absolute folder of the session. */
  session?: string;
  /** Id of the trace in its session. */
  trace?: string;
  status: VerdictStatus;
  /** The render was accepted as the golden. */
  accepted?: true;
  source?: { kind: SubjectSource; path?: string; whyNotLive?: string };
  /** How many differences of each kind. */
  differences?: Partial<Record<Difference['kind'], number>>;
  /** What options of the comparison had to forgive for it to be the same. */
  tolerated?: string[];
  /** How many errors strict mode raises on this call. */
  errors?: number;
  reason?: string;
  /** The first places in the sources that the differences or errors come from. */
  locations?: RecordedPlace[];
  /** Path of the golden without suffix. */
  golden?: string;
  /** How many files were written. */
  written?: number;
  /** What made it change or fail, the first cause the most telling one. Source texts are in those with `detail` only. */
  causes?: Cause[];
  /** What kinds of change it shows. */
  classes?: ChangeClass[];
  /** The change is of a kind that the run allows. */
  allowed?: true;
  /** Tokens of the golden and of the render, where something changed or a limit is set. */
  tokens?: TokenChange;
  /** Why they could not be counted. */
  noTokens?: string;
  /** How many warnings the render has, where they are asked for. */
  warnings?: number;
  /** The full picture, for the first traces of each cause. */
  detail?: VerdictDetail;
  /** Title of another one of the same test module that shows the same. */
  like?: string;
  /** What was rendered, as one line of JSON, where it differs from the golden and is short. */
  rendered?: string;
}

const MAX_REASON = 400;
const MAX_LOCATIONS = 3;

/**
 * The light form of a verdict.
 *
 * @param detail The full picture, for a verdict that shows its causes.
 */
export function summarize(verdict: Verdict, detail?: VerdictDetail): VerdictRecord {
  const record: VerdictRecord = { title: verdict.title, prompt: verdict.prompt, status: verdict.status };
  if (verdict.session !== undefined) record.session = verdict.session;
  if (verdict.trace !== undefined) record.trace = verdict.trace;
  if (verdict.accepted) record.accepted = true;
  if (verdict.allowed) record.allowed = true;
  if (verdict.tokens) record.tokens = verdict.tokens;
  if (verdict.noTokens !== undefined) record.noTokens = verdict.noTokens;
  if (verdict.warnings !== undefined) record.warnings = verdict.warnings;
  if (verdict.source) {
    const { kind, path, whyNotLive } = verdict.source;
    record.source = {
      kind,
      ...(path !== undefined && { path }),
      ...(whyNotLive !== undefined && { whyNotLive }),
    };
  }
  if (verdict.differences.length > 0) record.differences = countKinds(verdict.differences);
  if (verdict.tolerated.length > 0) record.tolerated = verdict.tolerated;
  if (verdict.errors.length > 0) record.errors = verdict.errors.length;
  if (verdict.reason !== '') record.reason = clip(hideKeys(verdict.reason));
  const locations = places(verdict);
  if (locations.length > 0) record.locations = locations;
  if (verdict.golden !== undefined) record.golden = verdict.golden;
  if (verdict.written.length > 0) record.written = verdict.written.length;
  if (verdict.causes.length > 0) record.causes = detail ? verdict.causes : verdict.causes.map(withoutText);
  if (verdict.classes.length > 0) record.classes = verdict.classes;
  if (detail) record.detail = hideKeysIn(detail);
  return record;
}

/** One object for all traces of a cause: a worker sends what it has sent already as a reference. */
const textless = new WeakMap<Cause, Cause>();

/** A cause without the source texts, which are the same for every trace it touches. */
function withoutText(cause: Cause): Cause {
  const known = textless.get(cause);
  if (known) return known;
  const { before: _before, after: _after, ...rest } = cause;
  textless.set(cause, rest);
  return rest;
}

function countKinds(differences: readonly Difference[]): NonNullable<VerdictRecord['differences']> {
  const counts: NonNullable<VerdictRecord['differences']> = {};
  for (const { kind } of differences) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function places(verdict: Verdict): RecordedPlace[] {
  const found: RecordedPlace[] = [];
  for (const { location } of [...verdict.errors, ...verdict.differences]) {
    if (!location) continue;
    const { file, line, column } = location;
    if (found.some((place) => place.file === file && place.line === line && place.column === column))
      continue;
    found.push({ ...(file !== undefined && { file }), line, column });
    if (found.length === MAX_LOCATIONS) break;
  }
  return found;
}

function clip(text: string): string {
  return text.length > MAX_REASON ? `${text.slice(0, MAX_REASON - 1)}…` : text;
}
