import type { ChangeClass } from '../../golden/classes.ts';
import { toleranceOf } from '../../golden/compare-options.ts';
import { compareRecordings, pairRecordings } from '../../golden/recorded-pair.ts';
import { rehearse } from '../../golden/rehearse.ts';
import { writeGolden } from '../../golden/update.ts';
import type { Verdict } from '../../golden/verdict.ts';
import type { Project } from '../../project/load-project.ts';
import type { Trace } from '../../trace/index.ts';
import { UsageError } from '../command.ts';
import type { Io } from '../io.ts';
import { progress } from '../progress.ts';
import type { Comparison } from './choose.ts';

/** What a comparison found. */
export interface Found {
  verdicts: Verdict[];
  /** Calls that only one of two recordings holds. */
  onlyBefore: Trace[];
  onlyAfter: Trace[];
}

/** Compares, and accepts what differs in the given classes only. */
export async function runComparison(
  comparison: Comparison,
  project: Project,
  accept: readonly ChangeClass[],
  io: Io,
): Promise<Found> {
  if (comparison.kind === 'recordings') {
    if (accept.length > 0)
      throw new UsageError(
        '--accept writes goldens from renders; two recordings are not rendered. Use it with prompts or engines.',
      );
    return compareSessions(comparison.sessions, project);
  }
  const [before, after] = comparison.sides;
  const traces = comparison.sessions.flatMap(({ traces }) => traces);
  const bar = progress(io, traces.length, 'calls');
  const verdicts: Verdict[] = [];
  for (const trace of traces) {
    const verdict = await rehearse(trace, before, after);
    if (isAcceptable(verdict, trace, accept)) {
      verdict.written = writeGolden(goldenFiles(verdict, trace), project.tools.files);
      verdict.accepted = true;
    }
    verdicts.push(verdict);
    bar.step();
  }
  bar.end();
  return { verdicts, onlyBefore: [], onlyAfter: [] };
}

async function compareSessions(
  [before, after]: Extract<Comparison, { kind: 'recordings' }>['sessions'],
  { settings, tools }: Project,
): Promise<Found> {
  const { pairs, onlyBefore, onlyAfter } = pairRecordings(
    before.flatMap(({ traces }) => traces),
    after.flatMap(({ traces }) => traces),
  );
  const tolerance = Object.keys(settings.compare).length > 0 ? toleranceOf(settings.compare) : undefined;
  const verdicts: Verdict[] = [];
  for (const pair of pairs) verdicts.push(await compareRecordings(pair.before, pair.after, tools, tolerance));
  return { verdicts, onlyBefore, onlyAfter };
}

/** Only where the golden is the first render: else something would be accepted that nobody has seen. */
function isAcceptable(verdict: Verdict, trace: Trace, accept: readonly ChangeClass[]): boolean {
  return (
    verdict.status === 'changed' &&
    verdict.classes.length > 0 &&
    verdict.classes.every((name) => accept.includes(name)) &&
    verdict.errors.length === 0 &&
    trace.resultJson === verdict.expectedJson
  );
}

function goldenFiles({ actualJson, actualText }: Verdict, trace: Trace) {
  return [
    { path: trace.path('.result.json'), text: actualJson ?? '' },
    ...(trace.has('.result.txt') ? [{ path: trace.path('.result.txt'), text: actualText ?? '' }] : []),
  ];
}
