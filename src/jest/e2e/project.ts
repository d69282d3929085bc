import { execFile, execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const REPOSITORY = path.resolve(import.meta.dirname, '../../..');
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

/** A project of a user, in a temporary folder. */
export interface Project {
  /** Absolute. */
  dir: string;
  read(file: string): string;
  write(file: string, text: string): void;
  /** Replaces a piece of a file; an error when it does not stand there. */
  edit(file: string, from: string, to: string): void;
  remove(file: string): void;
  exists(file: string): boolean;
  /** The files below a folder, sorted, by their path from it. */
  list(folder: string): string[];
}

/**
 * Makes a project with the built package installed.
 *
 * @param home Folder to make it in.
 * @param files Files by path.
 * @param packageFolder Where `buildPackage` has built.
 */
export function createProject(home: string, files: Record<string, string>, packageFolder: string): Project {
  const dir = mkdtempSync(path.join(home, 'project-'));
  const at = (file: string) => path.join(dir, file);
  const project: Project = {
    dir,
    read: (file) => readFileSync(at(file), 'utf8'),
    write(file, text) {
      mkdirSync(path.dirname(at(file)), { recursive: true });
      writeFileSync(at(file), text);
    },
    edit(file, from, to) {
      const text = project.read(file);
      if (!text.includes(from)) throw new Error(`${file} does not hold ${JSON.stringify(from)}.`);
      project.write(
        file,
        text.replace(from, () => to),
      );
    },
    remove: (file) => rmSync(at(file), { recursive: true }),
    exists: (file) => existsSync(at(file)),
    list: (folder) =>
      existsSync(at(folder)) ? (readdirSync(at(folder), { recursive: true }) as string[]).sort() : [],
  };
  project.write('package.json', '{ "name": "project" }\n');
  install(at('node_modules'), packageFolder);
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
  /^(?:VITEST|TINYPOOL|JEST|NODE_ENV|NODE_OPTIONS|TEST|MODE|DEV|PROD|CI|GITHUB_ACTIONS|FORCE_COLOR)/;

function run(args: readonly string[], cwd: string): Promise<Result> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name)));
  const options = { cwd, env: { ...env, NO_COLOR: '1' }, timeout: TIMEOUT_MS, maxBuffer: 2 ** 24 };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, output: stripVTControlCharacters(`${stdout}\n${stderr}`) });
    });
    child.stdin?.end();
  });
}
