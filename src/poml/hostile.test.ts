import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { makeZip } from './assets/testing/make-zip.ts';
import { RenderError } from './errors.ts';
import { type RenderOptions, render } from './index.ts';
import { boundedProcess } from './testing/bounded-process.ts';
import type { RenderAnswer, RenderOrder } from './testing/render-process.ts';

// What a hostile prompt, context or file may try, through the public function. Every case ends in a RenderError that says
// what is wrong, or renders harmlessly; within the time of a test.

const home = mkdtempSync(path.join(tmpdir(), 'vitest-poml-hostile-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const project = path.join(home, 'project');
mkdirSync(path.join(project, 'prompts'), { recursive: true });
writeFileSync(path.join(project, 'package.json'), '{}');
writeFileSync(path.join(home, 'secret.txt'), 'TOP SECRET');
const sourcePath = path.join(project, 'prompts/p.poml');

function put(name: string, content: string | Uint8Array): string {
  writeFileSync(path.join(project, 'prompts', name), content);
  return name;
}

async function failure(markup: string, options: RenderOptions = {}): Promise<RenderError> {
  const result = await render(markup, { sourcePath, ...options }).then(
    (prompt) => `rendered: ${String(prompt).slice(0, 200)}`,
    (error: unknown) => error,
  );
  expect(result).toBeInstanceOf(RenderError);
  return result as RenderError;
}

// Longer than the other process may take.
vi.setConfig({ testTimeout: 60_000 });

describe('endless and exploding work', () => {
  // What a missing bound would let run for ever runs elsewhere, where it can be ended.
  const elsewhere = boundedProcess<RenderOrder, RenderAnswer>(
    new URL('testing/render-process.ts', import.meta.url),
  );
  afterAll(elsewhere.close);

  async function failureElsewhere(markup: string, context: Record<string, unknown> = {}): Promise<string> {
    const answer = await elsewhere.run({ markup, context, sourcePath });
    expect(answer).toMatchObject({ isRenderError: true });
    return 'error' in answer ? answer.error : '';
  }

  test.each([
    ['an endless loop', '<p>{{ (() => { while (true) {} })() }}</p>', /budget exceeded: .*steps/],
    [
      'an endless recursion',
      '<p>{{ (function f() { return f() + 1 })() }}</p>',
      /budget exceeded: .*levels deep/,
    ],
    ['a giant text', '<p>{{ "x".repeat(1e9) }}</p>', /budget exceeded|Invalid string length/],
    ['a giant list', '<p>{{ Array.from({ length: 1e9 }) }}</p>', /budget exceeded|Invalid array length/],
    [
      'text that doubles itself',
      '<p>{{ (() => { let s = "x"; for (;;) s += s; })() }}</p>',
      /budget exceeded/,
    ],
    [
      'an exponential regular expression',
      '<p>{{ /^(a+)+$/.test("a".repeat(40) + "!") }}</p>',
      /budget exceeded|regular expression/,
    ],
    [
      'loops in loops',
      '<p for="a in x"><p for="b in x"><p for="c in x">{{ a }}</p></p></p>',
      /too (?:many|large)|exceed|more than/i,
    ],
    [
      'a loop over a list that is giant and empty',
      '<p for="a in (() => { const list = []; list.length = 30e6; return list })()">x</p>',
      /more than 200000 elements/,
    ],
    [
      'a loop over a giant list',
      '<p for="a in Array.from({ length: 10e6 })">x</p>',
      /more than 200000 elements/,
    ],
    [
      'a long text shown again and again',
      '<p for="a in x">{{ long }}</p>',
      /more than 67108864 characters together/,
    ],
    [
      'lists that share their parts, as JSON',
      '<object data="{{ (() => { let a = [1]; for (let n = 0; n !== 40; n++) a = [a, a]; return a })() }}"/>',
      /too large: its text would have more than/,
    ],
    ['a giant header level', '<h level="100000000">x</h>', /level|10,000|10000/i],
    ['a giant count of breaks', '<br count="1000000000"/>', /count|10,000|10000/i],
  ])('%s', async (_, markup, message) => {
    const x = Array.from({ length: 3000 }, (_, i) => i);
    expect(await failureElsewhere(markup, { x, long: 'x'.repeat(50_000) })).toMatch(message);
  });

  test('an include that includes itself, and two that include each other', async () => {
    put('self.poml', '<poml><include src="self.poml"/></poml>');
    put('one.poml', '<poml><include src="two.poml"/></poml>');
    put('two.poml', '<poml><include src="one.poml"/></poml>');
    for (const name of ['self', 'one'])
      expect(await failureElsewhere(`<poml><include src="${name}.poml"/></poml>`)).toMatch(
        /includes are nested deeper than 100 levels/,
      );
  });

  test('markup, values and expressions nested 100,000 levels deep', async () => {
    const deep = 100_000;
    const markup = /Elements are nested deeper than 1000 levels/;
    expect((await failure('<p>'.repeat(deep) + '</p>'.repeat(deep))).message).toMatch(markup);
    expect((await failure('<p>'.repeat(deep))).message).toMatch(markup);
    const expression = /The expression is nested too deeply/;
    for (const [open, close] of ['()', '[]'])
      expect((await failure(`<p>{{ ${open!.repeat(deep)}1${close!.repeat(deep)} }}</p>`)).message).toMatch(
        expression,
      );
    // A parser gets through these without going deeper.
    for (const long of [
      `Number${'["name"]'.repeat(deep)}`,
      `Number${'()'.repeat(deep)}`,
      `1${'+1'.repeat(deep)}`,
    ])
      expect((await failure(`<p>{{ ${long} }}</p>`)).message).toMatch(expression);
    const value = /this value is nested deeper than 1000 levels/;
    const json = '['.repeat(deep) + ']'.repeat(deep);
    expect((await failure(`<object data="{{ o }}"/>`, { context: { o: JSON.parse(json) } })).message).toMatch(
      value,
    );
    put('deep.json', json);
    expect(
      (await failure('<poml><let name="d" src="deep.json"/><object data="{{ d }}"/></poml>')).message,
    ).toMatch(value);
    // Each file is shallow; together they are not.
    for (let level = 0; level < 90; level++)
      put(
        `level${level}.poml`,
        `${'<b>'.repeat(9)}<include src="level${level + 1}.poml"/>${'</b>'.repeat(9)}`,
      );
    put('level90.poml', '<b>x</b>');
    expect((await failure('<poml><include src="level0.poml"/></poml>')).message).toMatch(
      /elements are nested deeper than 300 levels/,
    );
  });
});

test('a pattern for the files of a folder that takes for ever', async () => {
  mkdirSync(path.join(project, 'prompts/named'));
  put(`named/${'a'.repeat(40)}!`, '');
  const elsewhere = boundedProcess<RenderOrder, RenderAnswer>(
    new URL('testing/render-process.ts', import.meta.url),
  );
  const markup = '<poml><folder src="named" filter="^(a+)+$"/></poml>';
  expect(await elsewhere.run({ markup, sourcePath }).finally(elsewhere.close)).toMatchObject({
    error: expect.stringMatching(/the pattern .* takes longer than 2 s: simplify it/),
    isRenderError: true,
  });
});

describe('entities and prototypes', () => {
  test('entities that are defined in terms of each other are not expanded', async () => {
    const definitions = Array.from(
      { length: 30 },
      (_, i) => `<!ENTITY e${i + 1} "&e${i};&e${i};&e${i};&e${i};">`,
    );
    const markup = `<!DOCTYPE poml [<!ENTITY e0 "lol">${definitions.join('')}]><poml><p>&e30;</p></poml>`;
    const shown = await render(markup, { sourcePath, strict: false }).then(String, (error: unknown) => {
      expect(error).toBeInstanceOf(RenderError);
      return '';
    });
    expect(shown).not.toContain('lol');
    expect(shown.length).toBeLessThan(5000);
  });

  test('nor are those of documents and pictures', async () => {
    const again = (i: number) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`;
    const bomb = `<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "lol">${Array.from({ length: 9 }, (_, i) => again(i)).join('')}]>`;
    const file = `<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e9 SYSTEM "file://${path.join(home, 'secret.txt')}">]>`;
    const elsewhere = boundedProcess<RenderOrder, RenderAnswer>(
      new URL('testing/render-process.ts', import.meta.url),
    );
    onTestFinished(elsewhere.close);
    for (const start of [bomb, file]) {
      put('entity.svg', `${start}<svg xmlns="http://www.w3.org/2000/svg"><text>&e9;</text></svg>`);
      put(
        'entity.docx',
        makeZip([
          {
            name: '_rels/.rels',
            data: `${start}<Relationships><Relationship Target="&e9;"/></Relationships>`,
          },
          { name: 'word/document.xml', data: `${start}<document><body>&e9;</body></document>` },
        ]),
      );
      put('entity.html', `${start.replace(/^.*?>/, '')}<p>&e9;</p>`);
      for (const markup of [
        '<img src="entity.svg"/>',
        '<document src="entity.docx"/>',
        '<webpage src="entity.html"/>',
      ]) {
        const answer = await elsewhere.run({ markup: `<poml>${markup}</poml>`, sourcePath });
        expect(JSON.stringify(answer)).not.toMatch(/lollol|TOP SECRET/);
      }
    }
  });

  const hostile = '{"__proto__": {"polluted": "yes"}, "constructor": {"prototype": {"polluted": "yes"}}}';
  test.each<[string, string, RenderOptions]>([
    ['the context', '<object data="{{ o }}"/>{{ o.polluted }}', { context: { o: JSON.parse(hostile) } }],
    ['the context itself', '<p>{{ polluted }}</p>', { context: JSON.parse(hostile) }],
    ['the stylesheet', '<p>x</p>', { stylesheet: JSON.parse(`{"__proto__": ${hostile}, "p": ${hostile}}`) }],
    [
      'an inline stylesheet',
      `<poml><stylesheet>{"__proto__": ${hostile}, "p": ${hostile}}</stylesheet><p>x</p></poml>`,
      {},
    ],
    ['JSON in the prompt', `<poml><let name="o">${hostile}</let>{{ o.polluted }}</poml>`, {}],
    ['JSON of a file', '<poml><let name="o" src="proto.json"/>{{ o.polluted }}</poml>', {}],
    [
      'an object written as YAML',
      '<object syntax="yaml" data="{{ o }}"/>',
      { context: { o: JSON.parse(hostile) } },
    ],
    ['an assignment', '<p>{{ (() => { const o = {}; o.__proto__.polluted = "yes"; return 1 })() }}</p>', {}],
    ['a schema', `<output-schema parser="json">${hostile}</output-schema>`, {}],
  ])('nothing reaches a prototype through %s', async (_, markup, options) => {
    put('proto.json', hostile);
    await render(markup, { sourcePath, strict: false, ...options }).catch((error: unknown) =>
      expect(error).toBeInstanceOf(RenderError),
    );
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
    expect(([] as { polluted?: string }).polluted).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty('polluted');
  });
});

describe('files', () => {
  const outside = path.join(home, 'secret.txt');
  symlinkSync(outside, path.join(project, 'prompts/link.txt'));
  symlinkSync(home, path.join(project, 'prompts/up'));

  test.each([
    ['up the folders', '../../secret.txt'],
    ['by its absolute path', outside],
    ['through a link', 'link.txt'],
    ['through a linked folder', 'up/secret.txt'],
    ['by a file URL', `file://${outside}`],
    ['up the folders, encoded', '..%2f..%2fsecret.txt'],
    ['the process itself', '/proc/self/environ'],
    ['a device', '/dev/zero'],
  ])('%s: the file is not read', async (_, src) => {
    for (const markup of [
      `<document src="${src}"/>`,
      `<let name="x" src="${src}" type="string"/>{{ x }}`,
      `<include src="${src}"/>`,
      `<img src="${src}"/>`,
      `<table src="${src}"/>`,
      `<webpage src="${src}"/>`,
      `<folder src="${path.dirname(src)}" showContent="true"/>`,
    ]) {
      const shown = await render(`<poml>${markup}</poml>`, { sourcePath, strict: false }).then(
        (prompt) => JSON.stringify(prompt) + prompt.errors.map(({ message }) => message).join(),
        (error: Error) => error.message,
      );
      expect(shown).not.toContain('TOP SECRET');
    }
    expect((await failure(`<poml><document src="${src}" parser="txt"/></poml>`)).message).toMatch(
      /outside|does not exist|no file|an address|not found|ordinary/i,
    );
  });

  test('an address is not fetched', async () => {
    for (const src of ['http://127.0.0.1:9/x', 'https://example.com/x.png', '//example.com/x'])
      for (const [tag, parser] of [
        ['img', ''],
        ['document', 'txt'],
        ['webpage', ''],
        ['table', 'csv'],
      ])
        expect((await failure(`<poml><${tag} src="${src}" parser="${parser}"/></poml>`)).message).toMatch(
          /network|lies outside/i,
        );
    expect((await failure('<webpage url="http://127.0.0.1:9/x"/>')).message).toMatch(/127\.0\.0\.1:9/);
  });

  test('names with line breaks and control characters stay one line in errors', async () => {
    const name = 'a\n::error file=x::b\u001b[31m\u0000.txt';
    const { message } = await failure('<document src="{{ name }}"/>', { context: { name } });
    expect(message.split('\n')[0]).not.toContain('\u001b');
    expect(message).not.toMatch(/^::error/m);
    // The lines of the source that are shown with an error steer nothing either.
    const shown = await failure('<p>\u001b[31m\u0007{{ missing }}</p>');
    expect(shown.frame).toContain('\ufffd[31m\ufffd{{ missing }}');
    for (const control of ['\u001b', '\u0007']) expect(shown.message).not.toContain(control);
  });

  const evil = 'x\n::error::y\r::warning::z\u001b[31m\u0000\u2028';
  test.each<[string, string, RenderOptions]>([
    ['a name of the context', '<p>{{ 1 }}</p>', { context: { [evil]: 1 } }],
    ['a syntax', '<object syntax="{{ evil }}" data="{{ [1] }}"/>', {}],
    ['a syntax of the stylesheet', '<p>x</p>', { stylesheet: { p: { syntax: evil } } }],
    ['a parser', '<document src="latin1.txt" parser="{{ evil }}"/>', {}],
    ['an expression that throws', '<p>{{ (() => { throw new Error(evil) })() }}</p>', {}],
    ['an expression that throws a text', '<p>{{ (() => { throw evil })() }}</p>', {}],
    ['a long error', '<p>{{ (() => { throw new Error(evil.repeat(1e6)) })() }}</p>', {}],
    ['a picture', '<img src="{{ evil }}"/>', {}],
    ['an include', `<poml><include src="${evil}"/></poml>`, {}],
    ['an element', `<${evil}/>`, {}],
    ['a schema', '<output-schema parser="json">{{ evil }}</output-schema>', {}],
    ['a tool', '<poml><tool name="{{ evil }}" parser="json">{</tool></poml>', {}],
    ['a type', '<let name="x" type="{{ evil }}" src="latin1.txt"/>', {}],
  ])(
    '%s with line breaks and control characters starts no line and steers no terminal',
    async (_, markup, options) => {
      put('latin1.txt', 'x');
      const { message, reason } = await failure(markup, { context: { evil }, ...options });
      expect(reason).not.toMatch(/[\p{Cc}\u2028]/u);
      expect(message).not.toMatch(/^::/m);
      expect(message.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028]/u);
      expect(message.length).toBeLessThan(7000);
    },
  );

  test.each([
    ['.', 'self'],
    ['..', 'up'],
    ['loop', 'loop'],
    ['twin', 'other'],
  ])('a link to %s ends', async (to, name) => {
    mkdirSync(path.join(project, 'prompts/links'), { recursive: true });
    symlinkSync(to, path.join(project, 'prompts/links', name));
    if (name === 'other') symlinkSync('other', path.join(project, 'prompts/links/twin'));
    const src = `links/${name}`;
    for (const markup of [
      `<document src="${src}" parser="txt"/>`,
      `<include src="${src}"/>`,
      `<img src="${src}"/>`,
      `<table src="${src}" parser="csv"/>`,
      `<let name="x" src="${src}"/>`,
    ])
      expect((await failure(`<poml>${markup}</poml>`)).message).toMatch(
        /ELOOP|no file|folder|ordinary|cannot be read/,
      );
    const listed = await render(`<poml><folder src="links" maxDepth="100"/></poml>`, { sourcePath });
    expect(String(listed).length).toBeLessThan(200);
  });

  test('bytes that are no UTF-8, and NUL', async () => {
    put('latin1.txt', Uint8Array.from([0x66, 0xfc, 0x72, 0x00, 0xff, 0xfe]));
    const prompt = await render('<poml><document src="latin1.txt" parser="txt"/></poml>', {
      sourcePath,
      strict: false,
    });
    expect(String(prompt)).toContain('f\ufffdr');
    const text = await render('<p>a\u0000b{{ x }}</p>', { context: { x: '\u0000\ud800' }, strict: false });
    expect(() => JSON.parse(JSON.stringify(text))).not.toThrow();
  });

  test('a file of 200 MB', async () => {
    put('large.txt', '');
    truncateSync(path.join(project, 'prompts/large.txt'), 200 * 1024 * 1024);
    mkdirSync(path.join(project, 'prompts/large'));
    put('large/large.txt', '');
    truncateSync(path.join(project, 'prompts/large/large.txt'), 200 * 1024 * 1024);
    for (const tag of [
      '<document src="large.txt" parser="txt"/>',
      '<document src="large.txt" parser="docx"/>',
      '<document src="large.txt" parser="pdf"/>',
      '<let name="x" src="large.txt"/>',
      '<let name="x" src="large.txt" type="json"/>',
      '<include src="large.txt"/>',
      '<img src="large.txt"/>',
      '<webpage src="large.txt"/>',
      ...['csv', 'tsv', 'json', 'jsonl', 'excel'].map(
        (parser) => `<table src="large.txt" parser="${parser}"/>`,
      ),
      '<folder src="large" showContent="true"/>',
    ])
      expect((await failure(`<poml>${tag}</poml>`)).message).toMatch(/large\.txt.*(?:MB|large|bytes)/is);
  });

  test.each([
    ['docx', 'word/document.xml'],
    ['xlsx', 'xl/worksheets/sheet1.xml'],
  ])('a %s that unpacks to a gigabyte', async (ending, entry) => {
    put(`bomb.${ending}`, makeZip([{ name: entry, data: Buffer.alloc(150 * 1024 * 1024) }]));
    const tag = ending === 'docx' ? '<document src="bomb.docx"/>' : '<table src="bomb.xlsx"/>';
    expect((await failure(`<poml>${tag}</poml>`)).message).toMatch(/bomb\.\w+.*unpack/is);
  });

  test('a sheet that claims billions of cells', async () => {
    // SYLK, which SheetJS takes for a workbook too: a cell in the last row and column.
    put('huge.xlsx', 'ID;PWXL\nC;Y1;X1;K"a"\nC;Y1048576;X16384;K1\nE\n');
    const elsewhere = boundedProcess<RenderOrder, RenderAnswer>(
      new URL('testing/render-process.ts', import.meta.url),
    );
    const order = { markup: '<poml><table src="huge.xlsx"/></poml>', sourcePath };
    expect(await elsewhere.run(order).finally(elsewhere.close)).toMatchObject({
      error: expect.stringContaining('spans more than 5000000 cells'),
      isRenderError: true,
    });
  });

  test('a workbook that is cut off', async () => {
    put('x.xlsx', 'PK\u0003\u0004');
    expect((await failure('<poml><table src="x.xlsx"/></poml>')).message).toContain('x.xlsx');
  });

  test.each([
    ['a picture', 'x.png', '<img src="x.png"/>'],
    ['a PDF', 'x.pdf', '<document src="x.pdf"/>'],
    ['a Word document', 'x.docx', '<document src="x.docx"/>'],
  ])('%s that is none', async (_, name, markup) => {
    for (const content of [
      '',
      'nothing of the kind',
      '%PDF-1.7\nxref\n',
      'PK\u0003\u0004',
      '\u0089PNG\r\n\u001a\n\0\0\0\0',
    ]) {
      put(name, Buffer.from(content, 'latin1'));
      const error = await failure(`<poml>${markup}</poml>`);
      expect(error.message).toContain(name);
    }
  });
});
