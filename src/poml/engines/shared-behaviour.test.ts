import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RenderError } from '../errors.ts';
import { createRenderer, EngineError, type Renderer, type RendererOptions } from './index.ts';
import { FAKE_COMMAND, FAKE_PACKAGE, ownTemporaryFolder, scratch } from './testing/scratch.ts';

type Make = (options?: RendererOptions) => Renderer;

const closing = (renderer: Renderer) => {
  onTestFinished(() => renderer.close());
  return renderer;
};
const engines: [string, Make][] = [
  ['pomljs', (options) => closing(createRenderer('pomljs', { package: FAKE_PACKAGE, ...options }))],
  ['command', (options) => closing(createRenderer({ command: FAKE_COMMAND }, options))],
];

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.each(engines)('%s', (_, make) => {
  test('gives messages, schema, tools and runtime as the engine wrote them', async () => {
    const markup = [
      'say hello',
      'schema {"type":"object","b":1,"a":2}',
      'tools [{"type":"function","name":"t","parameters":{}}]',
      'runtime {"maxOutputTokens":5}',
    ].join('\n');
    const prompt = await make().render(markup);
    expect(prompt.messages).toEqual([{ speaker: 'human', content: 'hello' }]);
    expect(JSON.stringify(prompt)).toBe(
      '{"messages":[{"speaker":"human","content":"hello"}],"schema":{"type":"object","b":1,"a":2},' +
        '"tools":[{"type":"function","name":"t","parameters":{}}],"runtime":{"maxOutputTokens":5}}',
    );
    expect(prompt.schema).toEqual({ type: 'object', b: 1, a: 2 });
    expect(prompt.tools).toHaveLength(1);
    expect(prompt.runtime).toEqual({ maxOutputTokens: 5 });
    expect(String(prompt)).toBe('===== human =====\n\nhello');
    expect([prompt.errors, prompt.warnings, prompt.dependencies]).toEqual([[], [], []]);
    expect(prompt.locate(0, 0)).toBeUndefined();
    expect(prompt.mutatedContext).toBe(false);
  });

  test('gives the bare content without chat', async () => {
    const prompt = await make().render('say a\nsay b', { chat: false });
    expect(prompt.messages).toBe('a\nb');
    expect(String(prompt)).toBe('a\nb');
  });

  test('passes context and stylesheet, buffers at any depth included', async () => {
    const context = { name: 'Ada "Ü"', file: Buffer.from('12345'), deep: [{ bytes: Buffer.from([0, 255]) }] };
    const prompt = await make().render('get name\nbytes file\nget deep\nstyle p', {
      context,
      stylesheet: { p: { syntax: 'json' } },
    });
    expect(prompt.messages).toMatchObject([
      { content: '"Ada \\"Ü\\""' },
      { content: '5' },
      { content: '[{"bytes":{"__base64__":"AP8="}}]' },
      { content: '{"syntax":"json"}' },
    ]);
    expect(prompt.mutatedContext).toBe(false);
    expect(context.file).toEqual(Buffer.from('12345'));
  });

  test('refuses a context that is no JSON', async () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    const error = await failure(make().render('say x', { context: loop }));
    expect(error).toBeInstanceOf(EngineError);
    expect(String(error)).toContain('The context cannot be passed');
  });

  test('tells that the template changed its context, and leaves the caller’s as it was', async () => {
    const context = { list: ['a'] };
    const prompt = await make().render('change list', { context });
    expect(prompt.mutatedContext).toBe(true);
    expect(context).toEqual({ list: ['a'] });
  });

  test('renders the file in place when it holds the markup, and a copy of other markup as if it were there', async () => {
    const root = scratch({ 'prompts/a.poml': 'include part.txt', 'prompts/part.txt': 'the part' });
    const sourcePath = path.join(root, 'prompts/a.poml');
    const renderer = make({ root });
    const live = await renderer.render('include part.txt', { sourcePath });
    const recorded = await renderer.render('include part.txt\nsource', { sourcePath });
    const relative = await renderer.render('source', { sourcePath: 'prompts/a.poml' });
    expect(live.messages).toMatchObject([{ content: 'the part' }]);
    expect(recorded.messages).toMatchObject([{ content: 'the part' }, { content: sourcePath }]);
    expect(relative.messages).toMatchObject([{ content: sourcePath }]);
  });

  test('resolves from the given folder although a recording names another', async () => {
    const root = scratch({
      '0001.a.poml': 'include part.txt',
      '0001.a.env': 'SOURCE_PATH=/srv/gone/a.poml\n',
      'part.txt': 'here',
    });
    const prompt = await make().render('include part.txt', { sourcePath: path.join(root, '0001.a.poml') });
    expect(prompt.messages).toMatchObject([{ content: 'here' }]);
  });

  test('resolves markup without a path from the root', async () => {
    const root = scratch({ 'part.txt': 'from the root' });
    const prompt = await make({ root }).render('include part.txt');
    expect(prompt.messages).toMatchObject([{ content: 'from the root' }]);
  });

  test('rejects with the first error and its place when strict', async () => {
    const error = await failure(
      make().render('say a\nerror first: bad\nerror second', { sourcePath: '/srv/x.poml' }),
    );
    expect(error).toBeInstanceOf(RenderError);
    expect(error).toMatchObject({ reason: 'first: bad', file: '/srv/x.poml', line: 2, column: 1 });
    expect((error as RenderError).frame).toContain('> 2 | error first: bad');
  });

  test('shows an error of an included file in that file', async () => {
    const root = scratch({ 'part.poml': 'one\n two' });
    const found = await failure(make({ root }).render('errorin part.poml'));
    expect(found).toMatchObject({
      file: path.join(root, 'part.poml'),
      line: 2,
      column: 2,
      reason: 'bad part.poml',
    });
    expect((found as RenderError).frame).toContain('> 2 |  two');
    const gone = await failure(make({ root }).render('errorin gone.poml'));
    expect(gone).toMatchObject({ reason: 'bad gone.poml', location: undefined });
  });

  test('gives what is left and the error when not strict', async () => {
    const prompt = await make().render('say a\nerror bad\nsay b', { strict: false });
    expect(prompt.messages).toMatchObject([{ content: 'a' }, { content: '' }, { content: 'b' }]);
    expect(prompt.errors).toMatchObject([{ name: 'RenderError', reason: 'bad', line: 2 }]);
  });

  test('rejects with what leaves no result, strict or not', async () => {
    const error = await failure(make().render('fatal no such thing', { strict: false }));
    expect(error).toBeInstanceOf(RenderError);
    expect((error as RenderError).reason).toBe('no such thing');
  });

  test('is not confused by what the engine prints', async () => {
    const prompt = await make().render('noise loud');
    expect(prompt.messages).toMatchObject([{ content: 'loud' }]);
  });

  test('takes a crash and a hang as failures of that prompt alone', async () => {
    const renderer = make({ timeout: 3000 });
    const crash = await failure(renderer.render('throwlater boom'));
    expect(crash).toBeInstanceOf(RenderError);
    expect(String(crash)).toContain('boom');
    const exit = await failure(renderer.render('say x\nexit 7'));
    expect(String(exit)).toMatch(/exit code 7/);
    const hang = await failure(renderer.render('hang'));
    expect(hang).toBeInstanceOf(RenderError);
    expect(String(hang)).toContain('within 3 seconds');
    expect((await renderer.render('say still here')).messages).toMatchObject([{ content: 'still here' }]);
  }, 30_000);

  test('does not record our renders among those of the application', async () => {
    process.env.POML_TRACE = '/tmp/never';
    onTestFinished(() => {
      delete process.env.POML_TRACE;
    });
    expect((await make().render('env POML_TRACE')).messages).toMatchObject([{ content: 'undefined' }]);
  });

  test('starts the engine in the wanted time zone and locale', async () => {
    const renderer = make();
    const tokyo = await renderer.render('zone', { timeZone: 'Asia/Tokyo', locale: 'de-DE' });
    const utc = await renderer.render('zone', { timeZone: 'UTC', locale: 'en-US' });
    expect(tokyo.messages).toMatchObject([{ content: '9 1.234,5' }]);
    expect(utc.messages).toMatchObject([{ content: '0 1,234.5' }]);
  });

  test('leaves no file behind, whatever happened', async () => {
    const left = ownTemporaryFolder();
    const renderer = make({ timeout: 3000 });
    await renderer.render('say a', { context: { secret: 's' } });
    await failure(renderer.render('exit 1'));
    await failure(renderer.render('error e'));
    await failure(renderer.render('hang'));
    expect(left()).toEqual([]);
  }, 30_000);

  test('refuses to render once closed, and ends what runs', async () => {
    const renderer = make();
    await renderer.render('say warm');
    const running = failure(renderer.render('hang'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await renderer.close();
    expect(await running).toBeInstanceOf(EngineError);
    expect(String(await failure(renderer.render('say a')))).toContain('closed');
  }, 30_000);
});
