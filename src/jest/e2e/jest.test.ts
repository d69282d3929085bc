import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, test, vi } from 'vitest';
import type { Project } from '../../e2e/project.ts';
import { buildPackage, createProject, runJest, runTsc, temporaryFolder } from './project.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const home = temporaryFolder();
const built = path.join(home, 'vitest-poml');
beforeAll(() => buildPackage(built));
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

const SESSION = 'pomlruns/20261121052042120390';
const GREET = '<poml>\n  <p>Hello {{ name }}, be kind.</p>\n</poml>\n';
const CONFIG = `module.exports = {
  setupFilesAfterEnv: ['vitest-poml/jest'],
  reporters: ['vitest-poml/jest-reporter', 'default'],
};
`;

/** A picture of one pixel. */
const DOT =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** What POML leaves of one call of the greeting. */
function trace(id: string, name: string): Record<string, string> {
  const text = `Hello ${name}, be kind.`;
  return {
    [`${SESSION}/${id}.poml`]: GREET,
    [`${SESSION}/${id}.env`]: 'SOURCE_PATH=/srv/desk/prompts/greet.poml\n',
    [`${SESSION}/${id}.context.json`]: JSON.stringify({ name }, null, 2),
    [`${SESSION}/${id}.result.json`]: JSON.stringify(
      { messages: [{ speaker: 'human', content: text }] },
      null,
      2,
    ),
    [`${SESSION}/${id}.result.txt`]: `===== human =====\n\n${text}`,
  };
}

/** A small application with two recorded calls, and a test file. */
function desk(tests: string, files: Record<string, string> = {}): Project {
  return createProject(
    home,
    {
      'jest.config.js': CONFIG,
      'prompts/greet.poml': GREET,
      ...trace('0001.greet', 'Ann'),
      ...trace('0002.greet', 'Bob'),
      'desk.test.js': tests,
      ...files,
    },
    built,
  );
}

const SUITE = "require('vitest-poml/jest').goldenSuite('pomlruns/*');";

test.concurrent('recorded calls are green, red after a change of the prompt, and green again when it was accepted', async ({
  expect,
}) => {
  const project = desk(SUITE);
  const green = await runJest(project);
  expect(green.output).toMatch(/✓ 0001\.greet[\s\S]*✓ 0002\.greet[\s\S]*Snapshots: +2 passed, 2 total/);
  expect(green.code).toBe(0);

  project.edit('prompts/greet.poml', 'be kind', 'be brief');
  const red = await runJest(project);
  expect(red.code).toBe(1);
  expect(red.output).toMatch(/Snapshots: +2 failed, 2 total/);
  expect(red.output).toContain('Hello Ann, be kind.');
  expect(red.output).toContain('Hello Ann, be brief.');
  // The prompt is where Jest points at, with its code.
  expect(red.output).toMatch(/> 2 \| +<p>Hello \{\{ name \}\}, be brief\./);
  expect(red.output).toMatch(/at .*prompts\/greet\.poml:2:\d+/);
  expect(project.read(`${SESSION}/0001.greet.result.txt`)).toContain('be kind');

  const updated = await runJest(project, ['-u']);
  expect(updated.output).toMatch(/Snapshots: +2 updated, 2 total/);
  expect(updated.code).toBe(0);
  expect(project.read(`${SESSION}/0001.greet.result.txt`)).toBe('===== human =====\n\nHello Ann, be brief.');
  expect(project.read(`${SESSION}/0001.greet.poml`)).toContain('be brief');
  expect((await runJest(project, ['--ci'])).code).toBe(0);
});

const CALLS = `
describe('greeting', () => {
  test('greets a guest', async () => {
    await expect({ prompt: 'prompts/greet.poml', context: { name: 'Zoe' } }).toRenderLike();
    await expect({ prompt: 'prompts/greet.poml', context: { name: 'Yan' } }).toRenderLike();
  });
});
`;

