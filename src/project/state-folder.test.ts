import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { recoverProject, statePath } from './state-folder.ts';

test('there is nothing to complete where there is no state folder, or something else of its name', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'poml-state-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  expect(recoverProject({ root, homes: [root] })).toEqual([]);
  writeFileSync(statePath(root), 'a file');
  expect(recoverProject({ root, homes: [root] })).toEqual([]);
});
