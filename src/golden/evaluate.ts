import { TraceError } from '../trace/error.ts';
import type { Trace } from '../trace/types.ts';
import { isBeingWritten, isYoung, whenWritten } from '../trace/unfinished.ts';
import { accept, acceptedFiles } from './accept.ts';
import { errorCause } from './causes/error.ts';
import { findCauses, recordedMarkup } from './causes/find.ts';
import { classesOf } from './classes.ts';
import { type Comparison, compare, type RenderedBytes } from './compare.ts';
import type { Expected, Golden } from './golden.ts';
import { renderedJson } from './golden.ts';
import type { MaybePromise } from './maybe.ts';
import { attempt, chain } from './maybe.ts';
import { isAllowed, measure } from './measure.ts';
import type { EvaluateOptions, Subject } from './prepare.ts';
import { checkArguments, filesOf, findGolden, subjectOf } from './prepare.ts';
import { hideKeys, hideKeysInCauses } from './redaction/hide-keys.ts';
import { asError, hindrance, isRenderError, tryRender } from './render.ts';
import type { Received } from './subject.ts';
import { isTrace, tracePromptName, traceTitle } from './subject.ts';
import { thumbnailsOf } from './thumbnails.ts';
import type { GoldenTools } from './tools.ts';
import { mayWrite } from './update.ts';
import type { Difference, Verdict, VerdictStatus } from './verdict.ts';
import { describeDifferences } from './words.ts';

export type { EvaluateOptions } from './prepare.ts';

/**
 * Renders a prompt and holds it against its golden: the heart of `toRenderLike`.
 *
 * Nothing about the prompt or the golden makes it throw: a broken file, a prompt that fails, a source that is gone are
 * verdicts of status `failed`. What is accepted by `update` is written before it returns.
 *
 * @param received A trace, a call, an imported prompt, or a rendered one.
 * @param expected The golden; left out, the trace's own recording, or for a call the one at `options.own`.
 * @returns A verdict at once, or a promise where something must be read asynchronously.
 * @throws TypeError when `received` or `expected` is nothing of the kind.
 */
export function evaluate(
  received: Received,
  expected: Expected | undefined,
  options: EvaluateOptions,
  tools: GoldenTools,
): MaybePromise<Verdict> {
  checkArguments(received, expected, options);
  const trace = isTrace(received) ? received : undefined;
  const judgeNow = (now: Received, recorded: Trace | undefined) =>
    evaluateAgainst(
      now,
      () => findGolden(recorded, expected, options, foldersOf(options), tools),
      options,
      tools,
    );
  if (trace === undefined) return judgeNow(received, undefined);
  const later = async (isUnfinished: (now: Trace) => boolean): Promise<Verdict> => {
    const written = await whenWritten(trace, isUnfinished);
    return judgeNow(written, written);
  };
  if (isBeingWritten(trace)) return later(isBeingWritten);
  return chain(judgeNow(trace, trace), (verdict) =>
    isCut(verdict) && isYoung(trace, '.result.txt') ? later((now) => isYoung(now, '.result.txt')) : verdict,
  );
}

/** Whether nothing is wrong but that the recorded text ends too early, as one does that is being written. */
function isCut({ status, accepted, differences, expectedText, actualText }: Verdict): boolean {
  return (
    status === 'changed' &&
    !accepted &&
    differences.every(({ path }) => path === 'result.txt') &&
    expectedText !== undefined &&
    actualText?.startsWith(expectedText) === true
  );
}

