import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installNode, installVitest } from './install.ts';
import type { Row } from './rows.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');

/** How a row ended. */
export interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
  /** Names of the tests that failed, and of the files that could not be loaded, each with the first line of why. */
  failures: string[];
}

/**
 * Runs the tests of a row; those of an adapter take the Vitest and the Node to start from the environment.
 *
 * @throws Error when something cannot be installed, and when the tests left no report
 */
export function runRow(row: Row, quick: boolean): Outcome {
  const node = installNode(row.node);
  const modules = row.vitest === undefined ? undefined : installVitest(row.vitest);
  const work = mkdtempSync(path.join(tmpdir(), 'vitest-poml-matrix-run-'));
  try {
    const report = path.join(work, 'report.json');
    const args = [
      path.join(REPOSITORY, 'node_modules/vitest/vitest.mjs'),
      'run',
      ...(quick ? row.quick : row.tests),
      '--reporter=json',
      `--outputFile=${report}`,
    ];
    spawnSync(row.inside ? node : process.execPath, args, {
      cwd: REPOSITORY,
      env: { ...process.env, E2E_NODE: node, ...(modules !== undefined && { E2E_NODE_MODULES: modules }) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (!existsSync(report)) throw new Error('Vitest left no report');
    return outcomeOf(JSON.parse(readFileSync(report, 'utf8')) as Report);
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** What is used of Vitest's JSON report. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: {
    name: string;
    message: string;
    status: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

function outcomeOf({ numPassedTests, numFailedTests, numPendingTests, testResults }: Report): Outcome {
  const tests = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed'),
  );
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
  );
  return {
    passed: numPassedTests,
    failed: numFailedTests + broken.length,
    skipped: numPendingTests,
    failures: [
      ...tests.map(({ fullName, failureMessages }) => `${fullName}: ${firstLine(failureMessages[0])}`),
      ...broken.map(({ name, message }) => `${path.relative(REPOSITORY, name)}: ${firstLine(message)}`),
    ],
  };
}

function firstLine(text = ''): string {
  return text.split('\n', 1)[0] ?? '';
}
