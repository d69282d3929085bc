import { contextJson } from './capture.ts';
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

function acceptedFiles(subject: Subject, golden: Golden, draft: Verdict): GoldenFile[] {
  const { prefix } = golden;
  const result: GoldenFile[] = [{ path: `${prefix}.result.json`, text: draft.actualJson ?? '' }];
  // A golden kept without its text stays without.
  if (golden.json === undefined || golden.text !== undefined) {
    result.push({ path: `${prefix}.result.txt`, text: draft.actualText ?? '' });
  }
  const { trace, markup, inputs } = subject;
  if (markup === undefined) return result;
  if (trace) {
    const ownLive = prefix === trace.prefix && subject.source?.kind === 'live' && markup !== trace.markup;
    return ownLive ? [...result, { path: `${prefix}.poml`, text: markup }] : result;
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
