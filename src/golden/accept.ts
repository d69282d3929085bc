import path from 'node:path';
import { ASSETS_FOLDER, capturedText } from '../trace/captured.ts';
import { CAPTURED_SUFFIX } from '../trace/names.ts';
import type { Captured, Trace } from '../trace/types.ts';
import { contextJson } from './call-golden.ts';
import { bundleFiles, pathInProject, recordedRoot } from './capturing/bundle.ts';
import type { Golden } from './golden.ts';
import type { Subject } from './prepare.ts';
import type { GoldenFiles } from './tools.ts';
import type { GoldenFile } from './update.ts';
import { writeGolden } from './update.ts';
import type { Verdict } from './verdict.ts';

/** Writes a render as the golden, and notes in its verdict what was written. */
export function accept(subject: Subject, golden: Golden, draft: Verdict, files: GoldenFiles): void {
  draft.written = writeGolden(acceptedFiles(subject, golden, draft), files);
  draft.accepted = true;
}

/** The files that accepting a render writes, the `.result.json` first. */
export function acceptedFiles(subject: Subject, golden: Golden, draft: Verdict): GoldenFile[] {
  const { prefix } = golden;
  const result: GoldenFile[] = [{ path: `${prefix}.result.json`, text: draft.actualJson ?? '' }];
  // A golden kept without its text stays without.
  if (golden.json === undefined || golden.text !== undefined) {
    result.push({ path: `${prefix}.result.txt`, text: draft.actualText ?? '' });
  }
  const { trace, markup, inputs } = subject;
  if (markup === undefined) return result;
  if (trace) {
    const isLive = prefix === trace.prefix && subject.source?.kind === 'live';
    const ownLive = isLive && markup !== (draft.expectedMarkup ?? trace.markup);
    if (ownLive) result.push({ path: `${prefix}.poml`, text: markup });
    return isLive ? [...result, ...bundledAgain(trace, draft)] : result;
  }
  // A golden that a test named may be a recording; only a call's own golden keeps the call's inputs.
  if (golden.kind !== 'own' || !inputs) return result;
  result.push({ path: `${prefix}.poml`, text: markup });
  const context = contextJson(inputs.context);
  if (context !== undefined) result.push({ path: `${prefix}.context.json`, text: context });
  const stylesheet = contextJson(inputs.stylesheet);
  if (stylesheet !== undefined) result.push({ path: `${prefix}.stylesheet.json`, text: stylesheet });
  return result;
}

/** A captured golden that now is a render of the live prompt keeps what that has read. */
function bundledAgain(trace: Trace, { actual, source }: Verdict): GoldenFile[] {
  const { captured, sessionDir } = trace;
  if (!captured || !actual || source?.path === undefined) return [];
  const known = captured.source === undefined ? undefined : recordedRoot(source.path, captured.source);
  const root = known ?? path.dirname(source.path);
  const { files, assets } = bundleFiles(actual.dependencies, { root, sessionDir, captured: undefined });
  const now: Captured = { ...captured, source: pathInProject(source.path, { root, sessionDir }), files };
  return [
    ...Array.from(assets, ([name, bytes]) => ({
      path: path.join(sessionDir, ASSETS_FOLDER, name),
      text: bytes,
    })),
    { path: trace.path(CAPTURED_SUFFIX), text: capturedText(now) },
  ];
}
