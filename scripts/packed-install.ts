/**
 * Installs the packed package into an empty project, as a user would, and runs an example's sessions there
 * without any test file. Exit code 1 when that is not green, or when a changed prompt does not turn it red.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const project = mkdtempSync(path.join(tmpdir(), 'vitest-poml-packed-'));
const { devDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  devDependencies: Record<string, string>;
};

function npm(...args: string[]): string {
  return execFileSync('npm', args, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function vitest(): { code: number | null; output: string } {
  const run = spawnSync('npx', ['vitest', 'run'], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, CI: '1', NO_COLOR: '1' },
  });
  return { code: run.status, output: run.stdout + run.stderr };
}

function require(condition: boolean, what: string, output: string): void {
  if (condition) return;
  console.error(`${output}\n\npacked install: ${what}`);
  process.exit(1);
}

try {
  writeFileSync(path.join(project, 'package.json'), '{ "private": true, "type": "module" }');
  const [tarball] = JSON.parse(npm('pack', '--json', '--pack-destination', project, root)) as {
    filename: string;
  }[];
  npm('install', '--no-audit', '--no-fund', `./${tarball!.filename}`, `vitest@${devDependencies.vitest}`);
  cpSync(path.join(root, 'examples/support-triage'), project, { recursive: true });
  writeFileSync(
    path.join(project, 'vitest.config.ts'),
    `import { defineConfig } from 'vitest/config';
import poml from 'vitest-poml/plugin';

export default defineConfig({ plugins: [poml({ sessions: 'pomlruns' })] });
`,
  );
  const green = vitest();
  require(green.code === 0, 'the recorded session should be green', green.output);
  const prompt = path.join(project, 'prompts/triage.poml');
  writeFileSync(prompt, readFileSync(prompt, 'utf8').replace('first-line', 'second-line'));
  const red = vitest();
  require(red.code === 1, 'a changed prompt should turn the run red', red.output);
  require(red.output.includes(
    'prompts/triage.poml',
  ), 'the report should name the changed prompt', red.output);
  console.log('packed install: green as recorded, red after a change of one word');
} finally {
  rmSync(project, { recursive: true, force: true });
}
