import type { Cause } from '../../golden/causes.ts';
import { CHANGE_CLASSES, type ChangeClass } from '../../golden/classes.ts';
import type { VerdictRecord } from '../../golden/record.ts';
import { sessionLabel } from '../../golden/subject.ts';
import { totalTokens } from '../cost/cost.ts';
import type { Price } from '../cost/prices.ts';
import type { CoverageModel } from '../coverage/model.ts';
import { relativePath } from '../paths.ts';
import type {
  CauseModel,
  ObsoleteFolder,
  PromptModel,
  RunEnvironment,
  RunModel,
  RunTotals,
} from './model.ts';
import { MODEL_VERSION } from './model.ts';
import { countOutcomes, isRed, outcomeOf, redCount } from './outcome.ts';

/** What a run found, of all its workers. */
export interface RunFindings {
  records: readonly VerdictRecord[];
  obsolete?: readonly ObsoleteFolder[];
  /** Absolute folder of the project. */
  root: string;
  environment: RunEnvironment;
  /** What tokens cost; left out where that is not known. */
  price?: Price | undefined;
  /** What the reader should know about the report itself. */
  notes?: readonly string[];
  /** Only some of the tests were to run. */
  chosen?: boolean;
  /** Which parts of the prompts the tests exercise. */
  coverage?: CoverageModel | undefined;
}

/** Makes the model of a run from the records of its tests. */
export function collect(findings: RunFindings): RunModel {
  const { records: found, obsolete = [], root, environment, notes = [] } = findings;
  const records = [...found].sort(inOrder);
  const counted = records.some(({ tokens }) => tokens !== undefined);
  const price = counted ? findings.price : undefined;
  const prompts = promptsOf(records, root);
  const causes = causesOf(records, prompts);
  if (counted) addTokens(records, [...prompts, ...causes], price);
  return {
    version: MODEL_VERSION,
    root,
    environment,
    totals: totalsOf(records, prompts.length),
    ...(findings.chosen && { chosen: true as const }),
    ...(counted && { tokens: totalTokens(tokensOf(records), price) }),
    ...(price && { price }),
    ...(findings.coverage && { coverage: findings.coverage }),
    ...(notes.length > 0 && { notes: [...new Set(notes)] }),
    prompts,
    causes,
    obsolete: [...obsolete].sort((one, other) => compare(one.folder, other.folder)),
    records,
  };
}

/**
 * The tokens of prompts, and of causes that are alone in all they touch: of several that meet in a call, none can be told what
 * it adds. What a cause costs is spread over the calls of the whole run.
 */
function addTokens(
  records: readonly VerdictRecord[],
  groups: readonly (PromptModel | CauseModel)[],
  price: Price | undefined,
): void {
  for (const group of groups) {
    const own = group.records.map((index) => records[index]!);
    if (!own.some(({ tokens }) => tokens !== undefined)) continue;
    if ('key' in group && !own.every(({ causes }) => causes?.length === 1)) continue;
    group.tokens = totalTokens(tokensOf(own), price, 'key' in group ? records.length : own.length);
  }
}

function tokensOf(records: readonly VerdictRecord[]): VerdictRecord['tokens'][] {
  return records.map(({ tokens }) => tokens);
}

function inOrder(one: VerdictRecord, other: VerdictRecord): number {
  return (
    compare(one.session ?? '', other.session ?? '') ||
    compare(one.trace ?? '', other.trace ?? '') ||
    compare(one.golden ?? '', other.golden ?? '') ||
    compare(one.title, other.title)
  );
}

/** By code units: the same on every machine. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function totalsOf(records: readonly VerdictRecord[], prompts: number): RunTotals {
  const traces = records.filter(({ trace }) => trace !== undefined);
  const outcomes = countOutcomes(records);
  return {
    records: records.length,
    traces: traces.length,
    calls: records.length - traces.length,
    sessions: new Set(traces.map(({ session }) => session)).size,
    prompts,
    live: records.filter(({ source }) => source?.kind === 'live').length,
    recorded: records.filter(({ source }) => source?.kind === 'recorded').length,
    red: redCount(outcomes),
    outcomes,
  };
}

/** Groups records by the prompt they render: by the file where it is live, else by name and application. */
function promptsOf(records: readonly VerdictRecord[], root: string): PromptModel[] {
  const prompts = new Map<string, PromptModel>();
  const causes = new Map<PromptModel, Set<string>>();
  records.forEach((record, index) => {
    const label = promptLabel(record, root);
    let prompt = prompts.get(label);
    if (!prompt) {
      const file = record.source?.kind === 'live' ? record.source.path : undefined;
      prompt = {
        label,
        ...(file !== undefined && { file }),
        records: [],
        live: 0,
        recorded: 0,
        outcomes: {},
        causes: [],
      };
      prompts.set(label, prompt);
      causes.set(prompt, new Set());
    }
    prompt.records.push(index);
    if (record.source?.kind === 'live') prompt.live++;
    if (record.source?.kind === 'recorded') prompt.recorded++;
    const outcome = outcomeOf(record);
    prompt.outcomes[outcome] = (prompt.outcomes[outcome] ?? 0) + 1;
    for (const { key } of record.causes ?? []) causes.get(prompt)!.add(key);
  });
  for (const [prompt, keys] of causes) prompt.causes = [...keys];
  return [...prompts.values()].sort(
    (one, other) => redCount(other.outcomes) - redCount(one.outcomes) || compare(one.label, other.label),
  );
}

