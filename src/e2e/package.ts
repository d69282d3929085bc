import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Absolute folder of this repository. */
export const REPOSITORY = path.resolve(import.meta.dirname, '../..');

const CACHE = path.join(tmpdir(), 'vitest-poml-e2e');
const MAX_AGE_MS = 24 * 60 * 60 * 1000;
/** What a build is made of. */
const SOURCES = [
  'src',
  ...['build.mjs', 'finish-types.mjs', 'bundle-node.mjs', 'bundle-viewer.ts'].map(
    (name) => `scripts/${name}`,
  ),
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

let packed: string | undefined;

/**
 * The package as a user installs it: built, packed by npm, unpacked into a folder. Made once per state of the
 * sources, beside the repository's own `dist`, and shared by all workers.
 *
 * @returns Absolute folder of the unpacked package.
 */
export function packedPackage(): string {
  packed ??= build();
  return packed;
}

function build(): string {
  const target = path.join(CACHE, stateOfSources());
  if (existsSync(target)) return path.join(target, 'package');
  mkdirSync(CACHE, { recursive: true });
  removeOld();
  const work = mkdtempSync(path.join(CACHE, 'building-'));
  const staging = path.join(work, 'staging');
  mkdirSync(staging);
  const run = (command: string, args: string[], cwd: string) =>
    execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  run(process.execPath, ['scripts/build.mjs', path.join(staging, 'dist'), '--no-check'], REPOSITORY);
  for (const name of ['package.json', 'README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE']) {
    const file = path.join(REPOSITORY, name);
    if (existsSync(file)) cpSync(file, path.join(staging, name));
  }
  run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', work], staging);
  const tarball = readdirSync(work).find((name) => name.endsWith('.tgz'));
  if (!tarball) throw new Error(`npm pack left no tarball in ${work}.`);
  run('tar', ['-xzf', tarball], work);
  rmSync(staging, { recursive: true });
  try {
    renameSync(work, target);
  } catch (error) {
    // Another worker was faster; what it made is the same.
    if (!existsSync(target)) throw error;
    rmSync(work, { recursive: true });
  }
  return path.join(target, 'package');
}

/** A hash over all files that go into the build; tests and their helpers do not. */
function stateOfSources(): string {
  const hash = createHash('sha256');
  const visit = (file: string): void => {
    if (statSync(file).isDirectory()) {
      if (path.basename(file) !== 'e2e')
        for (const name of readdirSync(file).sort()) visit(path.join(file, name));
    } else if (!file.endsWith('.test.ts')) {
      hash.update(path.relative(REPOSITORY, file)).update('\0').update(readFileSync(file)).update('\0');
    }
  };
  for (const source of SOURCES) visit(path.join(REPOSITORY, source));
  return hash.digest('hex').slice(0, 16);
}

function removeOld(): void {
  for (const name of readdirSync(CACHE)) {
    const folder = path.join(CACHE, name);
    if (Date.now() - statSync(folder).mtimeMs > MAX_AGE_MS) rmSync(folder, { recursive: true, force: true });
  }
}
