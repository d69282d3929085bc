import type { VerdictRecord } from '../../golden/record.ts';

/** What became of a record, finer than its status: what was accepted is no failure. */
export type Outcome = 'same' | 'changed' | 'failed' | 'missing' | 'written' | 'updated' | 'unreproducible';

/** All outcomes, the worst first. */
export const OUTCOMES: readonly Outcome[] = [
  'failed',
  'changed',
  'missing',
  'updated',
  'written',
  'unreproducible',
  'same',
];

/** The outcomes that turn a run red, the worst first. */
export const RED: readonly Outcome[] = ['failed', 'changed', 'missing'];

/** How many records have each outcome; those that none has are left out. */
export type OutcomeCounts = Partial<Record<Outcome, number>>;

/** What became of a record. */
export function outcomeOf({ status, accepted }: Pick<VerdictRecord, 'status' | 'accepted'>): Outcome {
  if (status === 'new') return 'written';
  if (accepted) return 'updated';
  return status;
}

/** Whether a record fails its test. */
export function isRed(record: Pick<VerdictRecord, 'status' | 'accepted'>): boolean {
  return RED.includes(outcomeOf(record));
}

/** Counts the outcomes of records. */
export function countOutcomes(records: readonly VerdictRecord[]): OutcomeCounts {
  const counts: OutcomeCounts = {};
  for (const record of records) {
    const outcome = outcomeOf(record);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** How many of some outcomes turn the run red. */
export function redCount(outcomes: OutcomeCounts): number {
  return RED.reduce((sum, outcome) => sum + (outcomes[outcome] ?? 0), 0);
}
