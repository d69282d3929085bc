import path from 'node:path';
import type { Captured, CapturedFile, Trace } from '../../trace/types.ts';
import type { Redactor } from '../redaction/redactor.ts';
import type { GoldenTools } from '../tools.ts';
import type { Verdict } from '../verdict.ts';
import { type BundledFiles, pathInProject, recordedRoot } from './bundle.ts';
import type { DraftOptions } from './draft.ts';

/** What is noted of a golden: where it is from, what rendered it, and what it reads. */
export function capturedOf(
  trace: Trace,
  verdict: Verdict,
  bundle: BundledFiles,
  { root, renderer, redactor }: DraftOptions,
  tools: GoldenTools,
): Captured {
  const clean = (name: string) => redactor?.name(name) ?? name;
  const place = { root, sessionDir: trace.sessionDir };
  const before = trace.captured;
  const found = tools.findSource(trace);
  const source = 'path' in found ? pathInProject(found.path, place) : before?.source;
  const full = [
    [trace.sourcePath, source] as const,
    ...(verdict.actual?.dependencies ?? []).map(
      ({ reference, path: file }) => [reference, pathInProject(file, place)] as const,
    ),
  ];
  const homes = full.map(([recorded, file]) => recorded && file && recordedRoot(recorded, file));
  const home = before?.root ?? homes.find((each) => each);
  const date = before?.recordedAt ?? wallClock(trace.recordedAt);
  const rules = redactor && [...redactor.rules.paths.map(({ text }) => text), ...redactor.rules.detectors];
  const redacted = [...new Set([...(before?.redacted ?? []), ...(rules ?? [])])];
  return {
    version: 1,
    renderer,
    session: clean(before?.session ?? path.basename(trace.sessionDir)),
    trace: cleanId(before?.trace ?? trace.id, redactor),
    ...(date !== undefined && { recordedAt: date }),
    ...(source !== undefined && { source: clean(source) }),
    ...(home !== undefined && { root: clean(home) }),
    files: bundle.files.flatMap((file) => cleanPaths(file, redactor)),
    ...(redacted.length > 0 && { redacted }),
  };
}

/** The file under the path that the prompt will name: in its text, or computed from the context. */
function cleanPaths(file: CapturedFile, redactor: Redactor | undefined): CapturedFile[] {
  if (!redactor) return [file];
  const paths = new Set([redactor.name(file.path), redactor.text(file.path)]);
  return Array.from(paths, (cleaned) => ({ ...file, path: cleaned }));
}

/** As the clock on the wall of the recording machine showed it, which is how a session's name is read. */
function wallClock(date: Date | undefined): string | undefined {
  if (date === undefined) return undefined;
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, -1);
}

/** The number in front stays: it makes the files a trace. */
export function cleanId(id: string, redactor: Redactor | undefined): string {
  const [number = ''] = /^\d+\.?/.exec(id) ?? [];
  return redactor ? number + redactor.name(id.slice(number.length)) : id;
}