/** `evaluate` with a golden that is known, or found by the given function; what that throws is a verdict too. */
export function evaluateAgainst(
  received: Received,
  find: () => Golden,
  options: EvaluateOptions,
  tools: GoldenTools,
): MaybePromise<Verdict> {
  const draft = draftOf(received, options);
  return attempt(
    () => {
      const golden = find();
      draft.golden = golden.prefix;
      draft.goldenFiles = filesOf(golden);
      draft.expectedJson = golden.json;
      draft.expectedText = golden.text;
      const subject = subjectOf(received, golden, options, foldersOf(options), tools);
      draft.prompt = subject.prompt;
      draft.source = subject.source;
      draft.markup = subject.markup;
      if (options.title === undefined && !subject.trace) draft.title = subject.title;
      const the: Case = { subject, golden, draft, options, tools };
      return chain(judge(the), (verdict) => {
        if (isAllowed(verdict, options.allow ?? [])) verdict.allowed = true;
        measure(verdict, options.measures ?? {}, tools, the.values);
        return verdict;
      });
    },
    (thrown) => {
      const cause = asError(thrown);
      draft.cause = cause;
      draft.causes = [errorCause(cause, rootOf(options))];
      return finish(draft, 'failed', cause.message);
    },
  );
}

function foldersOf({ folders }: EvaluateOptions): readonly string[] {
  return folders ?? [process.cwd()];
}

/** A verdict before anything is known, filled in on the way so that a failure tells as much as was found out. */
function draftOf(received: Received, options: EvaluateOptions): Verdict {
  const trace = isTrace(received) ? received : undefined;
  return {
    status: 'failed',
    title: options.title ?? (trace ? traceTitle(trace) : 'the prompt'),
    prompt: trace ? tracePromptName(trace) : 'the prompt',
    session: trace?.sessionDir,
    trace: trace?.id,
    source: undefined,
    markup: undefined,
    actual: undefined,
    expectedJson: undefined,
    expectedText: undefined,
    actualJson: undefined,
    actualText: undefined,
    differences: [],
    tolerated: [],
    errors: [],
    cause: undefined,
    reason: '',
    golden: trace?.prefix,
    goldenFiles: [],
    proposal: [],
    accepted: false,
    written: [],
    causes: [],
    classes: [],
  };
}

/** What is judged, and with what. */
interface Case {
  subject: Subject;
  golden: Golden;
  draft: Verdict;
  options: EvaluateOptions;
  tools: GoldenTools;
  /** What the files of golden and render hold, once they have been read. */
  values?: Comparison['values'];
}

function judge(the: Case): MaybePromise<Verdict> {
  const { subject, golden, draft, options, tools } = the;
  const outcome = subject.rendered
    ? { prompt: subject.rendered }
    : tryRender(tools.render, subject.markup ?? '', subject.options);
  return chain(outcome, (ended) => {
    if (!ended.prompt) return judgeFailure(ended.thrown, the);
    const { prompt } = ended;
    const actual: RenderedBytes = { prompt, json: renderedJson(prompt), text: String(prompt) };
    draft.actual = prompt;
    draft.actualJson = actual.json;
    draft.actualText = actual.text;
    draft.errors = prompt.errors ?? [];
    if (golden.json === undefined) return judgeWithoutGolden(the);
    return attempt(
      () =>
        chain(
          compare(actual, golden, { comparePictures: tools.comparePictures, tolerance: options.tolerance }),
          ({ differences, tolerated, values }) => {
            draft.tolerated = tolerated;
            if (values) the.values = values;
            return judgeDifferences(differences, the);
          },
        ),
      (thrown) => replaceBroken(thrown, the),
    );
  });
}

function judgeFailure(thrown: unknown, { golden, draft, options }: Case): Verdict {
  if (!isRenderError(thrown)) throw thrown;
  draft.errors = [thrown];
  if (golden.failureExpected && !hindrance([thrown])) {
    return finish(draft, 'same', `The call fails, as it did when it was recorded: ${thrown.reason}`);
  }
  draft.causes = [errorCause(thrown, rootOf(options))];
  return finish(draft, 'failed', `The render failed: ${thrown.reason}`);
}

function judgeWithoutGolden(the: Case): MaybePromise<Verdict> {
  const { golden, draft } = the;
  const hindered = hindrance(draft.errors);
  if (hindered) return judgeHindered(hindered, the);
  if (!golden.failureExpected) {
    if (acceptOrPropose(the, false)) return finish(draft, 'new', 'The golden was written.');
    return finish(draft, 'missing', 'There is no golden yet, and none may be written in this run.');
  }
  return withCauses(the, () =>
    finish(
      draft,
      'failed',
      'The recorded call failed without a result, or its recording was cut off, and the prompt renders now' +
        // What replaces a recorded failure changes a golden that is there; it is not a new one.
        (acceptOrPropose(the, true) ? '; its result was written.' : '.'),
    ),
  );
}

