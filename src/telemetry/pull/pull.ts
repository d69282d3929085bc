import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { GoldenFiles } from '../../golden/tools.ts';
import { relativePath } from '../../report/paths.ts';
import { MAX_FILE_BYTES } from '../../trace/file.ts';
import type { PathFinder } from '../../trace/source.ts';
import { callOf, type PulledCall } from './call.ts';
import { callFiles, callName, type PulledSource } from './files.ts';
import { isCall, type PulledSpan } from './spans.ts';
import { type PulledTrace, writeSession } from './write-session.ts';

/** A trace with everything that is needed to write its calls. */
export interface TraceToWrite {
  traceId: string;
  /** Project in AgentOps; empty where it is not known. */
  projectId: string;
  /** Where it was read: the API, or the name of the exported file. */
  from: string;
  spans: readonly PulledSpan[];
}

/** How to write it. */
export interface PullOptions {
  /** Absolute folder that gets the session's folder. */
  to: string;
  /** Absolute folder that paths of found prompts are noted from. */
  root: string;
  files: Pick<GoldenFiles, 'change'>;
  /** Where prompts are looked up that the trace only names, the first that knows one wins. */
  finders: readonly PathFinder[];
  /** Replace what an earlier pull of this trace wrote and somebody changed (default `false`). */
  force?: boolean;
}

/** What a pull wrote. */
export interface PullReport {
  /** Absolute folder of the session. */
  session: string;
  /** It was there already, the same. */
  unchanged: boolean;
  calls: { id: string; source: PulledSource['kind']; problems: string[] }[];
  /** Spans of the trace that are no calls of POML. */
  others: number;
}

/** A trace without any call of POML, or one that cannot be written; the message says why. */
export class PullError extends Error {
  override readonly name = 'PullError';
}

/**
 * Writes the calls of POML in a trace as a session, as POML's own tracer does; `golden.json` in it says where each is from.
 *
 * @throws PullError, TraceError
 */
export function writePulled(trace: TraceToWrite, options: PullOptions): PullReport {
  const spans = trace.spans.filter(isCall).sort(byStart);
  const [first] = spans;
  if (!first)
    throw new PullError(
      `The trace ${trace.traceId} has ${trace.spans.length} spans, and none is a call of POML (poml.task). Was it recorded with set_trace("agentops")?`,
    );
  const calls = spans.map((span, i) => {
    const call = callOf(span);
    const source = sourceOf(call, options.finders);
    const problems = [...call.problems];
    if (source.kind === 'unavailable') problems.push(`The prompt is not available: ${source.why}.`);
    const files = callFiles(call, source, problems);
    return { id: `${String(i + 1).padStart(4, '0')}.${callName(call.path)}`, span, source, problems, files };
  });
  const written: PulledTrace = {
    traceId: trace.traceId,
    startedAt: first.startTime,
    golden: {
      version: 1,
      pulled: { backend: 'agentops', trace: trace.traceId, project: trace.projectId, from: trace.from },
      calls: Object.fromEntries(
        calls.map(({ id, span, source, problems }) => [
          id,
          {
            span: span.spanId,
            startedAt: span.startTime,
            source: source.kind,
            ...(source.kind === 'file' && { file: relativePath(source.path, options.root) }),
            ...(problems.length > 0 && { problems }),
          },
        ]),
      ),
    },
    files: new Map(calls.flatMap(({ id, files }) => [...files].map(([suffix, text]) => [id + suffix, text]))),
  };
  const { dir, unchanged } = writeSession(written, options);
  return {
    session: dir,
    unchanged,
    calls: calls.map(({ id, source, problems }) => ({ id, source: source.kind, problems })),
    others: trace.spans.length - spans.length,
  };
}

function byStart(one: PulledSpan, other: PulledSpan): number {
  const [first, second] = [sortTime(one.startTime), sortTime(other.startTime)];
  return first < second ? -1 : first > second ? 1 : one.spanId < other.spanId ? -1 : 1;
}

/** ISO times with six digits of a fraction or none, all in UTC, as texts that sort. */
function sortTime(time: string): string {
  const [, seconds = '', fraction = ''] = /^([^.+Z]*)(?:\.(\d+))?/.exec(time) ?? [];
  return `${seconds}.${fraction.padEnd(9, '0')}`;
}

/** A path in a trace is looked up under the roots only, and is never taken for markup. */
function sourceOf(call: PulledCall, finders: readonly PathFinder[]): PulledSource {
  if (call.source !== undefined) return { kind: 'sent', text: call.source };
  if (call.path === undefined) return { kind: 'unavailable', why: 'the trace names none' };
  const whys: string[] = [];
  for (const finder of finders) {
    const found = finder.find(callName(call.path), call.path);
    if ('why' in found) whys.push(found.why);
    else if (statSync(found.path).size > MAX_FILE_BYTES) whys.push(`${found.path} is too large`);
    else return { kind: 'file', text: readFileSync(found.path, 'utf8'), path: path.resolve(found.path) };
  }
  return { kind: 'unavailable', why: [...new Set(whys)].join('; ') || 'no folder was given to look it up' };
}
