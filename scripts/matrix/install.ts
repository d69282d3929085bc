import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const CACHE = path.join(tmpdir(), 'vitest-poml-matrix');

/** Absolute path of a Node of this major version; npm has it as a package. */
export function installNode(major: number): string {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  return path.join(install(`node-${major}`, [`node@${major}`]), 'node/bin/node');
}

/** Installs this Vitest. @returns The `node_modules` it is in. */
export function installVitest(version: string): string {
  return install(`vitest-${version}`, [`vitest@${version}`, `@vitest/coverage-v8@${version}`]);
}

/** Installs packages into a folder of their own, once. @returns Its `node_modules`. */
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
