import { expect, onTestFinished, test } from 'vitest';
import { RenderError } from '../errors.ts';
import { createRenderer, EngineError } from './index.ts';
import { FAKE_COMMAND, scratch } from './testing/scratch.ts';

test('each render is a process of its own, some at a time', async () => {
  const renderer = createRenderer({ command: FAKE_COMMAND }, { concurrency: 2 });
  onTestFinished(() => renderer.close());
  const prompts = await Promise.all(
    ['a', 'b', 'c', 'd', 'e'].map((name) => renderer.render(`calls\nsay ${name}`)),
  );
  expect(prompts.map(String)).toEqual(
    ['a', 'b', 'c', 'd', 'e'].map((name) => `===== human =====\n\n1\n\n===== human =====\n\n${name}`),
  );
  expect(renderer).toMatchObject({ name: FAKE_COMMAND.join(' '), version: undefined });
});

test('a command that is not there is no failure of the prompt', async () => {
  const renderer = createRenderer({ command: ['no-such-poml-command'] });
  const error = await renderer.render('say x').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EngineError);
  expect(String(error)).toContain('no-such-poml-command cannot be started');
});

test('a command that fails before it comes to the prompt is no failure of the prompt', async () => {
  const root = scratch({ 'other.mjs': 'console.error("No module named poml"); process.exit(1)' });
  const renderer = createRenderer({ command: [process.execPath, 'other.mjs'] }, { root });
  const error = await renderer.render('say x').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EngineError);
  expect(String(error)).toContain('No module named poml');
});

test('a command that writes only its output is enough', async () => {
  const root = scratch({
    'old.mjs': `
      import { writeFileSync } from 'node:fs';
      const at = (name) => process.argv[process.argv.indexOf(name) + 1];
      writeFileSync(at('-o'), JSON.stringify({ messages: [{ speaker: 'ai', content: at('--chat') }] }));
    `,
  });
  const renderer = createRenderer({ command: [process.execPath, 'old.mjs'] }, { root });
  const prompt = await renderer.render('x');
  expect(String(prompt)).toBe('===== ai =====\n\ntrue');
  expect(prompt.mutatedContext).toBe(false);
});

test('a command that ends well without a result, or with a broken one, fails the prompt', async () => {
  const root = scratch({
    'nothing.mjs': '',
    'broken.mjs':
      'import { writeFileSync } from "node:fs"; writeFileSync(process.argv[process.argv.indexOf("-o") + 1], "{");',
  });
  for (const [script, reason] of [
    ['nothing.mjs', 'without a result'],
    ['broken.mjs', 'no JSON'],
  ] as const) {
    const renderer = createRenderer({ command: [process.execPath, script] }, { root });
    const error = await renderer.render('x').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RenderError);
    expect(String(error)).toContain(reason);
  }
});
