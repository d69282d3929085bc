import { summarize } from '../../golden/record.ts';
import type { Verdict } from '../../golden/verdict.ts';
import { packageVersion } from '../../project/version.ts';
import { collect, type RunModel } from '../../report/index.ts';

/** The comparison as a run: the form that every report is made from. */
export function modelOf(verdicts: readonly Verdict[], root: string): RunModel {
  return collect({
    records: verdicts.map((verdict) => summarize(verdict)),
    root,
    environment: {
      version: packageVersion(),
      renderer: 'builtin',
      node: process.version,
      startedAt: new Date().toISOString(),
      duration: 0,
    },
  });
}
