import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { echo, fakePrompt, fakeTools, folderWith, human } from '../../fixtures/golden/fakes.ts';
import { FileError } from '../poml/assets/fs.ts';
import { OptionalPackageError } from '../poml/assets/optional.ts';
import { RenderError } from '../poml/errors.ts';
import type { RenderOptions } from '../poml/types.ts';
import { loadTrace } from '../trace/session.ts';
import { goldenPrefix } from './call-golden.ts';
import { evaluate } from './evaluate.ts';
import { renderedJson } from './golden.ts';
import type { MaybePromise } from './maybe.ts';
import { isPromise } from './maybe.ts';
import type { Verdict } from './verdict.ts';
import { differs, passes } from './verdict.ts';

const SESSION = 'app/pomlruns/20261121051927955577';
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folder(files: Record<string, string>): string {
  folders.push(folderWith(files));
  return folders.at(-1)!;
}

/** A verdict that must be there at once: no matcher of a text prompt may need `await`. */
function now(verdict: MaybePromise<Verdict>): Verdict {
  if (isPromise(verdict)) throw new Error('The verdict is a promise.');
  return verdict;
}

/** The files of a trace of `hello {{name}}`, as POML records it. */
function recorded(name: string, text: string, markup = 'hello {{name}}'): Record<string, string> {
  const prompt = human(text);
  return {
    [`${SESSION}/${name}.poml`]: markup,
    [`${SESSION}/${name}.env`]: 'SOURCE_PATH=/srv/app/prompts/greet.poml\n',
    [`${SESSION}/${name}.context.json`]: '{"name": "Ann"}',
    [`${SESSION}/${name}.result.json`]: renderedJson(prompt),
    [`${SESSION}/${name}.result.txt`]: String(prompt),
  };
}

function textOf(dir: string, file: string): string {
  return readFileSync(path.join(dir, file), 'utf8');
}

