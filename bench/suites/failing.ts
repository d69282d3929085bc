import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Figure } from '../figure.ts';
import { ratioOf } from '../measure.ts';
import { type BenchProject, benchProject, type MeasuredRun, measureVitest } from '../project.ts';

const TRACES = 10_000;
const ROUNDS = 3;

const CONFIG = `import { defineConfig } from 'vitest/config';
import poml from 'vitest-poml/plugin';
export default defineConfig({
  plugins: [poml({ sessions: 'pomlruns/*', sourceRoots: { '/srv/support-triage': '.' } })],
  test: { include: [] },
});
`;

/** The prompts that include the file which is edited. */
const PROMPTS = ['triage', 'draft_reply'];
const EDITED = 'prompts/_policy.poml';

/**
 * Ten thousand traces that all fail for one edit of an included file, against the same when all is well: as a pull request is
 * gated, and as on a developer's machine, where what is different is kept for a review.
 */
export async function measure(): Promise<Figure[]> {
  const project = benchProject(TRACES, PROMPTS);
  try {
    writeFileSync(path.join(project.dir, 'vitest.config.mjs'), CONFIG);
    const gated: number[] = [];
    const local: number[] = [];
    let lines = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (const [ratios, ci] of [
        [gated, true],
        [local, false],
      ] as const) {
        const passing = await run(project, { edited: false, ci });
        const failing = await run(project, { edited: true, ci });
        ratios.push(failing.milliseconds / passing.milliseconds);
        lines = Math.max(lines, failing.output.split('\n').length);
      }
    }
    return [
      ratioOf('failing-to-passing', `${TRACES} traces that one edit fails, in CI : all green`, gated, 1.5),
      ratioOf('failing-to-passing-local', 'the same on a developer’s machine, kept for a review', local, 1.5),
      {
        id: 'failing-lines',
        what: 'lines printed for them',
        value: lines,
        unit: 'lines',
        target: { bound: 'at most', value: 200 },
      },
    ];
  } finally {
    project.dispose();
  }
}

/** Runs Vitest over the sessions with the file as it was recorded, or edited; what an earlier run has left is gone. */
async function run(
  { dir, traces }: BenchProject,
  { edited, ci }: { edited: boolean; ci: boolean },
): Promise<MeasuredRun> {
  const file = path.join(dir, EDITED);
  const text = readFileSync(file, 'utf8');
  rmSync(path.join(dir, '.vitest-poml'), { recursive: true, force: true });
  try {
    if (edited) writeFileSync(file, text.replace('a colleague', 'somebody'));
    const ran = await measureVitest(dir, [], { ci });
    if (!ran.output.includes(`${traces} ${edited ? 'failed' : 'passed'}`))
      throw new Error(ran.output.slice(-4000));
    return ran;
  } finally {
    writeFileSync(file, text);
  }
}
