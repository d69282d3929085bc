import type { VerdictRecord } from '../../golden/record.ts';

/** What became of a record, finer than its status: what was accepted is no failure. */
export type Outcome =
  | 'same'
  | 'changed'
  | 'failed'
  | 'missing'
  | 'allowed'
  | 'written'
  | 'updated'
  | 'unreproducible';

/** All outcomes, the worst first. */
export const OUTCOMES: readonly Outcome[] = [
  'failed',
  'changed',
  'missing',
  'allowed',
  'updated',
  'written',
  'unreproducible',
  'same',
];

/** The outcomes that turn a run red, the worst first. */
export const RED: readonly Outcome[] = ['failed', 'changed', 'missing'];

/** How many records have each outcome; those that none has are left out. */
export type OutcomeCounts = Partial<Record<Outcome, number>>;

/** What of a record decides on its outcome. */
type OutcomeParts = Pick<VerdictRecord, 'status' | 'accepted' | 'allowed'>;

/** What became of a record. */
export function outcomeOf({ status, accepted, allowed }: OutcomeParts): Outcome {
  if (status === 'new') return 'written';
  if (accepted) return 'updated';
  if (allowed) return 'allowed';
  return status;
}

/** Whether a record fails its test. */
export function isRed(record: OutcomeParts): boolean {
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
