import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { RenderError } from '../errors.ts';
import { MAX_DEPTH, type MarkupNode, parseMarkup } from './index.ts';
import { readAny } from './malformed.ts';
import { readWellFormed } from './well-formed.ts';

/** A tree in one line: `name attribute='value'(children)`, texts as JSON, `?` for an element without name. */
function show(node: MarkupNode): string {
  if (node.kind === 'text') return JSON.stringify(node.text);
  const attributes = node.attributes.map(({ name, value }) =>
    value === null ? ` ${name}` : ` ${name}='${value}'`,
  );
  return `${node.name || '?'}${attributes.join('')}(${node.children.map(show).join(' ')})`;
}

/** The tree of a document; of a wrapped one, the kind of wrapper and what is in it. */
function tree(source: string): string {
  const { root, wrapper } = parseMarkup(source);
  if (!root) return 'nothing';
  return wrapper === 'none' ? show(root) : `${wrapper}: ${root.children.map(show).join(' ')}`;
}

describe('parseMarkup', () => {
  // The trees were recorded from POML 0.0.9.
  test.each([
    ['<p>  Hello <b>you</b> </p>', 'p("  " "Hello " b("you") " ")'],
    ['<p>a &amp; b&#65;&#x4fc;</p>', 'p("a " " " "b" "fc;")'],
    ['<p>\r\n a\rb\r\n</p>', String.raw`p("\r\n " "a\rb\r\n")`],
    ['<p>a<!-- c --> <![CDATA[d]]>e<?pi?></p>', 'p("a" " " "e")'],
    ['<x:p a:b="&lt;" c = \'"\'d="">y</p>', `p a:b='&lt;' c='"' d=''("y")`],
    ['<a></anything>\n<!-- c -->\n', 'a()'],
    ['', 'text: '],
    ['Hello\n', String.raw`text: "Hello\n"`],
    ['\n  <!-- c -->\n', String.raw`text: "\n  " "\n"`],
    ['Hello <b>you</b>!', 'markdown: "Hello " b("you") "!"'],
    ['<a/><b/>', 'markdown: a() b()'],
    ['<?pi?><a/>', 'markdown: a()'],
    ['<!-- c --><a/>&nbsp;', 'markdown: a()'],
    ['x &amp; <a/>', 'text: "x " " " a()'],
    ['<!x><a/>', 'a()'],
  ])('reads %j', (source, expected) => {
    expect(tree(source)).toBe(expected);
    expect(parseMarkup(source).problems).toEqual([]);
  });

  // What POML 0.0.9 renders when it is not strict, recorded from it.
  test.each([
    ['<p>a & b</p>', 'p("a " " " "b")'],
    ['<p>1 < 2</p>', 'p("1 " ?())'],
    ['<p>{{ a < b }}</p>', 'p("{{ a " b())'],
    ['<p if="a < b">x</p>', 'p if a b("x")'],
    ['<p checked>x</p>', 'p checked("x")'],
    ['<p a=b>x</p>', 'p a b("x")'],
    ['<p a "1">x</p>', `p a='1'("x")`],
    ['<p a="1>x</p><q/>', 'markdown: p a("x") q()'],
    ['<p é="1">x</p>', 'markdown: p() "x"'],
    ['<poml><p>hi</poml>', 'poml(p("hi"))'],
    ['<poml><p>hi', 'poml(p("hi"))'],
    ['<p>x</p', 'p("x")'],
    ['<a>x</>', 'a("x")'],
    ['<a>x</b', 'a("x")'],
    ['<a>b</a</>c', 'markdown: a("b")'],
    ['a </b> c', 'text: "a "'],
    ['<a></a></b>', 'markdown: a()'],
    ['</a>', 'text: '],
    ['<>x</>', '?("x")'],
    ['<a/ >x', 'markdown: a() "x"'],
    ['<a / b="1">x</a>', 'markdown: a() "x"'],
    ['<<a>x</a>', 'markdown: ?() a("x")'],
    ['<a <b>x</b></a>', 'markdown: a() b("x")'],
    ['<a>x</a> & y', 'markdown: a("x") " " " " "y"'],
    ['& <a/>', 'a()'],
    ['<?xml version="1.0"?>\n<a/>', 'markdown: '],
    ['<!DOCTYPE a>\n<a/>', 'markdown: '],
    ['\ufeff<a/>', 'a()'],
    ['<a/>\u00a0', 'a()'],
    ['<a><!-- \r --></a>', 'a(?())'],
    ['12345<poml', 'poml()'],
  ])('recovers from %j', (source, expected) => {
    expect(tree(source)).toBe(expected);
    expect(parseMarkup(source).problems).not.toEqual([]);
  });

  test.each([
    ['<p>a & b</p>', '&', '#amp;'],
    ['<p>{{ a && b }}</p>', '&&', '<let'],
    ['<p>{{ a < b }}</p>', '<', 'turn the comparison round'],
    ['<p if="a < b">x</p>', '"', '#lt;'],
    ['<p checked>x</p>', 'checked', 'checked="true"'],
    ['<p a=b>x</p>', 'b', 'a="..."'],
    ['<p>1 < 2</p>', '<', '#lt;'],
    ['<p é="1">x</p>', 'é', 'names consist of'],
    ['<poml>\n<p>hi</poml>', '<p', '</poml> ends it instead. Add </p>'],
    ['<poml><p>hi', '<p', 'Add </p>'],
    ['text <b>bold', '<b', 'Add </b>'],
    ['<poml><a>x</a></a></poml>', '</a>', 'closes nothing'],
    ['<p>x</p', '</p', 'Write </p>'],
    ['<?xml version="1.0"?>\n<a/>', '<?xml ', 'XML declaration'],
    ['<!DOCTYPE a>\n<a/>', '<!DOCTYPE', 'doctype'],
    ['\ufeff<a/>', '\ufeff', 'byte order mark'],
  ])('says where %j is wrong and how to mend it', (source, place, mend) => {
    const [problem] = parseMarkup(source).problems;
    expect(source.slice(problem!.start, problem!.end)).toBe(place);
    expect(problem!.reason.toLowerCase()).toContain(mend.toLowerCase());
  });

  test('keeps the number of problems bounded', () => {
    expect(parseMarkup('& '.repeat(5000)).problems).toHaveLength(100);
  });

  test('gives the places of names and values', () => {
    const source = `x <ns:b one = 'a&amp;b'/>`;
    const { root } = parseMarkup(source);
    const [, element] = root!.children;
    if (element?.kind !== 'element') throw new Error('no element');
    const [attribute] = element.attributes;
    expect(source.slice(element.nameStart, element.nameEnd)).toBe('ns:b');
    expect(source.slice(attribute!.nameStart, attribute!.nameEnd)).toBe('one');
    expect(source.slice(attribute!.valueStart, attribute!.valueEnd)).toBe('a&amp;b');
    expect(root).toMatchObject({ name: 'poml', start: 0, end: source.length });
  });

  test.each([
    ['<p>&amp;<![CDATA[x]]><?a?><!b><!-- c --></p>', true],
    ['<p>&amp;<![CDATA[x]]><?a?><!b><!-- c -->&</p>', false],
  ])('lists what does not reach the model in %j', (source, wellFormed) => {
    const document = parseMarkup(source);
    expect(document.problems.length === 0).toBe(wellFormed);
    expect(document.dropped.map(({ kind, start, end }) => [kind, source.slice(start, end)])).toEqual([
      ['entity', '&amp;'],
      ['cdata', '<![CDATA[x]]>'],
      ['processing-instruction', '<?a?>'],
      ['declaration', '<!b>'],
    ]);
  });

  test('lists comments only where they cut an expression', () => {
    const source = '<p>{{ a <!-- one --> + b }} <!-- two --> {{ c }} {{ <!-- three --></p>';
    for (const { dropped } of [parseMarkup(source), readAny(source)]) {
      expect(dropped.map(({ kind, start, end }) => [kind, source.slice(start, end)])).toEqual([
        ['comment-in-expression', '<!-- one -->'],
      ]);
    }
  });

  test.each(['<a>'.repeat(100_000) + '</a>'.repeat(100_000), '<a>'.repeat(100_000), '<a b>'.repeat(100_000)])(
    'refuses what is nested too deep (%#)',
    (source) => {
      expect(() => parseMarkup(source)).toThrow(RenderError);
      expect(() => parseMarkup(source)).toThrow(`deeper than ${MAX_DEPTH} levels`);
    },
  );

  test('does not count the wrapper as a level', () => {
    const source = `x${'<a>'.repeat(MAX_DEPTH)}${'</a>'.repeat(MAX_DEPTH)}`;
    expect(parseMarkup(source).problems).toEqual([]);
    expect(readAny(source)).toEqual(parseMarkup(source));
  });

  test('takes nesting up to the limit, well-formed or not', () => {
    const inner = '<a>'.repeat(MAX_DEPTH);
    expect(parseMarkup(inner + '</a>'.repeat(MAX_DEPTH)).problems).toEqual([]);
    expect(parseMarkup(inner).problems).toHaveLength(1);
    expect(() => parseMarkup(`<a>${inner}${'</a>'.repeat(MAX_DEPTH)}</a>`)).toThrow(RenderError);
    expect(() => parseMarkup(`<a>${inner}`)).toThrow(RenderError);
  });
});

