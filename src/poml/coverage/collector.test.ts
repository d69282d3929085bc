import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { render, renderMaybeSync, renderSync } from '../index.ts';
import type { RenderOptions } from '../types.ts';
import { Coverage, type CoverageOptions, type CoveredFile } from './collector.ts';
import type { PointKind } from './points.ts';

/** What was counted of a file, as `kind text: hits/…`. */
function counted({ points, hits }: CoveredFile, ...kinds: PointKind[]): string[] {
  return points.points
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ kind, text, outcomes, first }) => {
      const counts = outcomes.map((_, index) => hits.hits[first + index]);
      return `${kind} ${text}: ${counts.join('/')}`;
    });
}

function cover(
  markup: string,
  contexts: Record<string, unknown>[],
  options: CoverageOptions & RenderOptions = {},
) {
  const coverage = new Coverage(options);
  for (const context of contexts) renderSync(markup, { strict: false, ...options, context, coverage });
  return coverage;
}

describe('a prompt', () => {
  test('has its conditions taken or not, and its loops with no, one or more rounds', () => {
    const markup =
      '<poml><p if="{{ gold }}">Hello</p><list><item for="i in items" if="i.show">{{ i.name }}</item></list></poml>';
    const [file] = cover(markup, [
      { gold: true, items: [] },
      { gold: false, items: [{ show: true, name: 'a' }] },
      { gold: 1, items: [{ show: true }, { show: false }, { show: true }] },
    ]).files;
    expect(counted(file!, 'if', 'for', 'element', 'expression')).toEqual([
      'element poml: 3',
      'if gold: 2/1',
      'element p: 2',
      'element list: 3',
      'for items: 1/1/1',
      'if i.show: 2/1',
      'element item: 2',
      'expression i.name: 2',
    ]);
    expect(file!.hits.calls).toBe(3);
  });

  test('has every operand of its choices evaluated or not, in functions too', () => {
    const markup =
      "<p caption=\"{{ a && b || 'none' }} {{ list.map(x => x > 1 ? 'many' : 'few').join() }}\">x</p>";
    const run = (contexts: Record<string, unknown>[]) => counted(cover(markup, contexts).files[0]!, 'choice');
    expect(run([{ a: 0, b: 1, list: [] }])).toEqual([
      "choice a && b || 'none': 1/1",
      'choice a && b: 1/0',
      "choice x > 1 ? 'many' : 'few': 0/0",
    ]);
    expect(run([{ a: 1, b: 2, list: [1, 2, 3] }])).toEqual([
      "choice a && b || 'none': 1/0",
      'choice a && b: 1/1',
      "choice x > 1 ? 'many' : 'few': 1/1",
    ]);
  });

  test('has its places exactly, in attributes, schemas, tools and lets', () => {
    const markup = [
      '<poml>',
      '<let name="n" value="{{ limits.max + 1 }}"/>',
      '<output-schema>\n  ({ type: kind })\n</output-schema>',
      '<tool name="{{ tool }}" parser="json">\n  { "type": {{ JSON.stringify(kind) }} }\n</tool>',
      '<runtime seed="{{ seed }}"/>',
      '<p for="x in rows.filter(r => r.on)" caption="{{ x.a }} of {{ n }}">{{ x?.b }}</p>',
      '</poml>',
    ].join('\n');
    const context = {
      limits: { max: 1 },
      kind: 'object',
      tool: 't',
      seed: 7,
      rows: [{ on: true, a: 1, b: 2 }],
    };
    const [file] = cover(markup, [context]).files;
    const { points, hits } = file!;
    for (const { kind, text, start, end } of points.points) {
      if (kind === 'path' && !text.includes('[]'))
        expect(markup.slice(start, end).replace('?', '')).toBe(text);
      if (kind === 'expression' || kind === 'if' || kind === 'for')
        expect(markup.slice(start, end)).toContain(text);
    }
    const unreached = points.points.filter(
      ({ kind, first }) => kind !== 'for' && hits.hits[first] === 0 && kind !== 'path',
    );
    expect(unreached).toEqual([]);
    expect(hits.read).toEqual({
      'limits.max': 1,
      limits: 1,
      kind: 1,
      tool: 1,
      seed: 1,
      rows: 1,
    });
    expect(hits.given).toEqual({ limits: 1, kind: 1, tool: 1, seed: 1, rows: 1 });
  });

  test('counts a render once though POML evaluates it twice', () => {
    const coverage = new Coverage();
    const markup = '<poml><let name="n" value="list.push(1)"/><p if="list.length > 1">{{ n }}</p></poml>';
    const prompt = renderSync(markup, { context: { list: [] }, coverage });
    expect(prompt.mutatedContext).toBe(true);
    // The first evaluation finds one item, the second two.
    expect(counted(coverage.files[0]!, 'if', 'element')).toEqual([
      'element poml: 1',
      'element let: 1',
      'if list.length > 1: 1/1',
      'element p: 1',
    ]);
    expect(coverage.files[0]!.hits.calls).toBe(1);
  });

  test('has its constant parts reached by every render, also when they are made once for all', () => {
    const markup = '<poml><list><item><b>a</b></item></list><p if="x"><i>b</i></p></poml>';
    const contexts = Array.from({ length: 9 }, (_, index) => ({ x: index === 8 }));
    expect(counted(cover(markup, contexts).files[0]!, 'element')).toEqual([
      'element poml: 9',
      'element list: 9',
      'element item: 9',
      'element b: 9',
      'element p: 1',
      'element i: 1',
    ]);
  });

  test('without a root of its own has the elements that are written', () => {
    const [file] = cover('<p if="a">x</p>\n\n<p>y</p>', [{ a: false }]).files;
    expect(counted(file!, 'element', 'if')).toEqual(['if a: 0/1', 'element p: 0', 'element p: 1']);
  });

  test('names what loops and lets stand for by what they come from', () => {
    const markup =
      '<poml><let name="l" value="order"/><for for="o in orders"><p for="line in o.lines">{{ line.sku }} {{ l.id }} {{ loop.index }}</p></for></poml>';
    const [file] = cover(markup.replaceAll('for for', 'text for').replaceAll('</for>', '</text>'), [
      { order: { id: 1 }, orders: [{ lines: [{ sku: 'a' }] }] },
    ]).files;
    expect(Object.keys(file!.hits.read).sort()).toEqual([
      'order',
      'orders',
      'orders[]',
      'orders[].lines',
      'orders[].lines[]',
      'orders[].lines[].sku',
    ]);
  });

  test('that fails counts what it reached before', () => {
    const coverage = new Coverage();
    expect(() => renderSync('<p>{{ a.b.c }}</p>', { context: { a: {} }, coverage })).toThrow(/undefined/);
    expect(counted(coverage.files[0]!, 'element', 'path')).toEqual([
      'element p: 1',
      'path a.b.c: 0',
      'path a.b: 1',
      'path a: 1',
    ]);
  });

  test('that must wait for a picture counts once, also where it is tried at once first', async () => {
    const pixel =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
    const markup = `<poml><p>{{ a }}</p><img base64="${pixel}" type="image/png"/></poml>`;
    const coverage = new Coverage();
    const options = { context: { a: 1 }, coverage };
    await renderMaybeSync(markup, options);
    await Promise.all([render(markup, options), render(markup, options), renderMaybeSync(markup, options)]);
    const [file] = coverage.files;
    expect(file!.hits).toMatchObject({ calls: 4, given: { a: 4 }, read: { a: 4 } });
    expect(counted(file!, 'element')).toEqual(['element poml: 4', 'element p: 4', 'element img: 4']);
  });

  test('is not counted where it shall not be', () => {
    const coverage = cover('<p>x</p>', [{}, {}], { counts: () => false });
    expect(coverage.files).toEqual([]);
  });
});

