import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { testFiles } from '../../../fixtures/golden/fakes.ts';
import { type PullOptions, type PullReport, writePulled } from '../pull/pull.ts';
import { readExport } from '../pull/read-trace.ts';
import { testFolder } from './tools.ts';

/** The id of the trace that `pullSpans` pulls. */
export const TRACE_ID = '5b8efff798038103d269b633813fc60c';

/** An exported trace with spans of these attributes, pulled. */
export function pullSpans(
  spans: { attributes: Record<string, unknown>; name?: string; status?: string }[],
  options: Partial<PullOptions> = {},
): PullReport & { read(name: string): string | undefined; names: string[] } {
  const dir = testFolder();
  const file = path.join(dir, 'export.json');
  const rows = spans.map(({ attributes, name = 'poml.task', status = 'UNSET' }, i) => ({
    trace_id: TRACE_ID,
    span_id: String(i + 1).padStart(16, '0'),
    span_name: name,
    start_time: `2026-11-21T04:35:5${i}.867616+00:00`,
    status_code: status,
    span_attributes: attributes,
  }));
  writeFileSync(file, JSON.stringify({ trace: null, spans: rows }));
  const report = writePulled(readExport(file), {
    to: path.join(dir, 'out'),
    root: dir,
    finders: [],
    files: testFiles,
    ...options,
  });
  const names = readdirSync(report.session).sort();
  return {
    ...report,
    names,
    read: (name) =>
      names.includes(name) ? readFileSync(path.join(report.session, name), 'utf8') : undefined,
  };
}

/** The input of a call as the Python SDK writes it. */
export const callInput = (prompt: unknown, context: unknown = null, stylesheet: unknown = null) =>
  JSON.stringify({ args: [prompt, context, stylesheet], kwargs: {} });
/** A plain output. */
export const OUTPUT = JSON.stringify({ messages: [{ speaker: 'human', content: 'Hello' }] });