const FIXTURES = path.join(import.meta.dirname, '../../../fixtures');

const documents = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.poml'))
  .map((file) => ({ file, source: readFileSync(path.join(FIXTURES, file), 'utf8') }));

describe('real documents', () => {
  test('are all read, and alike by both readers', () => {
    expect(documents.length).toBeGreaterThan(500);
    for (const { file, source } of documents) {
      const document = parseMarkup(source);
      expect(readAny(source), file).toEqual(document);
      checkPlaces(source);
    }
  });

  test('are mostly read by the fast reader', () => {
    const fast = documents.filter(({ source }) => readWellFormed(source));
    expect(fast.length).toBeGreaterThan(documents.length * 0.98);
  });

  test('have problems where POML found the syntax wrong', () => {
    const conformance = documents.filter(({ file }) => file.startsWith('conformance'));
    const malformed = conformance.filter(({ source }) => parseMarkup(source).problems.length > 0);
    expect(malformed.map(({ file }) => path.basename(file, '.poml'))).toEqual(
      expect.arrayContaining([
        'err-free-text-ampersand',
        'err-xml-byte-order-mark',
        'err-xml-declaration-line',
        'err-xml-double-ampersand-in-text-expression',
        'err-xml-less-than-in-if-attribute',
      ]),
    );
    for (const { file } of malformed) expect(path.basename(file)).toMatch(/^err-/);
  });
});