describe('a trace', () => {
  it('is the same when its recorded text renders to its recording', () => {
    const dir = folder(recorded('0001.greet', 'hello Ann'));
    const verdict = now(
      evaluate(loadTrace(path.join(dir, SESSION, '0001.greet')), undefined, {}, fakeTools(echo)),
    );
    expect(verdict).toMatchObject({
      status: 'same',
      title: 'app › 0001.greet',
      prompt: 'greet',
      trace: '0001.greet',
      source: { kind: 'recorded', whyNotLive: 'the prompt is not here' },
      differences: [],
    });
    expect(passes(verdict)).toBe(true);
    expect(differs(verdict)).toBe(false);
  });

  it('renders with what was recorded: context, clock, chat, not strict, from where the prompt lives now', () => {
    const dir = folder({ ...recorded('0001.greet', 'x'), 'prompts/greet.poml': 'live' });
    const live = path.join(dir, 'prompts/greet.poml');
    const seen: { markup: string; options: RenderOptions }[] = [];
    const tools = fakeTools(
      (markup, options) => {
        seen.push({ markup, options });
        return human('x');
      },
      { findSource: () => ({ path: live }) },
    );
    const trace = loadTrace(path.join(dir, SESSION, '0001.greet'));
    expect(now(evaluate(trace, undefined, {}, tools)).source).toEqual({ kind: 'live', path: live });
    expect(
      now(evaluate(trace, undefined, { source: 'recorded', render: { locale: 'de' } }, tools)).source?.kind,
    ).toBe('recorded');
    const options = {
      strict: false,
      chat: true,
      sourcePath: live,
      context: { name: 'Ann' },
      stylesheet: {},
      now: new Date(2026, 10, 21, 5, 19, 27, 955),
    };
    expect(seen).toEqual([
      { markup: 'live', options },
      { markup: 'hello {{name}}', options: { ...options, locale: 'de' } },
    ]);
  });

  it('is changed when the live prompt renders to something else, and nothing is written', () => {
    const files = recorded('0001.greet', 'hello Ann');
    const dir = folder({ ...files, 'prompts/greet.poml': 'goodbye {{name}}' });
    const tools = fakeTools(echo, { findSource: () => ({ path: path.join(dir, 'prompts/greet.poml') }) });
    const verdict = now(
      evaluate(loadTrace(path.join(dir, SESSION, '0001.greet')), undefined, { update: 'new' }, tools),
    );
    expect(verdict).toMatchObject({
      status: 'changed',
      reason: 'The human message 1 changed.',
      accepted: false,
      written: [],
      differences: [{ path: 'messages[0].content', expected: 'hello Ann', actual: 'goodbye Ann' }],
    });
    expect(passes(verdict)).toBe(false);
    for (const [file, text] of Object.entries(files)) expect(textOf(dir, file)).toBe(text);
  });

  it('is rewritten on update with the bytes of POML, the live prompt included, and nothing else', () => {
    const files = recorded('0001.greet', 'hello Ann');
    const dir = folder({ ...files, 'prompts/greet.poml': 'goodbye {{name}}' });
    const tools = fakeTools(echo, { findSource: () => ({ path: path.join(dir, 'prompts/greet.poml') }) });
    const trace = () => loadTrace(path.join(dir, SESSION, '0001.greet'));
    const verdict = now(evaluate(trace(), undefined, { update: 'all' }, tools));
    expect(passes(verdict)).toBe(true);
    expect(verdict.written.map((file) => path.basename(file))).toEqual([
      '0001.greet.result.json',
      '0001.greet.result.txt',
      '0001.greet.poml',
    ]);
    expect(textOf(dir, `${SESSION}/0001.greet.result.json`)).toBe(renderedJson(human('goodbye Ann')));
    expect(textOf(dir, `${SESSION}/0001.greet.result.txt`)).toBe('===== human =====\n\ngoodbye Ann');
    expect(textOf(dir, `${SESSION}/0001.greet.poml`)).toBe('goodbye {{name}}');
    expect(textOf(dir, `${SESSION}/0001.greet.context.json`)).toBe(
      files[`${SESSION}/0001.greet.context.json`],
    );
    expect(now(evaluate(trace(), undefined, { update: 'all' }, tools))).toMatchObject({
      status: 'same',
      written: [],
    });
  });

  it('keeps a golden without .result.txt without it', () => {
    const files = recorded('0001.greet', 'hello Bob');
    delete files[`${SESSION}/0001.greet.result.txt`];
    const dir = folder(files);
    now(
      evaluate(
        loadTrace(path.join(dir, SESSION, '0001.greet')),
        undefined,
        { update: 'all' },
        fakeTools(echo),
      ),
    );
    expect(readdirSync(path.join(dir, SESSION))).not.toContain('0001.greet.result.txt');
    expect(textOf(dir, `${SESSION}/0001.greet.result.json`)).toBe(renderedJson(human('hello Ann')));
  });

  it('says which errors a call raises that left a normal-looking trace', () => {
    const error = new RenderError('customer is null');
    const dir = folder(recorded('0001.greet', 'hello '));
    const tools = fakeTools(() =>
      fakePrompt({ messages: [{ speaker: 'human', content: 'hello ' }] }, { errors: [error] }),
    );
    const verdict = now(evaluate(loadTrace(path.join(dir, SESSION, '0001.greet')), undefined, {}, tools));
    expect(verdict).toMatchObject({ status: 'same', errors: [error] });
  });

  describe('recorded without a result', () => {
    const files = recorded('0001.greet', '');
    delete files[`${SESSION}/0001.greet.result.json`];
    delete files[`${SESSION}/0001.greet.result.txt`];

    it('must fail', () => {
      const dir = folder(files);
      const tools = fakeTools(() => {
        throw new RenderError('runtime is null');
      });
      const verdict = now(evaluate(loadTrace(path.join(dir, SESSION, '0001.greet')), undefined, {}, tools));
      expect(verdict.status).toBe('same');
      expect(verdict.errors.map(({ reason }) => reason)).toEqual(['runtime is null']);
    });

    it('is red when it renders now, and accepted only with an update of all', () => {
      const dir = folder(files);
      const trace = loadTrace(path.join(dir, SESSION, '0001.greet'));
      const red = now(evaluate(trace, undefined, { update: 'new' }, fakeTools(echo)));
      expect(red).toMatchObject({
        status: 'failed',
        accepted: false,
        reason: expect.stringContaining('renders now'),
      });
      const green = now(evaluate(trace, undefined, { update: 'all' }, fakeTools(echo)));
      expect(passes(green)).toBe(true);
      expect(textOf(dir, `${SESSION}/0001.greet.result.json`)).toBe(renderedJson(human('hello Ann')));
    });

    it('is a golden to come when it was made by hand, without .env', () => {
      const { [`${SESSION}/0001.greet.env`]: _, ...byHand } = files;
      const dir = folder(byHand);
      const trace = loadTrace(path.join(dir, SESSION, '0001.greet'));
      expect(now(evaluate(trace, undefined, {}, fakeTools(echo)))).toMatchObject({
        status: 'missing',
        written: [],
      });
      expect(now(evaluate(trace, undefined, { update: 'new' }, fakeTools(echo)))).toMatchObject({
        status: 'new',
        accepted: true,
      });
      expect(textOf(dir, `${SESSION}/0001.greet.result.txt`)).toBe('===== human =====\n\nhello Ann');
    });
  });

  it('is unreproducible, and never rewritten, when its template changes its own context', () => {
    const files = recorded('0001.greet', 'a, none, none');
    const dir = folder(files);
    const tools = fakeTools(() =>
      fakePrompt(
        { messages: [{ speaker: 'human', content: 'a, none, none, none, none' }] },
        { mutatedContext: true },
      ),
    );
    const verdict = now(
      evaluate(loadTrace(path.join(dir, SESSION, '0001.greet')), undefined, { update: 'all' }, tools),
    );
    expect(verdict).toMatchObject({ status: 'unreproducible', written: [], accepted: false });
    expect(verdict.reason).toContain('changes its own context');
    expect(passes(verdict)).toBe(true);
    expect(textOf(dir, `${SESSION}/0001.greet.result.json`)).toBe(files[`${SESSION}/0001.greet.result.json`]);
  });

  it('fails with source live when the source is gone, and says why', () => {
    const dir = folder(recorded('0001.greet', 'hello Ann'));
    const trace = loadTrace(path.join(dir, SESSION, '0001.greet'));
    const verdict = now(evaluate(trace, undefined, { source: 'live' }, fakeTools(echo)));
    expect(verdict.status).toBe('failed');
    expect(verdict.reason).toContain('the prompt is not here');
    expect(verdict.reason).toContain('sourceRoots');
  });

  it('fails when the prompt fails, without touching the golden', () => {
    const files = recorded('0001.greet', 'hello Ann');
    const dir = folder(files);
    const tools = fakeTools(() => {
      throw new RenderError('no such tag');
    });
    const verdict = now(
      evaluate(loadTrace(path.join(dir, SESSION, '0001.greet')), undefined, { update: 'all' }, tools),
    );
    expect(verdict).toMatchObject({
      status: 'failed',
      reason: 'The render failed: no such tag',
      written: [],
    });
    expect(textOf(dir, `${SESSION}/0001.greet.result.json`)).toBe(files[`${SESSION}/0001.greet.result.json`]);
  });

  it('fails with the name of a broken file; .not is not satisfied by it', () => {
    for (const broken of ['result.json', 'context.json']) {
      const files = {
        ...recorded('0001.greet', 'hello Ann'),
        [`${SESSION}/0001.greet.${broken}`]: '{"messages": [',
      };
      const dir = folder(files);
      const trace = loadTrace(path.join(dir, SESSION, '0001.greet'));
      const verdict = now(evaluate(trace, undefined, {}, fakeTools(echo)));
      expect(verdict.status).toBe('failed');
      expect(verdict.reason).toContain(`0001.greet.${broken}`);
      expect(differs(verdict)).toBe(false);
      expect(textOf(dir, `${SESSION}/0001.greet.${broken}`)).toBe('{"messages": [');
    }
  });

  it.each([
    new OptionalPackageError('sharp', 'pictures need the package "sharp": npm install --save-dev sharp'),
    new FileError('EOUTSIDE', 'lies outside the folders that may be read', '/etc/passwd'),
  ])('fails, and is never accepted, when the render is hindered: $message', (hindrance) => {
    const error = new RenderError('Error in component', undefined, undefined, { cause: hindrance });
    const files = recorded('0001.greet', 'hello Ann');
    const dir = folder(files);
    const tools = fakeTools(() => fakePrompt({ messages: 'holes' }, { errors: [error] }));
    const trace = () => loadTrace(path.join(dir, SESSION, '0001.greet'));
    const verdict = now(evaluate(trace(), undefined, { update: 'all' }, tools));
    expect(verdict).toMatchObject({
      status: 'failed',
      reason: hindrance.message,
      cause: hindrance,
      written: [],
    });
    expect(textOf(dir, `${SESSION}/0001.greet.result.json`)).toBe(files[`${SESSION}/0001.greet.result.json`]);

    rmSync(path.join(dir, SESSION, '0001.greet.result.json'));
    const throwing = fakeTools(() => {
      throw error;
    });
    for (const other of [tools, throwing]) {
      expect(now(evaluate(trace(), undefined, { update: 'all' }, other))).toMatchObject({
        status: 'failed',
        written: [],
      });
    }
  });

  it('a bug of the renderer is a failed verdict with its cause', () => {
    const dir = folder(recorded('0001.greet', 'hello Ann'));
    const tools = fakeTools(() => {
      throw new TypeError('x is not a function');
    });
    const verdict = now(evaluate(loadTrace(path.join(dir, SESSION, '0001.greet')), undefined, {}, tools));
    expect(verdict).toMatchObject({ status: 'failed', cause: expect.any(TypeError) });
  });

  it('is held against another trace, by trace, by path and by session', () => {
    const dir = folder({
      ...recorded('0001.greet', 'hello Ann'),
      'good/0007.greet.result.json': renderedJson(human('hello Bob')),
    });
    const trace = loadTrace(path.join(dir, SESSION, '0001.greet'));
    for (const golden of ['good', 'good/0007.greet', 'good/0007.greet.result.json']) {
      const verdict = now(evaluate(trace, golden, { folders: [dir] }, fakeTools(echo)));
      expect(verdict.differences[0]).toMatchObject({ expected: 'hello Bob', actual: 'hello Ann' });
    }
    expect(now(evaluate(trace, trace, {}, fakeTools(echo))).status).toBe('same');
    expect(now(evaluate(trace, human('hello Ann'), {}, fakeTools(echo))).status).toBe('same');
  });

  it('waits where the render waits', async () => {
    const dir = folder(recorded('0001.greet', 'hello Ann'));
    const trace = loadTrace(path.join(dir, SESSION, '0001.greet'));
    const slow = fakeTools(async (markup, options) => echo(markup, options));
    const verdict = evaluate(trace, undefined, {}, slow);
    expect(isPromise(verdict)).toBe(true);
    expect((await verdict).status).toBe('same');
    const failing = fakeTools(() => Promise.reject(new RenderError('late')));
    expect(await evaluate(trace, undefined, {}, failing)).toMatchObject({
      status: 'failed',
      reason: 'The render failed: late',
    });
  });
});

