import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RenderError } from '../../poml/errors.ts';
import { TraceError } from '../error.ts';
import { loadSession } from '../session.ts';
import { isStringPrompt } from '../source.ts';
import { folderWith, temporaryFolder, writeFiles } from '../testing/session-folder.ts';
import { clearTrace, getTrace, poml } from './index.ts';
import { setTrace } from './testing/set-trace.ts';

afterEach(() => {
  setTrace(false);
  clearTrace();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** A new session, and what lies in it afterwards. */
function record(): { dir: string; files: () => string[]; text: (file: string) => string } {
  const dir = setTrace('local', { traceDir: path.join(temporaryFolder(), 'pomlruns') })!;
  return {
    dir,
    files: () => readdirSync(dir).sort(),
    text: (file) => readFileSync(path.join(dir, file), 'utf8'),
  };
}

const warnings = () =>
  vi.spyOn(process, 'emitWarning').mockImplementation(() => {}).mock.calls as unknown as [
    string,
    { code: string },
  ][];

describe('the files of a call', () => {
  it('are those of POML', async () => {
    const home = folderWith({ 'hello.poml': '<p>Hello {{ name }}</p>' });
    const { files, text, dir } = record();
    await poml(path.join(home, 'hello.poml'), {
      context: { name: 'Ada' },
      stylesheet: { p: { syntax: 'markdown' } },
    });
    expect(files()).toEqual(
      ['context.json', 'env', 'poml', 'result.json', 'result.txt', 'source.poml', 'stylesheet.json'].map(
        (suffix) => `0001.hello.${suffix}`,
      ),
    );
    expect(text('0001.hello.env')).toMatch(
      /^SOURCE_PATH=\/.*\/hello\.poml\nPOML_VERSION=0\.0\.9\+vitest-poml\.\d+\.\d+\.\d+\S*\n$/,
    );
    expect(readlinkSync(path.join(dir, '0001.hello.source.poml'))).toBe(path.join(home, 'hello.poml'));
    expect(text('0001.hello.context.json')).toBe('{\n  "name": "Ada"\n}');
    expect(text('0001.hello.result.txt')).toBe('===== human =====\n\nHello Ada');
    expect(loadSession(dir).traces[0]!.sourcePath).toBe(path.join(home, 'hello.poml'));
  });

  it('leave out an empty context and stylesheet', async () => {
    const { files } = record();
    await poml('<p>Hello</p>', { context: {}, stylesheet: {} });
    await poml('<p>Hello</p>', { context: null, stylesheet: null });
    expect(files().filter((file) => /context|stylesheet/.test(file))).toEqual([]);
  });

  it.each([
    ['UPPER.POML', 'UPPER.POML'],
    ['name.v2.poml', 'name.v2'],
    ['two words.poml', 'two words'],
    ['Übersicht – 日本.poml', 'Übersicht – 日本'],
    ['prompt', 'prompt'],
    ['a\nb.poml', 'a\nb'],
    ['-rf.poml', '-rf'],
  ])('of %j are named %j', async (file, name) => {
    const home = folderWith({ [file]: '<p>Hello</p>' });
    const { dir } = record();
    // As a URL, since a text with a line break is taken for markup.
    await poml(pathToFileURL(path.join(home, file)));
    expect(loadSession(dir).traces.map((trace) => trace.name)).toEqual([name]);
  });

  it('of markup given as text have the name of a temporary file that is not there', async () => {
    const { dir } = record();
    await poml('<p>Hello</p>');
    const [trace] = loadSession(dir).traces;
    expect(isStringPrompt(trace!.name, trace!.sourcePath)).toBe(true);
    expect(path.dirname(trace!.sourcePath!)).toBe(path.resolve(tmpdir()));
    expect(existsSync(trace!.sourcePath!)).toBe(false);
    expect(lstatSync(trace!.path('.source.poml')).isSymbolicLink()).toBe(true);
  });

  it('hold the context as the template left it, which runs twice', async () => {
    const { dir } = record();
    const context = { list: ['a'] };
    const messages = await poml('<p>{{ list.push("b") ? list.join("") : "" }}</p>', { context });
    expect(messages).toEqual([{ speaker: 'human', content: 'abb' }]);
    expect(context).toEqual({ list: ['a'] });
    expect(loadSession(dir).traces[0]!.context).toEqual({ list: ['a', 'b', 'b'] });
  });

  it('hold bytes as base64, however they were given', async () => {
    const { dir, text } = record();
    const bytes = Buffer.from('picture');
    await poml('<p>{{ a.length }} {{ b.c.length }} {{ d.length }}</p>', {
      context: { a: bytes, b: { c: { __base64__: bytes.toString('base64') } }, d: new Uint8Array(bytes) },
    });
    const [trace] = loadSession(dir).traces;
    expect(trace!.resultText).toContain('7 7 7');
    expect(JSON.parse(text(`${trace!.id}.context.json`))).toEqual({
      a: { __base64__: 'cGljdHVyZQ==' },
      b: { c: { __base64__: 'cGljdHVyZQ==' } },
      d: { __base64__: 'cGljdHVyZQ==' },
    });
  });

  it('say of dates what the template saw', async () => {
    const { dir } = record();
    await poml('<p>{{ typeof day }}: {{ day }}</p>', { context: { day: new Date(0), gone: undefined } });
    const [trace] = loadSession(dir).traces;
    expect(trace!.context).toEqual({ day: '1970-01-01T00:00:00.000Z' });
    expect(trace!.resultText).toContain('string: 1970-01-01T00:00:00.000Z');
  });

  it('are there for files of context and stylesheet, whose paths are not', async () => {
    const home = folderWith({ 'c.json': '{"n": 1.0}', 's.json': '{"p": {"syntax": "xml"}}' });
    const { dir } = record();
    await poml('<p>{{ n }}</p>', {
      context: path.join(home, 'c.json'),
      stylesheet: pathToFileURL(path.join(home, 's.json')),
    });
    const [trace] = loadSession(dir).traces;
    expect([trace!.context, trace!.stylesheet]).toEqual([{ n: 1 }, { p: { syntax: 'xml' } }]);
  });
});

describe('a call that fails', () => {
  it('rejects with the error of the prompt and leaves a result with a hole', async () => {
    const { dir } = record();
    const error = await poml('<p>Hello {{ nobody.name }}!</p>').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RenderError);
    expect(String(error)).toMatch(/^RenderError: <markup>:1:10: .*nobody/);
    expect(loadSession(dir).traces[0]!.resultText).toContain('Hello !');
  });

  it('leaves no result when there is none', async () => {
    const { dir, files } = record();
    await expect(
      poml('<poml><runtime temperature="{{ none }}"/><p>x</p></poml>', { context: { none: null } }),
    ).rejects.toThrow();
    expect(loadSession(dir).traces).toHaveLength(1);
    expect(files().filter((file) => file.includes('result'))).toEqual([]);
  });

  it.each([
    ['NaN', { meta: { latency: Number.NaN } }, 'context.meta.latency is NaN'],
    ['Infinity', { list: [1, Number.POSITIVE_INFINITY] }, 'context.list[1] is Infinity'],
    ['a BigInt', { n: 1n }, 'context.n is a BigInt'],
    ['a function', { f: () => 1 }, 'context.f is a function'],
    ['a Map', { m: new Map() }, 'context.m is a Map'],
    ['bytes that are no text', { b: { __base64__: 12 } }, 'context.b.__base64__ must be a text'],
    ['no object', [1] as unknown as Record<string, unknown>, 'context must be an object'],
  ])('before it is rendered, by %s in the context, leaves nothing', async (_, context, message) => {
    const { files } = record();
    await expect(poml('<p>Hello</p>', { context })).rejects.toThrow(message);
    expect(files()).toEqual([]);
  });

  it('for a file that is not there leaves nothing', async () => {
    const { files } = record();
    await expect(poml(new URL('file:///nowhere/a.poml'))).rejects.toThrow(TraceError);
    await expect(poml('<p>Hello</p>', { context: '/nowhere/context.json' })).rejects.toThrow(
      /^\/nowhere\/context\.json: the context file cannot be read/,
    );
    expect(files()).toEqual([]);
  });

  it('for a format that there is not says which there are', async () => {
    await expect(poml('<p>Hello</p>', { format: 'openai' as 'raw' })).rejects.toThrow(
      'There is no format "openai"; there are raw, message_dict, dict, openai_chat, langchain, pydantic.',
    );
  });
});

describe('what a call gives', () => {
  const markup = '<poml><runtime temperature="0.5"/><system-msg>Be kind</system-msg></poml>';

  it('is each format of the SDK', async () => {
    const message = { speaker: 'system', content: 'Be kind' };
    const runtime = { temperature: 0.5 };
    expect(await poml(markup)).toEqual([message]);
    expect(await poml(markup, { chat: false })).toBe('Be kind');
    expect(JSON.parse(await poml(markup, { format: 'raw' }))).toEqual({ messages: [message], runtime });
    expect(await poml(markup, { format: 'dict' })).toEqual({ messages: [message], runtime });
    expect(await poml(markup, { format: 'openai_chat' })).toEqual({
      messages: [{ role: 'system', content: message.content }],
      temperature: 0.5,
    });
    expect((await poml(markup, { format: 'langchain' })).messages[0]!.type).toBe('system');
    expect((await poml(markup, { format: 'pydantic' })).tools).toBeNull();
  });

  it('is the same with and without recording', async () => {
    const without = await poml(markup, { format: 'dict' });
    record();
    expect(await poml(markup, { format: 'dict' })).toEqual(without);
  });

  it('takes a text that looks like a path for the prompt, and warns', async () => {
    const warned = warnings();
    expect(await poml('prompts/hand-off.poml')).toEqual([
      { speaker: 'human', content: 'prompts/hand-off.poml' },
    ]);
    expect(warned).toEqual([
      [expect.stringContaining('looks like the path of a file'), { code: 'VITEST_POML_MARKUP' }],
    ]);
  });
});

describe('setTrace', () => {
  it('makes a folder named by the local time at once, and another one each time', () => {
    const base = path.join(temporaryFolder(), 'deep/pomlruns');
    const before = Date.now();
    const dirs = [1, 2, 3].map(() => setTrace(true, { traceDir: base })!);
    expect(new Set(dirs).size).toBe(3);
    for (const dir of dirs) {
      expect(path.basename(dir)).toMatch(/^\d{20}$/);
      expect(path.dirname(dir)).toBe(base);
      expect(readdirSync(dir)).toEqual([]);
    }
    const [, year, month, day, hour, minute, second] = /(....)(..)(..)(..)(..)(..)/
      .exec(path.basename(dirs[0]!))!
      .map(Number);
    const time = new Date(year!, month! - 1, day, hour, minute, second).getTime();
    expect(Math.abs(time - before)).toBeLessThan(60_000);
  });

  it('goes on in the same folder after the working directory has changed', async () => {
    const home = temporaryFolder();
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(home);
    const dir = setTrace('local', { traceDir: 'pomlruns' })!;
    await poml('<p>one</p>');
    cwd.mockReturnValue(temporaryFolder());
    await poml('<p>two</p>');
    expect(loadSession(dir).traces.map(({ index }) => index)).toEqual([1, 2]);
  });

  it('remembers calls without a folder, and forgets them', async () => {
    expect(setTrace()).toBeUndefined();
    await poml('<p>{{ n }}</p>', { context: { n: 1 }, format: 'raw' });
    await expect(poml('<p>{{ a.b }}</p>')).rejects.toThrow();
    const [first, second] = getTrace();
    expect(first).toMatchObject({
      markup: '<p>{{ n }}</p>',
      context: '{"n":1}',
      result: expect.stringContaining('"1"'),
    });
    expect(second).toMatchObject({ result: undefined, error: expect.any(RenderError), prefix: undefined });
    clearTrace();
    expect(getTrace()).toEqual([]);
    setTrace(false);
    await poml('<p>Hello</p>');
    expect(getTrace()).toEqual([]);
  });

  it('gives what whoever called may change without changing what is remembered', async () => {
    setTrace();
    const messages = await poml('<p>Hello</p>');
    messages.push({ speaker: 'ai', content: 'Hi' });
    expect(getTrace()[0]!.result).toEqual({ messages: [{ speaker: 'human', content: 'Hello' }] });
  });

  it('refuses what it does not know', () => {
    expect(() => setTrace('cloud' as 'local')).toThrow(/there is no backend "cloud"; there are local, /);
    expect(() => setTrace({ traceDir: 'x' } as never)).toThrow("setTrace('local', { traceDir: 'pomlruns' })");
  });

  it('says which folder cannot be made', () => {
    const file = path.join(folderWith({ file: '' }), 'file');
    expect(() => setTrace('local', { traceDir: file })).toThrow(TraceError);
    expect(() => setTrace('local', { traceDir: path.join(file, 'below') })).toThrow(
      `${file}/below: the folder`,
    );
  });
});

describe('POML_TRACE', () => {
  const promptIn = (home: string) => path.join(writeFiles(home, { 'a.poml': '<p>Hello</p>' }), 'a.poml');

  it('records into its folder as it is, without setTrace, and after setTrace(false)', async () => {
    const dir = path.join(temporaryFolder(), 'run');
    vi.stubEnv('POML_TRACE', dir);
    const prompt = promptIn(temporaryFolder());
    await poml(prompt);
    setTrace(false);
    await poml(prompt);
    expect(setTrace('local')).toBe(dir);
    await poml(prompt);
    expect(loadSession(dir).traces.map(({ id }) => id)).toEqual(['0001.a', '0002.a', '0003.a']);
  });

  it('gives way to a traceDir', async () => {
    vi.stubEnv('POML_TRACE', path.join(temporaryFolder(), 'run'));
    const { dir } = record();
    await poml('<p>Hello</p>');
    expect(loadSession(dir).traces).toHaveLength(1);
    expect(existsSync(process.env.POML_TRACE!)).toBe(false);
  });

  it('that cannot be written to does not fail the calls: the process warns, once', async () => {
    const warned = warnings();
    const file = path.join(folderWith({ file: '' }), 'file');
    vi.stubEnv('POML_TRACE', path.join(file, 'run'));
    const prompt = promptIn(temporaryFolder());
    expect(await poml(prompt)).toEqual([{ speaker: 'human', content: 'Hello' }]);
    await poml(prompt);
    expect(warned).toEqual([
      [expect.stringContaining(`${file}/run cannot be written to`), { code: 'VITEST_POML_TRACE' }],
    ]);
  });
});

describe('a folder that changes', () => {
  it('is made again when it is gone', async () => {
    const { dir } = record();
    await poml('<p>one</p>');
    rmSync(dir, { recursive: true });
    await poml('<p>two</p>');
    const { traces } = loadSession(dir);
    expect(traces.map(({ index, resultText }) => [index, resultText])).toEqual([
      [1, '===== human =====\n\ntwo'],
    ]);
  });

  it('that lost traces gives their numbers again, as POML does', async () => {
    const home = folderWith({ 'a.poml': '<p>Hello</p>' });
    const { dir } = record();
    for (let calls = 0; calls < 3; calls++) await poml(path.join(home, 'a.poml'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const file of readdirSync(dir)) if (file.startsWith('0002')) rmSync(path.join(dir, file));
    await poml(path.join(home, 'a.poml'));
    await poml(path.join(home, 'a.poml'));
    expect(loadSession(dir).traces.map(({ id }) => id)).toEqual(['0001.a', '0002.a', '0003.a', '0004.a']);
  });

  it('gets nothing of a call whose context JSON cannot hold after the render, and the call its result', async () => {
    const warned = warnings();
    const { files } = record();
    const markup = '<p>{{ list.push(list) }}</p>';
    expect(await poml(markup, { context: { list: [] } })).toHaveLength(1);
    expect(files()).toEqual([]);
    expect(warned[0]![0]).toMatch(/^A call of poml could not be recorded: .* goes on without/);
  });

  it('whose names would be too long gets nothing of the call, and the call its result', async () => {
    const warned = warnings();
    const name = 'x'.repeat(240);
    const home = folderWith({ [`${name}.poml`]: '<p>Hello</p>' });
    const { files } = record();
    expect(await poml(path.join(home, `${name}.poml`), { context: { a: 1 } })).toHaveLength(1);
    expect(files()).toEqual([]);
    expect(warned[0]![0]).toContain('ENAMETOOLONG');
  });
});