function judgeDifferences(differences: Difference[], the: Case): MaybePromise<Verdict> {
  const { subject, draft } = the;
  if (differences.length === 0) return finish(draft, 'same', '');
  draft.differences = differences;
  draft.classes = classesOf(differences);
  const hindered = hindrance(draft.errors);
  if (hindered) return judgeHindered(hindered, the);
  // The context of a call is what goes in; only that of a trace was recorded after the template had changed it.
  if (subject.trace && draft.actual?.mutatedContext) {
    return finish(
      draft,
      'unreproducible',
      'The template changes its own context, and POML records the context after that, so what went in is not known; skipped.',
    );
  }
  return withCauses(the, () => {
    acceptOrPropose(the, true);
    const verdict = finish(draft, 'changed', sentence(describeDifferences(differences)));
    return chain(thumbnailsOf(differences, the.tools.shrinkPicture), (thumbnails) =>
      thumbnails ? Object.assign(verdict, { thumbnails }) : verdict,
    );
  });
}

/** Finds the causes first: they are read from the golden, which may be replaced then. */
function withCauses(the: Case, next: () => MaybePromise<Verdict>): MaybePromise<Verdict> {
  const { subject, golden, draft, options, tools } = the;
  const recorded = recordedMarkup(subject, golden, tools);
  if (recorded !== undefined) draft.expectedMarkup = recorded;
  return chain(
    findCauses(subject, golden, draft, { root: rootOf(options), tolerance: options.tolerance }, tools),
    (causes) => {
      draft.causes = causes;
      return next();
    },
  );
}

/**
 * Writes the render as the golden where this run may, else notes what would be written.
 *
 * @param exists Whether there is a golden that it would replace.
 * @returns Whether it was written.
 */
function acceptOrPropose({ subject, golden, draft, options, tools }: Case, exists: boolean): boolean {
  if (!isWritable(subject, golden)) return false;
  if (mayWrite(options.update ?? 'none', exists)) accept(subject, golden, draft, tools.files);
  else draft.proposal = acceptedFiles(subject, golden, draft);
  return draft.accepted;
}

/** A golden on disk; of a recording, only a render of that very call may be written over it. */
function isWritable(subject: Subject, golden: Golden): boolean {
  return golden.prefix !== undefined && !(subject.variant && golden.kind === 'trace');
}

/** From a render that was hindered nothing is concluded, and nothing written. */
function judgeHindered(hindered: Error, { draft, options }: Case): Verdict {
  draft.cause = hindered;
  draft.causes = [errorCause(hindered, rootOf(options))];
  return finish(draft, 'failed', hindered.message);
}

/** A golden that cannot be read, of a merge conflict or a cut copy, is replaced when all may be written. */
function replaceBroken(thrown: unknown, the: Case): Verdict {
  const { draft } = the;
  if (!(thrown instanceof TraceError) || hindrance(draft.errors) || !acceptOrPropose(the, true)) throw thrown;
  return finish(draft, 'changed', `The golden could not be read and was replaced: ${thrown.message}`);
}

/** Where names of files start. */
function rootOf({ root, folders }: EvaluateOptions): string {
  return root ?? folders?.[0] ?? process.cwd();
}

/** Says how it ended. Its words go everywhere, into logs and comments too. */
function finish(draft: Verdict, status: VerdictStatus, reason: string): Verdict {
  draft.status = status;
  draft.reason = hideKeys(reason);
  draft.causes = hideKeysInCauses(draft.causes);
  return draft;
}

/** A sentence of words; a path at its beginning keeps its spelling. */
function sentence(words: string): string {
  return `${/^[a-z]+ /.test(words) ? words[0]?.toUpperCase() + words.slice(1) : words}.`;
}
