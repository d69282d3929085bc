/**
 * Runs the end-to-end tests of the Vitest adapter with every supported Vitest, on the Node it asks for:
 *
 *     npx tsx scripts/matrix.ts          all rows
 *     npx tsx scripts/matrix.ts 3.2 5    the rows whose Vitest begins so
 *
 * Vitest and Node are installed as npm packages into a folder under the system's temporary one and kept there.
 * Ends with 1 when a test of a row failed, with 2 when a row could not be run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

interface Row {
  vitest: string;
  /** Major version. */
  node: number;
}

const ROWS: readonly Row[] = [
  { vitest: '3.2.7', node: 20 },
  { vitest: '4.1.12', node: 20 },
  { vitest: '5.1.0', node: 22 },
];

const REPOSITORY = path.resolve(import.meta.dirname, '..');
const CACHE = path.join(tmpdir(), 'vitest-poml-matrix');
const TESTS = 'src/vitest/e2e';

process.exitCode = main(process.argv.slice(2));

function main(wanted: readonly string[]): number {
  const rows = ROWS.filter(
    ({ vitest }) => wanted.length === 0 || wanted.some((prefix) => vitest.startsWith(prefix)),
  );
  if (rows.length === 0) {
    console.error(
      `No row for ${wanted.join(', ')}. There are ${ROWS.map(({ vitest }) => vitest).join(', ')}.`,
    );
    return 2;
  }
  let exitCode = 0;
  for (const row of rows) {
    const name = `Vitest ${row.vitest} on Node ${row.node}`;
    console.error(`${name} …`);
    try {
      const { passed, failed, failures } = run(row);
      console.log(`${name}: ${passed} passed, ${failed} failed`);
      for (const failure of failures) console.log(`  ${failure}`);
      if (failed > 0 || passed === 0) exitCode = Math.max(exitCode, 1);
    } catch (error) {
      console.log(`${name}: could not be run: ${(error as Error).message}`);
      exitCode = 2;
    }
  }
  return exitCode;
}

/** Runs the tests; they take the Vitest and the Node to use from the environment. */
function run(row: Row): { passed: number; failed: number; failures: string[] } {
  const modules = install(`vitest-${row.vitest}`, [
    `vitest@${row.vitest}`,
    `@vitest/coverage-v8@${row.vitest}`,
  ]);
  const work = mkdtempSync(path.join(tmpdir(), 'vitest-poml-matrix-run-'));
  const report = path.join(work, 'report.json');
  const command = [
    path.join(REPOSITORY, 'node_modules/vitest/vitest.mjs'),
    'run',
    TESTS,
    '--reporter=json',
    `--outputFile=${report}`,
  ];
  spawnSync(process.execPath, command, {
    cwd: REPOSITORY,
    env: { ...process.env, E2E_NODE: nodeOf(row.node), E2E_NODE_MODULES: modules },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (!existsSync(report)) throw new Error('Vitest left no report');
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  rmSync(work, { recursive: true });
  const failures = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  );
  return { passed: numPassedTests, failed: numFailedTests, failures };
}

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { assertionResults: { status: string; fullName: string; failureMessages: string[] }[] }[];
}

/** Path of a Node of this major version. */
function nodeOf(major: number): string {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  return path.join(install(`node-${major}`, [`node@${major}`]), 'node/bin/node');
}

/** Installs packages into a folder of their own. @returns Its `node_modules`. */
function install(name: string, packages: readonly string[]): string {
  const folder = path.join(CACHE, name);
  const modules = path.join(folder, 'node_modules');
  const done = path.join(folder, 'installed');
  if (existsSync(done)) return modules;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const { status, stderr } = spawnSync('npm', ['install', '--no-audit', '--no-fund', ...packages], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`npm install ${packages.join(' ')} failed:\n${stderr}`);
  writeFileSync(done, '');
  return modules;
}
