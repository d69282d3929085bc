import { expect, test } from 'vitest';
import type { CaptureResult } from '../../golden/capturing/capture.ts';
import { PLAIN } from '../../report/index.ts';
import type { Trace } from '../../trace/types.ts';
import { printCapture } from './print.ts';

const trace = (i: number) => ({ id: `${String(i).padStart(4, '0')}.triage` }) as Trace;

function result(i: number, more: Partial<CaptureResult> = {}): CaptureResult {
  const golden = `/app/goldens/s/${trace(i).id}`;
  const plain = { differs: [], assets: 0, redacted: {}, notes: [], left: [] };
  return { trace: trace(i), action: 'written', golden, ...plain, ...more };
}

test('a capture of thousands of calls is told in few lines, with all that needs a look', () => {
  const results = Array.from({ length: 1000 }, (_, i) => result(i));
  results[900] = result(900, { action: 'refused', reason: 'it is broken' });
  results[901] = result(901, { notes: ['look at this'] });
  const leftOut = Array.from({ length: 9000 }, (_, i) =>
    i < 2000
      ? { trace: trace(i), reason: 'exercises nothing' }
      : { trace: trace(i), reason: 'over the limit of 1000', limit: 1000 },
  );
  const shown = { results, removed: [], leftOut, dryRun: false, redacting: false };
  const lines = printCapture(shown, { style: PLAIN, root: '/app' });
  expect(lines.length).toBeLessThan(120);
  const text = lines.join('\n');
  expect(text).toContain('  ! 0900.triage  it is broken');
  expect(text).toContain('  + 0901.triage\n      look at this');
  expect(text).toContain('    … and 948 more like these; --json lists all');
  expect(text).toContain('    … and 1,950 more for such reasons; --json lists all');
  expect(text).toContain('  - 2000.triage, 2001.triage, 2002.triage and 6997 more  over the limit of 1000');
  expect(text).toContain('10,000 calls: 999 written, 1 refused, 9000 left out');
});
