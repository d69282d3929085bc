import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { REPOSITORY } from '../../e2e/package.ts';
import { type Project, projectAt } from '../../e2e/project.ts';
import { NODE } from '../../e2e/run.ts';

const JEST = path.join(REPOSITORY, 'node_modules/jest/bin/jest.js');
const TIMEOUT_MS = 60_000;

/**
 * Builds the package as `npm run build` does, without checking types.
 *
 * @param folder Absolute; made when it is not there.
 */
export function buildPackage(folder: string): void {
  const dist = path.join(folder, 'dist');
  execFileSync(process.execPath, ['scripts/build.mjs', dist, '--no-check'], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cpSync(path.join(REPOSITORY, 'package.json'), path.join(folder, 'package.json'));
}

/** A temporary folder for everything that these tests make; remove it at the end. */
export function temporaryFolder(): string {
  return realpathSync(mkdtempSync(path.join(tmpdir(), 'vitest-poml-jest-')));
}

/**
 * Makes a project with the built package installed.
 *
 * @param home Folder to make it in.
 * @param files Files by path.
 * @param packageFolder Where `buildPackage` has built.
 */
export function createProject(home: string, files: Record<string, string>, packageFolder: string): Project {
  const project = projectAt(mkdtempSync(path.join(home, 'project-')));
  project.write('package.json', '{ "name": "project" }\n');
  install(project.path('node_modules'), packageFolder);
  for (const [file, text] of Object.entries(files)) project.write(file, text);
  return project;
}

/** The package as a real folder; everything it may use as links, so that nothing comes from the network. */
function install(target: string, packageFolder: string): void {
  mkdirSync(target);
  cpSync(packageFolder, path.join(target, 'vitest-poml'), { recursive: true });
  const own = path.join(REPOSITORY, 'node_modules');
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(path.join(packageFolder, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string>>;
  const names = Object.keys({ ...dependencies, ...peerDependencies });
  for (const name of [...names.filter((one) => one !== 'vitest'), '@types', '@jest', 'expect']) {
    if (existsSync(path.join(own, name)))
      symlinkSync(path.join(own, name), path.join(target, name), 'junction');
  }
}

/** How a command ended. */
export interface Result {
  code: number | null;
  /** All it printed, without colours. */
  output: string;
}

/** Runs Jest with these arguments, as a user does; not in CI unless the arguments say so. */
export function runJest(
  project: Project,
  args: readonly string[] = [],
  nodeArgs: readonly string[] = [],
): Promise<Result> {
  // One file needs no workers, and several of these tests run at once.
  return run([...nodeArgs, JEST, '--runInBand', ...args], project.dir);
}

/** Checks the types of the project. */
export function runTsc(project: Project): Promise<Result> {
  return run([path.join(REPOSITORY, 'node_modules/typescript/bin/tsc'), '--noEmit'], project.dir);
}

const OURS =
  /^(?:VITEST|TINYPOOL|JEST|E2E_|NODE_ENV|NODE_OPTIONS|TEST|MODE|DEV|PROD|CI|GITHUB_ACTIONS|FORCE_COLOR)/;

function run(args: readonly string[], cwd: string): Promise<Result> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name)));
  const options = { cwd, env: { ...env, NO_COLOR: '1' }, timeout: TIMEOUT_MS, maxBuffer: 2 ** 24 };
  return new Promise((resolve) => {
    const child = execFile(NODE, args, options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, output: stripVTControlCharacters(`${stdout}\n${stderr}`) });
    });
    child.stdin?.end();
  });
}