test.concurrent('goldens of calls are written once, never with --ci, and reported when their test is gone', async ({
  expect,
}) => {
  const project = desk(CALLS);
  const ci = await runJest(project, ['--ci']);
  expect(ci.code).toBe(1);
  expect(ci.output).toContain('There is no golden yet');
  expect(project.exists('__goldens__')).toBe(false);

  const first = await runJest(project);
  expect(first.output).toMatch(/Snapshots: +2 written, 2 total/);
  expect(first.code).toBe(0);
  const goldens = project.list('__goldens__/desk.test.js');
  expect(goldens.filter((name) => name.endsWith('.result.json'))).toEqual([
    expect.stringMatching(/^0001\.greeting-greets-a-guest/),
    expect.stringMatching(/^0002\.greeting-greets-a-guest/),
  ]);
  expect((await runJest(project, ['--ci'])).output).toMatch(/Snapshots: +2 passed, 2 total/);

  // A test that does not run keeps its goldens; one that is gone does not.
  expect((await runJest(project, ['-t', 'nothing'])).output).not.toContain('obsolete');
  project.edit('desk.test.js', 'greets a guest', 'greets someone');
  const renamed = await runJest(project, ['--ci']);
  expect(renamed.output).toContain('2 snapshots obsolete');
  expect(project.list('__goldens__/desk.test.js')).toEqual(goldens);
  const removed = await runJest(project, ['-u']);
  expect(removed.code).toBe(0);
  expect(project.list('__goldens__/desk.test.js').filter((name) => name.includes('a-guest'))).toEqual([]);
  project.remove('desk.test.js');
  project.write('other.test.js', "test('other', () => {});");
  expect((await runJest(project)).output).toContain('2 snapshots obsolete');
  await runJest(project, ['-u']);
  expect(project.exists('__goldens__')).toBe(false);
});

test.concurrent('a retry begins anew with numbers and counts', async ({ expect }) => {
  const project = desk(`
    jest.retryTimes(2);
    let tries = 0;
    test('shaky', async () => {
      await expect({ prompt: 'prompts/greet.poml', context: { name: 'Zoe' } }).toRenderLike();
      if (++tries < 2) throw new Error('shaky');
    });
  `);
  const { output, code } = await runJest(project);
  expect(output).toMatch(/Snapshots: +1 (written|passed), 1 total/);
  expect(code).toBe(0);
  expect(
    project.list('__goldens__/desk.test.js').filter((name) => name.endsWith('.result.json')),
  ).toHaveLength(1);
});

test.concurrent('every matcher holds and fails, with and without .not', async ({ expect }) => {
  const project = desk(`
    const { loadTrace, toOpenAIChat } = require('vitest-poml/jest');
    const call = { prompt: 'prompts/greet.poml', context: { name: 'Ann' } };
    const other = { prompt: 'prompts/greet.poml', context: { name: 'Bob' } };
    const ann = () => loadTrace('${SESSION}/0001.greet');
    const wrong = { prompt: '<poml><p>{{ nobody.name }}</p></poml>' };
    describe('holds', () => {
      test('a', () => {
        expect.assertions(9);
        expect(ann()).toRenderLike();
        expect(call).toRenderLike(ann());
        expect(other).not.toRenderLike(ann());
        expect(call).toRenderText('Hello Ann, be kind.');
        expect(call).toRenderText(/kind/);
        expect(call).toRenderMessages([{ speaker: 'human', content: expect.stringContaining('Ann') }]);
        expect(call).not.toRenderMessages([]);
        expect(call).toRenderWithin({ characters: 100, messages: 1 });
        expect(wrong).toFailToRender('nobody');
      });
      test('b', () => expect(call).toRenderWithin({ tokens: 100 }));
      test('formats', () => {
        expect(toOpenAIChat(ann().result).messages).toEqual([{ role: 'user', content: 'Hello Ann, be kind.' }]);
      });
    });
    describe('fails', () => {
      test('not like', () => { expect(call).not.toRenderLike(ann()); });
      test('like', () => { expect(other).toRenderLike(ann()); });
      test('text', () => { expect(call).toRenderText('Hello'); });
      test('messages', () => { expect(call).toRenderMessages([]); });
      test('within', () => { expect(call).toRenderWithin({ characters: 3 }); });
      test('failing', () => { expect(call).toFailToRender(); });
      test('missing file', () => { expect({ prompt: 'prompts/gone.poml' }).toRenderText(''); });
      test('what is no prompt', () => { expect(5).toRenderText(''); });
    });
  `);
  const before = project.list(SESSION);
  const { output } = await runJest(project, ['--ci']);
  expect(output).toMatch(/Tests: +8 failed, 3 passed, 11 total/);
  for (const said of [
    'the prompt renders like its golden, and should not.',
    'Hello Bob, be kind.',
    'toRenderText: The prompt renders to another text',
    'expect(received).toEqual(expected)',
    'toRenderWithin: The prompt is too large: 19 characters (limit 3, 16 over).',
    'toFailToRender: The prompt renders without an error',
    'The prompt file prompts/gone.poml does not exist',
    'but got a number',
  ]) {
    expect(output).toContain(said);
  }
  expect(project.list(SESSION)).toEqual(before);
  expect(project.exists('__goldens__')).toBe(false);
});

