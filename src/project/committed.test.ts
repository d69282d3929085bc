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
