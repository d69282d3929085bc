import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Figure } from '../figure.ts';
import { ratioOf } from '../measure.ts';
import { type BenchProject, benchProject, type MeasuredRun, measureVitest } from '../project.ts';

const TRACES = 10_000;
const ROUNDS = 3;

const CONFIG = (options: string, include: string) => `import { defineConfig } from 'vitest/config';
import poml from 'vitest-poml/plugin';
export default defineConfig({
  plugins: [${options === '' ? '' : `poml(${options})`}],
  test: { include: [${include}] },
});
`;
const MAPPED = "sourceRoots: { '/srv/support-triage': '.' }";

/**
 * Ten thousand traces through Vitest against ten thousand empty tests in as many modules, and against the same texts with
 * `toMatchFileSnapshot`.
 */
export async function measure(): Promise<Figure[]> {
  const project = benchProject(TRACES);
  try {
    const empty: MeasuredRun[] = [];
    const traces: MeasuredRun[] = [];
    const snapshots: MeasuredRun[] = [];
    const shared: MeasuredRun[] = [];
    writeVariants(project);
    // One after the other within a round, so that what else the machine does falls on all.
    for (let round = 0; round < ROUNDS; round++) {
      empty.push(await green(project, 'empty'));
      traces.push(await green(project, 'traces'));
      snapshots.push(await green(project, 'snapshots'));
      shared.push(await green(project, 'empty', ['--no-isolate']));
    }
    const ratio = (of: MeasuredRun[], to: MeasuredRun[]) =>
      of.map(({ milliseconds }, i) => milliseconds / to[i]!.milliseconds);
    const over = traces.map(({ memory }, i) => (memory - empty[i]!.memory) / 2 ** 20);
    return [
      ratioOf(
        'traces-to-empty',
        `${TRACES} traces : ${TRACES} empty tests, wall time`,
        ratio(traces, empty),
        1.5,
      ),
      ratioOf(
        'traces-to-shared',
        `${TRACES} traces : ${TRACES} empty tests whose modules share a worker, as sessions do`,
        ratio(traces, shared),
      ),
      ratioOf(
        'traces-to-snapshots',
        `${TRACES} traces : the same texts with toMatchFileSnapshot`,
        ratio(traces, snapshots),
      ),
      {
        ...ratioOf('traces-memory', `memory of ${TRACES} traces over that of empty tests`, over, 150),
        unit: 'MB',
      },
    ];
  } finally {
    project.dispose();
  }
}

function writeVariants({ dir, sessions }: BenchProject): void {
  writeFileSync(path.join(dir, 'empty.config.mjs'), CONFIG('', "'*.empty.js'"));
  writeFileSync(path.join(dir, 'snapshots.config.mjs'), CONFIG('', "'*.snapshots.js'"));
  writeFileSync(path.join(dir, 'traces.config.mjs'), CONFIG(`{ sessions: 'pomlruns/*', ${MAPPED} }`, ''));
  for (const [i, session] of sessions.entries()) {
    const names = JSON.stringify(Array.from({ length: 1000 }, (_, n) => String(n + 1).padStart(4, '0')));
    const loop = (body: string) => `import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
const session = ${JSON.stringify(session)};
const texts = new Map(readdirSync(session).filter((name) => name.endsWith('.result.txt')).map((name) => [name.slice(0, 4), session + '/' + name]));
for (const name of ${names}) ${body}
`;
    writeFileSync(
      path.join(dir, `${i}.empty.js`),
      `import { test } from 'vitest';\nfor (const name of ${names}) test(name, () => {});\n`,
    );
    writeFileSync(
      path.join(dir, `${i}.snapshots.js`),
      loop(
        'test(name, async () => { await expect(readFileSync(texts.get(name), "utf8")).toMatchFileSnapshot(texts.get(name)); });',
      ),
    );
  }
}

async function green(
  { dir, traces }: BenchProject,
  variant: string,
  args: readonly string[] = [],
): Promise<MeasuredRun> {
  const run = await measureVitest(dir, ['--config', `${variant}.config.mjs`, ...args]);
  if (run.code !== 0 || !run.output.includes(`${traces} passed`))
    throw new Error(`${variant} should be green, but:\n${run.output.slice(-4000)}`);
  return run;
}
