import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { createRenderer, EngineError, type Renderer } from './index.ts';
import { FAKE_PACKAGE, scratch } from './testing/scratch.ts';

function fake(): Renderer {
  const renderer = createRenderer('pomljs', { package: FAKE_PACKAGE });
  onTestFinished(() => renderer.close());
  return renderer;
}

const contentOf = async (renderer: Renderer, markup: string, options = {}) =>
  ((await renderer.render(markup, options)).messages as { content: string }[])[0]!.content;

test('all renders share one process, one at a time', async () => {
  const renderer = fake();
  const errorsSeen = Promise.all([
    contentOf(renderer, 'wait 50'),
    contentOf(renderer, 'error x\nsay y', { strict: false }),
    contentOf(renderer, 'wait 1'),
  ]);
  expect(await errorsSeen).toEqual(['0', '', '0']);
  expect(await contentOf(renderer, 'calls')).toBe('4');
});

test('a crash starts another process, a failing prompt does not', async () => {
  const renderer = fake();
  await expect(renderer.render('error bad')).rejects.toThrow('bad');
  expect(await contentOf(renderer, 'calls')).toBe('2');
  await expect(renderer.render('exit 3')).rejects.toThrow('exit code 3');
  expect(await contentOf(renderer, 'calls')).toBe('1');
});

test('what one prompt leaves rejected does not end the next', async () => {
  const renderer = fake();
  expect(await contentOf(renderer, 'rejectlater late')).toBe('late');
  expect(await contentOf(renderer, 'calls')).toBe('2');
});

test('the clock and chance are pinned for that render alone', async () => {
  const renderer = fake();
  const now = Date.UTC(2026, 0, 2);
  expect(await contentOf(renderer, 'now', { now })).toBe(`2026-01-02T00:00:00.000Z ${now} true`);
  expect(await contentOf(renderer, 'now', { now: new Date(now) })).toContain('2026-01-02');
  expect(await contentOf(renderer, 'now')).not.toContain('2026-01-02T00:00:00.000Z');
  const seeded = await contentOf(renderer, 'random', { seed: 1 });
  expect(await contentOf(renderer, 'random', { seed: 1 })).toBe(seeded);
  expect(await contentOf(renderer, 'random')).not.toBe(seeded);
});

test('the package is found from the project', async () => {
  const root = scratch({ 'package.json': '{}', 'sub/dir/x.txt': '' });
  cpSync(FAKE_PACKAGE, path.join(root, 'node_modules/pomljs'), { recursive: true });
  const renderer = createRenderer('pomljs', { root: path.join(root, 'sub/dir') });
  onTestFinished(() => renderer.close());
  expect(renderer).toMatchObject({ name: 'pomljs', version: '9.9.9-fake' });
  expect(await contentOf(renderer, 'say found')).toBe('found');
});

test('a file can be named instead of the package', async () => {
  const renderer = createRenderer('pomljs', { package: path.join(FAKE_PACKAGE, 'index.js') });
  onTestFinished(() => renderer.close());
  expect(renderer.version).toBe('9.9.9-fake');
  expect(await contentOf(renderer, 'say file')).toBe('file');
});

test('a missing package is named with the command that installs it', () => {
  const root = scratch({ 'package.json': '{}' });
  expect(() => createRenderer('pomljs', { root })).toThrow(EngineError);
  expect(() => createRenderer('pomljs', { root })).toThrow('npm install --save-dev pomljs');
  expect(() => createRenderer('pomljs', { root, package: 'gone' })).toThrow(path.join(root, 'gone'));
});

test.each([
  ['does not load', 'throw new Error("needs sharp")', 'needs sharp'],
  ['is something else', 'exports.other = 1', 'no function commandLine'],
  ['ends the process', 'process.exit(9)', 'exit code 9'],
])('a package that %s is no failure of the prompt', async (_, code, reason) => {
  const root = scratch({
    'node_modules/pomljs/package.json': '{"main":"m.cjs"}',
    'node_modules/pomljs/m.cjs': code,
  });
  const renderer = createRenderer('pomljs', { root });
  onTestFinished(() => renderer.close());
  const error = await renderer.render('say x').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EngineError);
  expect(String(error)).toContain(reason);
});

test('an idle engine keeps no process from ending', async () => {
  const script = `
    import { createRenderer } from ${JSON.stringify(fileURLToPath(new URL('./index.ts', import.meta.url)))};
    const renderer = createRenderer('pomljs', { package: ${JSON.stringify(FAKE_PACKAGE)} });
    console.log(String(await renderer.render('say bye', { chat: false })));
  `;
  const root = scratch({ 'never-closed.mjs': script });
  const tsx = createRequire(import.meta.url).resolve('tsx');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', tsx, path.join(root, 'never-closed.mjs')],
    { timeout: 20_000 },
  );
  expect(stdout).toBe('bye\n');
}, 30_000);