describe('a trace with something changed', () => {
  const changed = (dir: string) =>
    loadTrace(path.join(dir, SESSION, '0001.greet')).with({ context: { name: 'Bob' } });
  const own = (dir: string) => goldenPrefix(path.join(dir, 'greet.test.ts'), 'greets Bob', 1);

  it('renders what was recorded, changed, and has a golden of its own with all its inputs', () => {
    const dir = folder(recorded('0001.greet', 'hello Ann'));
    const options = { own: own(dir), update: 'new' as const };
    const verdict = now(evaluate(changed(dir), undefined, options, fakeTools(echo)));
    expect(verdict).toMatchObject({ status: 'new', accepted: true, golden: own(dir), trace: undefined });
    expect(readFileSync(`${own(dir)}.result.txt`, 'utf8')).toContain('hello Bob');
    expect(JSON.parse(readFileSync(`${own(dir)}.context.json`, 'utf8'))).toEqual({ name: 'Bob' });
  });

  it('can be held against the recording, and is never written over it', () => {
    const dir = folder(recorded('0001.greet', 'hello Ann'));
    const variant = changed(dir);
    const verdict = now(evaluate(variant, variant.trace, { update: 'all' }, fakeTools(echo)));
    expect(verdict).toMatchObject({ status: 'changed', accepted: false, written: [] });
    expect(textOf(dir, `${SESSION}/0001.greet.result.txt`)).toContain('hello Ann');
    const same = now(
      evaluate(
        variant.with({ prompt: '<p>hello Ann</p>' }),
        variant.trace,
        {},
        fakeTools(() => human('hello Ann')),
      ),
    );
    expect(same.status).toBe('same');
  });
});
describe('a call', () => {
  const call = { prompt: 'prompts/greet.poml', context: { name: 'Ann', photo: Buffer.from('abc') } };

  it('captures its golden as a trace, then compares with it', () => {
    const dir = folder({ 'prompts/greet.poml': 'hello {{name}}' });
    const own = goldenPrefix(path.join(dir, 'src/greet.test.ts'), 'greets', 1);
    const options = { folders: [dir], own, title: 'greets' };
    expect(now(evaluate(call, undefined, options, fakeTools(echo)))).toMatchObject({
      status: 'missing',
      golden: own,
      goldenFiles: [`${own}.result.json`, `${own}.result.txt`],
    });
    expect(now(evaluate(call, undefined, { ...options, update: 'new' }, fakeTools(echo)))).toMatchObject({
      status: 'new',
      accepted: true,
    });
    const golden = loadTrace(own);
    expect(golden).toMatchObject({
      index: 1,
      name: 'greets',
      markup: 'hello {{name}}',
      context: call.context,
      chat: true,
    });
    expect(golden.resultText).toBe('===== human =====\n\nhello Ann');

    const before = statSync(`${own}.result.json`).mtimeMs;
    expect(now(evaluate(call, undefined, { ...options, update: 'all' }, fakeTools(echo)))).toMatchObject({
      status: 'same',
      written: [],
    });
    expect(statSync(`${own}.result.json`).mtimeMs).toBe(before);

    writeFileSync(path.join(dir, 'prompts/greet.poml'), 'bye {{name}}');
    expect(now(evaluate(call, undefined, { ...options, update: 'new' }, fakeTools(echo)))).toMatchObject({
      status: 'changed',
      accepted: false,
    });
    expect(now(evaluate(call, undefined, { ...options, update: 'all' }, fakeTools(echo)))).toMatchObject({
      status: 'changed',
      accepted: true,
    });
    expect(loadTrace(own).markup).toBe('bye {{name}}');
  });

  it('replaces its golden when a merge conflict has broken it, on update only', () => {
    const dir = folder({ 'prompts/greet.poml': 'hello {{name}}' });
    const own = path.join(dir, '0001.greets');
    writeFileSync(`${own}.result.json`, '<<<<<<< HEAD\n{"messages": []}');
    const options = { folders: [dir], own };
    expect(now(evaluate(call, undefined, { ...options, update: 'new' }, fakeTools(echo)))).toMatchObject({
      status: 'failed',
      written: [],
    });
    expect(now(evaluate(call, undefined, { ...options, update: 'all' }, fakeTools(echo)))).toMatchObject({
      accepted: true,
    });
    expect(textOf(dir, '0001.greets.result.json')).toBe(renderedJson(human('hello Ann')));
  });

  it('renders strictly, with the chat flag of its golden', () => {
    const seen: RenderOptions[] = [];
    const tools = fakeTools((_, options) => {
      seen.push(options);
      return fakePrompt({ messages: 'plain' });
    });
    expect(now(evaluate({ prompt: '<p>x</p>' }, fakePrompt({ messages: 'plain' }), {}, tools)).status).toBe(
      'same',
    );
    now(evaluate({ prompt: '<p>x</p>' }, human('x'), {}, tools));
    now(evaluate({ prompt: '<p>x</p>', chat: false }, human('x'), {}, tools));
    expect(seen.map(({ strict, chat }) => ({ strict, chat }))).toEqual([
      { strict: true, chat: false },
      { strict: true, chat: true },
      { strict: true, chat: false },
    ]);
  });

  it('held against a trace renders like one, and an update leaves the recorded inputs alone', () => {
    const files = recorded('0001.greet', 'hello Ann');
    const dir = folder({ ...files, 'prompts/greet.poml': 'bye {{name}}' });
    let strict: boolean | undefined;
    const tools = fakeTools((markup, options) => {
      strict = options.strict;
      return echo(markup, options);
    });
    const verdict = now(evaluate(call, `${SESSION}/0001.greet`, { folders: [dir], update: 'all' }, tools));
    expect(strict).toBe(false);
    expect(verdict.accepted).toBe(true);
    expect(textOf(dir, `${SESSION}/0001.greet.poml`)).toBe('hello {{name}}');
    expect(textOf(dir, `${SESSION}/0001.greet.context.json`)).toBe('{"name": "Ann"}');
    expect(textOf(dir, `${SESSION}/0001.greet.result.txt`)).toContain('bye Ann');
  });

  it('takes an imported module, a file URL and markup as the prompt; a misspelt path is an error, not a prompt', () => {
    const dir = folder({ 'greet.poml': 'hello {{name}}' });
    const file = path.join(dir, 'greet.poml');
    const module = { path: file, markup: 'hello {{name}}', render: () => undefined };
    const golden = human('hello Ann');
    const context = { name: 'Ann' };
    for (const prompt of [module, new URL(`file://${file}`), './greet.poml', file, 'hello {{name}}']) {
      expect(now(evaluate({ prompt, context }, golden, { folders: [dir] }, fakeTools(echo))).status).toBe(
        'same',
      );
    }
    expect(now(evaluate(module, human('hello undefined'), {}, fakeTools(echo))).status).toBe('same');
    const misspelt = now(evaluate({ prompt: 'gret.poml' }, golden, { folders: [dir] }, fakeTools(echo)));
    expect(misspelt).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('gret.poml does not exist'),
    });
  });
});

it('refuses what is no prompt and no golden', () => {
  const tools = fakeTools(echo);
  expect(() => evaluate('hello' as never, undefined, {}, tools)).toThrow(/but got a string/);
  expect(() => evaluate(Promise.resolve() as never, undefined, {}, tools)).toThrow(/await it first/);
  expect(() => evaluate({ prompt: 'x' }, 5 as never, {}, tools)).toThrow(/golden must be/);
  expect(() => evaluate({ prompt: 'x' }, undefined, {}, tools)).toThrow(/needs a golden/);
});
