import path from 'node:path';
import { expect, test } from 'vitest';
import { bundlePlace, capturedText, parseCaptured } from './captured.ts';
import { loadSession, loadTrace } from './session.ts';
import { createSourceFinder } from './source.ts';
import { folderWith, resultJson, writeFiles } from './testing/session-folder.ts';
import type { Captured } from './types.ts';

const ASSET = `${'a1'.repeat(32)}.poml`;
const CAPTURED: Captured = {
  version: 1,
  renderer: { name: 'builtin', version: '0.1.0' },
  session: '20261121052042120390',
  trace: '0001.a',
  recordedAt: '2026-11-21T05:20:42.120',
  source: 'prompts/a.poml',
  root: '/srv/app',
  files: [
    { path: 'prompts/_b.poml', kind: 'include', asset: ASSET },
    { path: 'docs', kind: 'folder', entries: ['x.md'] },
  ],
};

function golden(captured = capturedText(CAPTURED)): string {
  return folderWith({
    'goldens/0001.a.poml': '<p/>',
    'goldens/0001.a.golden.json': captured,
    'goldens/0001.a.result.json': resultJson([]),
    'goldens/0001.a.reply.txt': 'reply',
  });
}

test('what a capture noted is read beside the trace, and is no artifact of it', () => {
  const dir = golden();
  const trace = loadTrace(path.join(dir, 'goldens/0001.a'));
  expect(trace.captured).toEqual(CAPTURED);
  expect(trace.artifacts).toEqual(['.reply.txt']);
  expect(trace.recordedAt).toEqual(new Date(2026, 10, 21, 5, 20, 42, 120));
  expect(loadSession(path.join(dir, 'goldens')).traces).toHaveLength(1);
  expect(bundlePlace(trace)).toEqual({
    sourcePath: path.join(dir, 'goldens/prompts/a.poml'),
    moved: { '/srv/app': path.join(dir, 'goldens') },
    bundle: {
      root: path.join(dir, 'goldens/assets'),
      files: { [path.join(dir, 'goldens/prompts/_b.poml')]: path.join(dir, 'goldens/assets', ASSET) },
      folders: { [path.join(dir, 'goldens/docs')]: ['x.md'] },
    },
  });
});

test('the live prompt of a captured golden is found from the root, without a map of folders', () => {
  const dir = golden();
  const trace = loadTrace(path.join(dir, 'goldens/0001.a'));
  expect(createSourceFinder({ root: dir })(trace)).toHaveProperty('why');
  writeFiles(dir, { 'prompts/a.poml': '<p/>' });
  expect(createSourceFinder({ root: dir })(trace)).toEqual({ path: path.join(dir, 'prompts/a.poml') });
  const hostile = loadTrace(
    path.join(golden(capturedText({ ...CAPTURED, source: '../../etc/passwd' })), 'goldens/0001.a'),
  );
  expect(createSourceFinder({ root: dir })(hostile)).not.toEqual({ path: '/etc/passwd' });
});

test.each([
  [{ version: 2 }, 'version 1 expected'],
  [{ version: 1 }, '"files" must be a list'],
  [{ ...CAPTURED, files: [{ path: 'a', kind: 'include', asset: '../../secret' }] }, 'files[0].asset'],
  [{ ...CAPTURED, files: [{ kind: 'include', asset: ASSET }] }, 'files[0] must have a "path"'],
  [{ ...CAPTURED, source: 3 }, '"source" must be a string'],
])('refuses %j', (value, message) => {
  expect(() => parseCaptured(JSON.stringify(value), '/s/0001.a.golden.json', '/s')).toThrow(message);
});
