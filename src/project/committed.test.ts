import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { folderWith } from '../trace/testing/session-folder.ts';
import { committedFiles } from './committed.ts';

function commitAll(cwd: string): void {
  for (const args of [
    ['init', '-q'],
    ['add', '.'],
    ['commit', '-qm', 'one'],
  ])
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd, stdio: 'pipe' });
}

test('gives what was committed last, where that is not what is there, in a folder that goes with the process', () => {
  const root = folderWith({ 'prompts/a b.poml': 'old', 'prompts/same.poml': 'same' });
  commitAll(root);
  writeFileSync(path.join(root, 'prompts/a b.poml'), 'new');
  writeFileSync(path.join(root, 'prompts/unknown.poml'), 'new');
  // As in a hook of another repository.
  vi.stubEnv('GIT_DIR', path.join(root, 'nowhere'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const earlier = committedFiles(root);
  const found = earlier(path.join(root, 'prompts/a b.poml'));
  expect(readFileSync(found!.copy, 'utf8')).toBe('old');
  expect(path.dirname(found!.copy)).toBe(found!.root);
  expect(path.relative(root, found!.root)).toMatch(/^\.vitest-poml[\\/]scratch[\\/]\.vitest-poml-.*\.tmp$/);
  expect(earlier(path.join(root, 'prompts/a b.poml'))).toBe(found);
  for (const name of ['prompts/same.poml', 'prompts/unknown.poml', 'prompts/gone.poml', 'nowhere/x.poml'])
    expect([name, earlier(path.join(root, name))]).toEqual([name, undefined]);
});

test('gives what a committed file was before, in a merge what it was merged into', () => {
  const root = folderWith({ 'a[1].poml': 'one', 'b.poml': 'one', 'once.poml': 'once' });
  commitAll(root);
  const run = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: root, stdio: 'pipe' });
  const base = run('rev-parse', 'HEAD').toString().trim();
  for (const text of ['two', 'three']) {
    writeFileSync(path.join(root, 'a[1].poml'), text);
    run('commit', '-qam', text);
  }
  const earlier = (name: string) => committedFiles(root)(path.join(root, name));
  const text = (name: string) => readFileSync(earlier(name)!.copy, 'utf8');
  expect(text('a[1].poml')).toBe('two');
  expect(earlier('a[1].poml')!.changed).toBeGreaterThan(1e9);
  expect(earlier('once.poml')).toBeUndefined();
  // As CI checks a pull request out.
  const head = run('rev-parse', 'HEAD').toString().trim();
  run('checkout', '-q', '--detach', base);
  writeFileSync(path.join(root, 'b.poml'), 'other');
  run('commit', '-qam', 'other');
  run('merge', '-q', '--no-ff', '-m', 'merge', head);
  expect(text('a[1].poml')).toBe('one');
  const shallow = folderWith({});
  execFileSync('git', ['clone', '-q', '--depth', '2', `file://${root}`, shallow], { stdio: 'pipe' });
  expect(readFileSync(committedFiles(shallow)(path.join(shallow, 'a[1].poml'))!.copy, 'utf8')).toBe('one');
});

test('knows nothing where nothing can be written', () => {
  const root = folderWith({ 'a.poml': 'old', '.vitest-poml': 'something else' });
  commitAll(root);
  writeFileSync(path.join(root, 'a.poml'), 'new');
  expect(committedFiles(root)(path.join(root, 'a.poml'))).toBeUndefined();
});

test('knows nothing outside of version control', () => {
  const root = folderWith({ 'a.poml': 'new' });
  expect(committedFiles(root)(path.join(root, 'a.poml'))).toBeUndefined();
});
