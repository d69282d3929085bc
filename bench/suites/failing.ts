import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { installPackage, NODE_MODULES } from '../../src/e2e/install.ts';
import type { Figure } from '../figure.ts';
import { quantile } from '../measure.ts';

const TRACES = 10_000;
const ROUNDS = 3;

const CONFIG = `import { poml } from 'vitest-poml/plugin';
export default { plugins: [poml({ sessions: 'pomlruns/*', sourceRoots: { '/srv/app': '.' } })], test: { testTimeout: 600000 } };
`;

const PROMPT = `<poml>
  <role>You are an experienced support agent of {{ firm }}.</role>
  <task>Read the ticket below and decide how urgent it is.</task>
  <cp caption="Rules"><list>
    <item for="rule in rules">{{ rule }}</item>
  </list></cp>
  <human-msg><p>Ticket {{ id }}: {{ text }}</p></human-msg>
</poml>
`;

/**
 * Ten thousand traces that all fail for one edit, against the same when all is well, on a developer's machine, where what
 * is different is kept for a review.
 */
export async function measure(): Promise<Figure[]> {
  const dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'vitest-poml-failing-')));
  try {
    installPackage(dir);
    await writeSession(dir, TRACES);
    const ratios: number[] = [];
    let lines = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const passing = run(dir, 'decide');
      const failing = run(dir, 'judge');
      if (passing.status !== 0 || failing.status !== 1)
        throw new Error(`${passing.output}\n${failing.output}`);
      ratios.push(failing.milliseconds / passing.milliseconds);
      lines = Math.max(lines, failing.output.split('\n').length);
    }
    return [
      {
        id: 'failing-to-passing',
        what: `${TRACES} traces that one edit fails : all green`,
        value: quantile(ratios, 0.5),
        unit: '×',
        spread: [Math.min(...ratios), Math.max(...ratios)],
        target: { bound: 'at most', value: 1.5 },
      },
      {
        id: 'failing-lines',
        what: 'lines printed for them',
        value: lines,
        unit: 'lines',
        target: { bound: 'at most', value: 200 },
      },
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Runs Vitest over the session with this word in its prompt. */
function run(dir: string, word: string): { milliseconds: number; output: string; status: number | null } {
  writeFileSync(
    path.join(dir, 'prompts/triage.poml'),
    PROMPT.replace('decide how urgent', `${word} how urgent`),
  );
  const start = performance.now();
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [path.join(NODE_MODULES, 'vitest/vitest.mjs'), 'run'],
    {
      cwd: dir,
      env: { ...process.env, CI: '', NO_COLOR: '1' },
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    },
  );
  return { milliseconds: performance.now() - start, output: stdout + stderr, status };
}

async function writeSession(dir: string, traces: number): Promise<void> {
  const session = path.join(dir, 'pomlruns/20261121052042120390');
  mkdirSync(session, { recursive: true });
  mkdirSync(path.join(dir, 'prompts'));
  writeFileSync(path.join(dir, 'package.json'), '{ "name": "app", "type": "module" }\n');
  writeFileSync(path.join(dir, 'vitest.config.mjs'), CONFIG);
  const renderer = pathToFileURL(path.join(dir, 'node_modules/vitest-poml/dist/poml/index.js')).href;
  const { renderSync } = (await import(renderer)) as typeof import('../../src/poml/index.ts');
  for (let i = 1; i <= traces; i++) {
    const context = {
      firm: 'Cycles & Co',
      id: i,
      text: `The brake of bike ${i} does not hold any more. ${'It squeaks and slips when it rains. '.repeat(20)}`,
      rules: ['Be brief.', 'Name the bike.', 'Ask for what is missing.'],
    };
    const prompt = renderSync(PROMPT, { context });
    const prefix = path.join(session, `${String(i).padStart(4, '0')}.triage`);
    writeFileSync(`${prefix}.poml`, PROMPT);
    writeFileSync(`${prefix}.env`, 'SOURCE_PATH=/srv/app/prompts/triage.poml\n');
    writeFileSync(`${prefix}.context.json`, JSON.stringify(context, null, 2));
    writeFileSync(`${prefix}.result.json`, JSON.stringify(prompt, null, 2));
    writeFileSync(`${prefix}.result.txt`, String(prompt));
  }
}
