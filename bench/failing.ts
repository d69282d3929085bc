import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { installPackage, NODE_MODULES } from '../src/e2e/install.ts';

/** What a session of traces costs that all fail for one edit, beside the same session when all is well. */
export interface FailingFigures {
  traces: number;
  /** Seconds, the best of all rounds. */
  passing: number;
  failing: number;
  /** Failing by passing. */
  ratio: number;
  /** Lines that the failing run printed. */
  lines: number;
}

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
 * Runs the real Vitest over a session, as it is and after one word of its prompt was changed, in turns.
 *
 * @param env Of the runs; the default is a developer's machine, so that renders are kept for a review.
 */
export async function measureFailing(
  traces: number,
  rounds: number,
  env: NodeJS.ProcessEnv = {},
): Promise<FailingFigures> {
  const dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'vitest-poml-failing-')));
  try {
    installPackage(dir);
    const prompt = path.join(dir, 'prompts/triage.poml');
    await writeSession(dir, traces);
    const run = (word: string) => {
      writeFileSync(prompt, PROMPT.replace('decide how urgent', `${word} how urgent`));
      const start = performance.now();
      const { stdout, stderr, status } = spawnSync(
        process.execPath,
        [path.join(NODE_MODULES, 'vitest/vitest.mjs'), 'run'],
        {
          cwd: dir,
          env: { ...process.env, CI: '', NO_COLOR: '1', ...env },
          encoding: 'utf8',
          maxBuffer: 2 ** 30,
        },
      );
      return { seconds: (performance.now() - start) / 1000, output: stdout + stderr, status };
    };
    const times = { passing: Number.POSITIVE_INFINITY, failing: Number.POSITIVE_INFINITY };
    let lines = 0;
    for (let round = 0; round < rounds; round++) {
      const passing = run('decide');
      const failing = run('judge');
      if (passing.status !== 0 || failing.status !== 1)
        throw new Error(`${passing.output}\n${failing.output}`);
      times.passing = Math.min(times.passing, passing.seconds);
      times.failing = Math.min(times.failing, failing.seconds);
      lines = Math.max(lines, failing.output.split('\n').length);
      if (process.env.BENCH_OUTPUT) writeFileSync(process.env.BENCH_OUTPUT, failing.output);
    }
    return { traces, ...times, ratio: times.failing / times.passing, lines };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function writeSession(dir: string, traces: number): Promise<void> {
  const session = path.join(dir, 'pomlruns/20261121052042120390');
  mkdirSync(session, { recursive: true });
  mkdirSync(path.join(dir, 'prompts'));
  writeFileSync(path.join(dir, 'package.json'), '{ "name": "app", "type": "module" }\n');
  writeFileSync(path.join(dir, 'vitest.config.mjs'), CONFIG);
  const renderer = pathToFileURL(path.join(dir, 'node_modules/vitest-poml/dist/poml/index.js')).href;
  const { renderSync } = (await import(renderer)) as typeof import('../src/poml/index.ts');
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

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [traces = '10000', rounds = '2'] = process.argv.slice(2);
  console.log(await measureFailing(Number(traces), Number(rounds), readCi()));
}

/** `BENCH_CI=1` measures as in CI, where nothing is kept for a review. */
function readCi(): NodeJS.ProcessEnv {
  return process.env.BENCH_CI ? { CI: '1' } : {};
}