describe('includes', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'poml-coverage-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('are files of their own, one for all places that include them', () => {
    writeFileSync(path.join(folder, '_part.poml'), '<poml><p if="{{ a }}">A</p><p>{{ b.c }}</p></poml>');
    const markup =
      '<poml><include src="_part.poml"/><include src="_part.poml" for="x in xs"/><include if="never" src="_gone.poml"/></poml>';
    const coverage = cover(markup, [{ a: 1, b: {}, xs: [1, 2], never: false }], {
      sourcePath: path.join(folder, 'main.poml'),
    });
    expect(coverage.files.map(({ file }) => path.basename(file.path!))).toEqual(['main.poml', '_part.poml']);
    expect(counted(coverage.files[0]!, 'include', 'for')).toEqual([
      'include include: 1',
      'for xs: 0/0/1',
      'include include: 1',
      'include include: 0',
    ]);
    expect(counted(coverage.files[1]!, 'element', 'if')).toEqual([
      'element poml: 1',
      'if a: 1/0',
      'element p: 1',
      'element p: 1',
    ]);
    expect(coverage.files[0]!.hits.read).toEqual({ xs: 1, never: 1, a: 1, b: 1, 'b.c': 1 });
  });
});

describe('values', () => {
  const values = (markup: string, context: Record<string, unknown>) =>
    cover(markup, [context], { values: true }).lastCall().values;

  test('are told apart by kind, joined conditions by how each came out', () => {
    const markup = '<p if="a && !b">{{ text }}</p>';
    const { traits, decisions } = values(markup, { a: 1, b: 0, text: 'x\n<y>' });
    expect([...decisions]).toEqual(['0:if 7 0yes,1no']);
    expect([...traits]).toEqual([
      '0:path 4 whole',
      '0:path 5 zero',
      '0:7 true',
      '0:path 8 text',
      '0:path 8 line break',
      '0:path 8 markup',
      '0:19 text',
      '0:19 line break',
      '0:19 markup',
    ]);
  });

  test('tell how near the sides of a comparison are, and how long texts and lists', () => {
    const { gaps, greatest } = values('<p for="x in xs">{{ x > 10 ? "a" : "b" }}</p>', {
      xs: [4, 9, 12, 30],
    });
    expect([...gaps.values()]).toEqual([1, 2]);
    expect([...greatest.values()]).toContain(4);
  });

  test('that refuse to be looked at leave the render as it is', () => {
    const refusing = () =>
      new Proxy([], {
        ownKeys: () => {
          throw new Error('no');
        },
        getPrototypeOf: () => {
          throw new Error('no');
        },
      });
    const { proxy: gone, revoke } = Proxy.revocable({}, {});
    revoke();
    const markup =
      '<poml><p if="a">A</p><p if="b || a">B</p><p caption="{{ a ? 1 : 2 }}">C</p><p for="x in [b]">D</p></poml>';
    for (const context of [
      { a: refusing(), b: 1 },
      { a: gone, b: gone },
      { a: 1, b: { c: refusing() } },
    ]) {
      const results = [undefined, new Coverage({ values: true })].map((coverage) => {
        const prompt = renderSync(markup, { context, strict: false, ...(coverage && { coverage }) });
        return [JSON.stringify(prompt), prompt.errors.map(({ reason }) => reason)];
      });
      expect(results[1]).toEqual(results[0]);
    }
  });

  test('are not noted unless asked for', () => {
    expect(() => cover('<p/>', [{}]).lastCall()).toThrow(TypeError);
  });
});