function promptLabel({ source, session, prompt }: VerdictRecord, root: string): string {
  if (source?.kind === 'live' && source.path !== undefined) return relativePath(source.path, root);
  return session === undefined ? prompt : `${prompt} (${sessionLabel(session)})`;
}

function causesOf(records: readonly VerdictRecord[], prompts: readonly PromptModel[]): CauseModel[] {
  const causes = new Map<string, CauseModel>();
  records.forEach((record, index) => {
    for (const cause of record.causes ?? []) {
      let known = causes.get(cause.key);
      if (!known) {
        known = { ...cause, records: [], red: 0, prompts: [], classes: [] };
        causes.set(cause.key, known);
      } else if (known.before === undefined && known.after === undefined) {
        // Only the records with details carry the source texts.
        if (cause.before !== undefined) known.before = cause.before;
        if (cause.after !== undefined) known.after = cause.after;
      }
      if (known.records.at(-1) === index) continue;
      known.records.push(index);
      if (isRed(record)) known.red++;
    }
  });
  for (const prompt of prompts) for (const key of prompt.causes) causes.get(key)!.prompts.push(prompt.label);
  for (const cause of causes.values()) {
    // What a call shows that other causes touch too may be of theirs.
    const alone = cause.records.filter((index) => records[index]?.causes?.length === 1);
    const telling = alone.length > 0 ? alone : cause.records;
    const classes = new Set(telling.flatMap((index) => records[index]?.classes ?? []));
    const own = alone.length > 0 ? undefined : declaredBy(cause);
    const others = alone.length > 0 ? [] : declaredBeside(cause, causes, records);
    cause.classes = CHANGE_CLASSES.filter(
      (name) => classes.has(name) && (own === undefined ? !others.includes(name) : name === own),
    );
    const exemplar = exemplarOf(cause, records);
    if (exemplar !== undefined) cause.exemplar = exemplar;
  }
  return [...causes.values()].sort(
    (one, other) =>
      other.red - one.red ||
      other.records.length - one.records.length ||
      compare(one.file ?? '', other.file ?? '') ||
      (one.line ?? 0) - (other.line ?? 0) ||
      (one.column ?? 0) - (other.column ?? 0) ||
      compare(one.key, other.key),
  );
}

/** What elements that declare something change, by their names as summaries have them. */
const DECLARED: readonly [RegExp, ChangeClass][] = [
  [/^output-?schema$/i, 'schema'],
  [/^runtime$/i, 'runtime'],
  [/^tool(?:s|-?definition)?$/i, 'tools'],
];

/** Of an edit of a schema, a tool or the runtime what it changes: nothing else. */
function declaredBy({ summary }: Cause): ChangeClass | undefined {
  const name =
    / (?:added|removed|moved) <([\w-]+)/.exec(summary)?.[1] ??
    / (?:in|to|from) <([\w-]+)>$/.exec(summary)?.[1];
  return name === undefined ? undefined : DECLARED.find(([names]) => names.test(name))?.[1];
}

/** What is declared by other edits that touch the calls of a cause. */
function declaredBeside(
  cause: CauseModel,
  causes: ReadonlyMap<string, CauseModel>,
  records: readonly VerdictRecord[],
): (ChangeClass | undefined)[] {
  const keys = new Set(cause.records.flatMap((index) => records[index]?.causes?.map(({ key }) => key) ?? []));
  return [...keys].map((key) => (key === cause.key ? undefined : declaredBy(causes.get(key)!)));
}

/** Of the records with details the one that shows the fewest other causes, the first of those. */
function exemplarOf(cause: CauseModel, records: readonly VerdictRecord[]): number | undefined {
  let best: number | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const index of cause.records) {
    const { detail, causes } = records[index]!;
    if (detail === undefined || causes === undefined || causes.length >= fewest) continue;
    best = index;
    fewest = causes.length;
  }
  return best;
}