test.concurrent('what nobody awaits fails its own test', async ({ expect }) => {
  // A picture takes its time, so that there is something to await.
  const project = desk(`
    const call = { prompt: '<poml><p>Hello</p><img alt="a dot" syntax="multimedia" base64="${DOT}" /></poml>' };
    test('forgets', () => { expect(call).toRenderWithin({ characters: 1 }); });
    test('handles', async () => {
      await expect(expect(call).toRenderWithin({ characters: 1 })).rejects.toThrow('too large');
    });
    test('forgets what holds', () => { expect(call).toRenderWithin({ characters: 100 }); });
  `);
  const { output } = await runJest(project);
  expect(output).toContain('✕ forgets (');
  expect(output).toContain('The prompt is too large');
  expect(output).toMatch(/desk\.test\.js:3:/);
  expect(output).toMatch(/Tests: +1 failed, 2 passed, 3 total/);
});

test.concurrent('options come from globals of the config; a wrong one says what is', async ({ expect }) => {
  const moved = desk(SUITE, {
    'jest.config.js': CONFIG.replace(
      '};',
      "  globals: { 'vitest-poml': { source: 'live', sourceRoots: { '/srv/desk': 'app' } } },\n};",
    ),
    'app/prompts/greet.poml': GREET.replace('kind', 'new'),
  });
  expect((await runJest(moved)).output).toContain('rendered from app/prompts/greet.poml');
  moved.edit('jest.config.js', 'sourceRoots', 'sourceRoot');
  expect((await runJest(moved)).output).toContain('has no option "sourceRoot"');
});

test.concurrent('works as an ES module, and without injected globals', async ({ expect }) => {
  const project = desk('', {
    'jest.config.js': CONFIG.replace('};', '  injectGlobals: false,\n};'),
    'esm.test.mjs': `
      import { expect, test } from '@jest/globals';
      import { loadTrace } from 'vitest-poml/jest';
      test('like', () => expect(loadTrace('${SESSION}/0001.greet')).toRenderLike());
    `,
    'cjs.test.cjs': `
      const { expect, test } = require('@jest/globals');
      const { loadTrace } = require('vitest-poml/jest');
      test('like', () => expect(loadTrace('${SESSION}/0001.greet')).toRenderLike());
    `,
  });
  project.remove('desk.test.js');
  project.edit(
    'jest.config.js',
    '{',
    "{ testMatch: ['**/*.test.?js'], moduleFileExtensions: ['mjs', 'cjs', 'js', 'json'],",
  );
  const { output, code } = await runJest(project, [], ['--experimental-vm-modules', '--no-warnings']);
  expect(output).toMatch(/Snapshots: +2 passed, 2 total/);
  expect(code).toBe(0);
});

test.concurrent('has types, for CommonJS and for ES modules', async ({ expect }) => {
  const uses = `
    import { expect, test } from '@jest/globals';
    import { goldenSuite, loadTrace, toOpenAIChat } from 'vitest-poml/jest';
    goldenSuite('pomlruns/*', { source: 'live', filter: (trace) => trace.name === 'greet' });
    test('types', async () => {
      const trace = loadTrace('x');
      await expect(trace).toRenderLike();
      await expect(trace).not.toRenderText(/x/);
      // @ts-expect-error a number is no text
      await expect(trace).toRenderText(5);
      const role: 'system' | 'user' | 'assistant' | 'tool' = toOpenAIChat(trace.result!).messages[0]!.role;
      console.log(role);
    });
  `;
  const project = desk('', {
    'types.cts': uses,
    'types.mts': uses,
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        strict: true,
        skipLibCheck: true,
        types: ['node'],
        target: 'es2023',
      },
      include: ['types.cts', 'types.mts'],
    }),
  });
  expect(await runTsc(project)).toEqual({ code: 0, output: '\n' });
});
