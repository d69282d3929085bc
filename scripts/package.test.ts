import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { packedPackage } from '../src/e2e/package.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

interface Manifest {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  exports: Record<string, unknown>;
  bin: Record<string, string>;
}
interface LockedPackage {
  dev?: boolean;
  peer?: boolean;
  optional?: boolean;
  hasInstallScript?: boolean;
  resolved?: string;
  integrity?: string;
  dependencies?: Record<string, string>;
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, LockedPackage> };

describe('the supply chain', () => {
  test('every dependency has its reason in docs/dependencies.md', () => {
    const text = read('docs/dependencies.md');
    const [, installed = ''] = text.split('## Installed with the package');
    const rows = [...installed.split('\n## ')[0]!.matchAll(/^\| \[([^\]]+)\]/gm)].map(([, name]) => name);
    expect(rows.sort()).toEqual(Object.keys(manifest.dependencies).sort());
    const mentioned = (name: string) => new RegExp(`(?<![\\w@/-])${name}(?![\\w/-])`, 'i').test(text);
    const all = Object.keys({ ...manifest.peerDependencies, ...manifest.devDependencies });
    // Types say by their name what they are for.
    const unexplained = all.filter((name) => !name.startsWith('@types/') && !mentioned(name));
    expect(unexplained).toEqual([]);
  });

  test('nothing that is installed with the package has an install script', () => {
    const closure = closureOf(Object.keys(manifest.dependencies));
    expect(closure.length).toBeGreaterThan(Object.keys(manifest.dependencies).length);
    expect(closure.filter((name) => packages[`node_modules/${name}`]?.hasInstallScript)).toEqual([]);
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];
    expect(Object.keys(manifest.scripts).filter((name) => hooks.includes(name))).toEqual([]);
  });

  test('every package of the lock file has its hash, and comes from nowhere but the registry', () => {
    const locked = Object.entries(packages).filter(([name]) => name !== '');
    expect(locked.length).toBeGreaterThan(100);
    const odd = locked.filter(
      ([, { resolved, integrity }]) =>
        resolved?.startsWith('https://registry.npmjs.org/') === false || !integrity?.startsWith('sha512-'),
    );
    expect(odd.map(([name]) => name)).toEqual([]);
  });

  // The package may have to be built first.
  test('what is published is what runs, and what is documented for it', { timeout: 120_000 }, () => {
    const folder = packedPackage();
    const files = execFileSync('find', ['.', '-type', 'f'], { cwd: folder, encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((file) => file.slice(2));
    const allowed =
      /^(?:package\.json|README\.md|CHANGELOG\.md|SECURITY\.md|LICENSE|dist\/.+\.(?:js|cjs|d\.ts|d\.cts|css|json))$/;
    expect(files.filter((file) => !allowed.test(file))).toEqual([]);
    expect(files.filter((file) => /\.test\.|(?:^|\/)(?:testing|e2e|fixtures)\//.test(file))).toEqual([]);
    for (const file of pathsIn(manifest.exports).concat(Object.values(manifest.bin)))
      expect([file, existsSync(path.join(folder, file))]).toEqual([file, true]);
  });
});

function closureOf(names: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const next of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {})) visit(next);
  };
  names.forEach(visit);
  return [...found];
}

function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.endsWith('package.json') ? [] : [value];
  return Object.values(value as Record<string, unknown>).flatMap(pathsIn);
}
