import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { NODE_MODULES } from './install.ts';
import type { Project } from './project.ts';

/** The Node that runs Vitest; `npm run matrix` names another. */
export const NODE = process.env.E2E_NODE ?? process.execPath;
/** Absolute path of Vitest's command. */
export const VITEST = path.join(NODE_MODULES, 'vitest/vitest.mjs');

const TIMEOUT_MS = 60_000;

/** How a command ended. */
export interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Both, without colours. */
  output: string;
}

/** Runs `vitest` with these arguments, as a user does; not in CI unless `env` says so. */
export function runVitest(
  project: Project,
  args: string[] = ['run'],
  env: NodeJS.ProcessEnv = {},
): Promise<Result> {
  return finished(
    spawn(NODE, [VITEST, ...args], {
      cwd: project.dir,
      env: environment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

/** Runs `vitest-poml` with these arguments, as a user does. */
export function runCli(project: Project, args: string[], env: NodeJS.ProcessEnv = {}): Promise<Result> {
  return runProgram(project, 'vitest-poml/dist/cli/main.js', args, env);
}

/** Runs a program of the project's `node_modules`. Its input stays open, so that one that waits for it is found out. */
export function runProgram(
  project: Project,
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Result> {
  const file = path.join(project.dir, 'node_modules', program);
  return finished(
    spawn(NODE, [file, ...args], {
      cwd: project.dir,
      env: environment(env),
      stdio: ['pipe', 'pipe', 'pipe'],
    }),
  );
}

/** The environment of a shell: nothing of the Vitest that runs these tests, no CI, no colours. */
export function environment(extra: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours =
    /^(?:VITEST|TINYPOOL|JEST|E2E_)|^(?:NODE_ENV|TEST|MODE|DEV|PROD|SSR|BASE_URL|CI|GITHUB_ACTIONS|FORCE_COLOR|FORCE_TTY)$/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: '1', ...extra };
}

function finished(child: ChildProcess): Promise<Result> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`The command took more than ${TIMEOUT_MS} ms. It printed:\n${stdout}\n${stderr}`));
    }, TIMEOUT_MS);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr, output: stripVTControlCharacters(`${stdout}\n${stderr}`) });
    });
  });
}
