import type { VerdictRecord } from '../golden/record.ts';
import { sessionLabel } from '../golden/subject.ts';
import { shownPath } from './diff.ts';
import { escapeLine } from './escape.ts';

/** What became of a record, finer than its status: what was accepted is no failure. */
export type Outcome = 'same' | 'changed' | 'failed' | 'missing' | 'written' | 'updated' | 'unreproducible';

/** The outcomes that turn a run red, the worst first. */
export const RED: readonly Outcome[] = ['failed', 'changed', 'missing'];

/** What became of a record. */
export function outcomeOf({ status, accepted }: VerdictRecord): Outcome {
  if (status === 'new') return 'written';
  if (accepted) return 'updated';
  return status;
}

/** The records of one prompt. */
export interface PromptGroup {
  /** Shown name: the live file, or the prompt and the session it was recorded in. */
  label: string;
  records: VerdictRecord[];
  live: number;
  recorded: number;
  outcomes: Map<Outcome, number>;
}

/** Groups records by the prompt they render: by the file where it is live, else by name and application. */
export function groupByPrompt(records: readonly VerdictRecord[], root: string | undefined): PromptGroup[] {
  const groups = new Map<string, PromptGroup>();
  for (const record of records) {
    const label = promptLabel(record, root);
    let group = groups.get(label);
    if (!group) {
      group = { label, records: [], live: 0, recorded: 0, outcomes: new Map() };
      groups.set(label, group);
    }
    group.records.push(record);
    if (record.source?.kind === 'live') group.live++;
    if (record.source?.kind === 'recorded') group.recorded++;
    const outcome = outcomeOf(record);
    group.outcomes.set(outcome, (group.outcomes.get(outcome) ?? 0) + 1);
  }
  return [...groups.values()].sort(byTrouble);
}

function promptLabel(record: VerdictRecord, root: string | undefined): string {
  const { source, session, prompt } = record;
  if (source?.kind === 'live' && source.path !== undefined) return shownPath(source.path, root);
  return escapeLine(session === undefined ? prompt : `${prompt} (${sessionLabel(session)})`);
}

/** Prompts with failures first, then by name. */
function byTrouble(one: PromptGroup, other: PromptGroup): number {
  const trouble = redCount(other) - redCount(one);
  if (trouble !== 0) return trouble;
  return one.label < other.label ? -1 : 1;
}

/** How many of a group turn the run red. */
export function redCount({ outcomes }: PromptGroup): number {
  return RED.reduce((sum, outcome) => sum + (outcomes.get(outcome) ?? 0), 0);
}

/** Counts values by a key, the most frequent first, then in order of appearance. */
export function countBy<T>(items: readonly T[], key: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return [...groups].sort(([, one], [, other]) => other.length - one.length);
}
