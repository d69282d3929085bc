import { renderMaybeSync } from '../../../poml/index.ts';
import { createSourceFinder, type Session } from '../../../trace/index.ts';
import { diskFiles } from '../../disk.ts';
import { parseJsonPath } from '../../json-path.ts';
import { type CaptureOutcome, capture } from '../capture.ts';

/** Captures a whole session, replacing what is there: as it is, or with names and addresses redacted. */
export function captureSession(
  session: Session,
  { root, to, redacted }: { root: string; to: string; redacted: boolean },
  told?: (done: number) => void,
): Promise<CaptureOutcome> {
  return capture(
    {
      sources: [{ session, traces: session.traces }],
      to,
      root,
      evaluate: {},
      renderer: { name: 'vitest-poml' },
      force: true,
      dryRun: false,
      redact: redacted ? { paths: [parseJsonPath('$.name')], detectors: ['email'] } : undefined,
    },
    { render: renderMaybeSync, files: diskFiles, findSource: createSourceFinder({ root }) },
    told,
  );
}
