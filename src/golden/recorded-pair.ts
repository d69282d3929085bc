import type { Trace } from '../trace/types.ts';
import { classesOf } from './classes.ts';
import { compare } from './compare.ts';
import type { Tolerance } from './compare-options.ts';
import { goldenOfTrace } from './golden.ts';
import { groupBy } from './group-by.ts';
import { attempt, chain, type MaybePromise } from './maybe.ts';
import { asError } from './render.ts';
import { MARKUP_NAME, tracePromptName, traceTitle } from './subject.ts';
import type { GoldenTools } from './tools.ts';
import type { Verdict } from './verdict.ts';
import { describeDifferences } from './words.ts';

/** The calls of two recordings, side by side. */
export interface PairedRecordings {
  pairs: { before: Trace; after: Trace }[];
  /** What only one of them holds. */
  onlyBefore: Trace[];
  onlyAfter: Trace[];
}

/**
 * Finds which calls of two recordings stand for each other: those of the same prompt with the same context and
 * stylesheet; of what is left, those with the same id.
 */
export function pairRecordings(before: readonly Trace[], after: readonly Trace[]): PairedRecordings {
  const left = groupBy(after, inputKey);
  const pairs: PairedRecordings['pairs'] = [];
  const unpaired: Trace[] = [];
  for (const trace of before) {
    const twin = left.get(inputKey(trace))?.shift();
    if (twin) pairs.push({ before: trace, after: twin });
    else unpaired.push(trace);
  }
  const rest = new Map([...left.values()].flat().map((trace) => [trace.id, trace]));
  const onlyBefore: Trace[] = [];
  for (const trace of unpaired) {
    const twin = rest.get(trace.id);
    if (twin) {
      pairs.push({ before: trace, after: twin });
      rest.delete(trace.id);
    } else onlyBefore.push(trace);
  }
  return { pairs, onlyBefore, onlyAfter: [...rest.values()] };
}

/** What went into a call: its prompt by name, or by its text where it was given as one. */
function inputKey(trace: Trace): string {
  const { context, stylesheet } = trace;
  const name = tracePromptName(trace);
  return JSON.stringify([name === MARKUP_NAME ? trace.markup : name, context, stylesheet]);
}

/**
 * Holds the recorded result of a call against that of another; nothing is rendered.
 *
 * @returns A verdict whose golden is the first recording, and whose differences have no places in sources.
 */
export function compareRecordings(
  before: Trace,
  after: Trace,
  tools: Pick<GoldenTools, 'comparePictures'>,
  tolerance?: Tolerance,
): MaybePromise<Verdict> {
  const golden = goldenOfTrace(before);
  const json = after.resultJson;
  const text = after.resultText ?? '';
  const verdict: Verdict = {
    status: 'same',
    title: traceTitle(after),
    prompt: tracePromptName(after),
    session: after.sessionDir,
    trace: after.id,
    source: { kind: 'recorded', path: after.path('.poml') },
    markup: undefined,
    actual: undefined,
    expectedJson: golden.json,
    expectedText: golden.text,
    actualJson: json,
    actualText: json === undefined ? undefined : text,
    differences: [],
    tolerated: [],
    errors: [],
    cause: undefined,
    reason: '',
    golden: before.prefix,
    goldenFiles: [],
    proposal: [],
    accepted: false,
    written: [],
    causes: [],
    classes: [],
  };
  if (json === undefined || golden.json === undefined) {
    if (json === golden.json) return verdict;
    const which = json === undefined ? 'second' : 'first';
    return {
      ...verdict,
      status: 'failed',
      reason: `Only in the ${which} recording the call left no result.`,
    };
  }
  return attempt(
    () =>
      chain(
        compare({ json, text }, golden, { comparePictures: tools.comparePictures, tolerance }),
        ({ differences, tolerated }): Verdict =>
          differences.length === 0
            ? { ...verdict, tolerated }
            : {
                ...verdict,
                status: 'changed',
                differences,
                classes: classesOf(differences),
                reason: `${describeDifferences(differences)}.`,
              },
      ),
    (thrown) => {
      const cause = asError(thrown);
      return { ...verdict, status: 'failed', cause, reason: cause.message };
    },
  );
}