/** Every place in the tree has to hold what the tree says. Returns the number of nodes. */
function checkPlaces(source: string): number {
  const { root, problems, dropped, wrapper } = parseMarkup(source);
  const wellFormed = problems.length === 0;
  if (!root) expect(wellFormed).toBe(false);
  const pending: MarkupNode[] = root ? [root] : [];
  let count = 0;
  for (let node = pending.pop(); node; node = pending.pop()) {
    count++;
    if (node.kind === 'text') {
      expect(source.slice(node.start, node.end)).toBe(node.text);
      continue;
    }
    expect(node.start).toBeGreaterThanOrEqual(0);
    expect(node.end).toBeLessThanOrEqual(source.length);
    if (wellFormed && !(node === root && wrapper !== 'none')) {
      expect(source[node.start]).toBe('<');
      expect(source[node.end - 1]).toBe('>');
      expect(source.slice(node.nameStart, node.nameEnd).endsWith(node.name)).toBe(true);
      for (const { name, value, nameStart, nameEnd, valueStart, valueEnd } of node.attributes) {
        expect(source.slice(nameStart, nameEnd)).toBe(name);
        expect(source.slice(valueStart, valueEnd)).toBe(value);
      }
    }
    let before = node.start;
    for (const child of node.children) {
      expect(child.start).toBeGreaterThanOrEqual(before);
      expect(child.end).toBeLessThanOrEqual(node.end);
      before = child.end;
    }
    pending.push(...node.children);
  }
  for (const { start, end } of [...problems, ...dropped]) {
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeGreaterThanOrEqual(start);
    expect(end).toBeLessThanOrEqual(source.length);
  }
  return count;
}

/** Numbers in [0, 1), the same on every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const PIECES = (
  '< > & " \' / = ; - . </ /> <!-- --> <![CDATA[ ]]> <? ?> <?xml <!DOCTYPE <!x> &amp; &#65; &#x4 a b:c <a> </a> <b x="1"> ' +
  '<br/> x=1 c="d" {{ }} é text </> <> SYSTEM \u0301 \u2070-\u218F \ufeff \u00a0 \u2028 \r \f \0 \ud800'
)
  .split(' ')
  .concat(' ', '\n', '\t', '\r\n', '<?xml ', '<!DOCTYPE ');

describe('any text', () => {
  const random = seeded(20_240_607);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

  test('made of pieces of markup is read, with places that hold', () => {
    let nodes = 0;
    for (let round = 0; round < 3000; round++) {
      const source = Array.from({ length: random() * 20 }, () => pick(PIECES)).join('');
      nodes += checkPlaces(source);
    }
    expect(nodes).toBeGreaterThan(5_000);
  });

  test('that is a damaged document is read alike by both readers, with places that hold', () => {
    const small = documents.filter(({ source }) => source.length < 2000);
    let wellFormed = 0;
    for (let round = 0; round < 1000; round++) {
      const { source } = pick(small);
      const at = Math.floor(random() * (source.length + 1));
      const damaged = source.slice(0, at) + pick(PIECES) + source.slice(at + Math.floor(random() * 4));
      const document = parseMarkup(damaged);
      if (document.problems.length === 0) wellFormed++;
      expect(readAny(damaged)).toEqual(document);
      checkPlaces(damaged);
    }
    // Both kinds have to occur for this to prove anything.
    expect(wellFormed).toBeGreaterThan(100);
    expect(wellFormed).toBeLessThan(900);
  });
});
