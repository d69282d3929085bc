import { parse } from 'acorn';
import { describe, expect, test } from 'vitest';
import { expressionOf } from '../testing/fuzz/expressions.ts';
import { Random } from '../testing/fuzz/random.ts';
import { quickParse } from './quick-parse.ts';

/** What acorn makes of a text, or `undefined` for what it refuses. */
function acornTree(text: string): unknown {
  try {
    return parse(text, { ecmaVersion: 2024, sourceType: 'commonjs' }).body;
  } catch {
    return undefined;
  }
}

function compare(source: string): boolean {
  const text = `return ${source}`;
  const quick = quickParse(text, 'return '.length);
  if (quick !== undefined) {
    // Nodes of acorn are instances of a class, and ours are not: only what is in them counts.
    expect(JSON.parse(JSON.stringify(quick)), source).toEqual(JSON.parse(JSON.stringify(acornTree(text))));
  }
  return quick !== undefined;
}

describe('an expression of the common kind has the tree that acorn makes of it', () => {
  test.each([
    'user.name',
    'rows.length > 0',
    'a === 1 && b !== "x" || !c',
    "kind === 'text' ? rows[0].text : null",
    'xs.map(x => x.name).join(", ")',
    'xs.reduce((sum, x) => sum + x.n * 2, 0)',
    'xs.filter((x) => x.ok && !x.gone).length - 1',
    '[1, "two", [true], { a: 1, "b": -2, 3: c, d }]',
    '(a + b) * (c - d) / 2 % 3',
    '(1).toFixed(2)',
    ' ( total ) ; ',
    'typeof x === "undefined"',
    '\'it\\\'s\\n\' + "\\""',
    'z.object({\n  a: z.string(),\n})',
    '() => 1',
    '- -x',
    'a < b == c > d',
  ])('%s', (source) => {
    expect(compare(source)).toBe(true);
  });
});

describe('what it does not know, it leaves to acorn', () => {
  test.each([
    '',
    '\nx',
    'a ?? b',
    'a?.b',
    'a?.5:1',
    'x++',
    'a--b',
    'a<!--b',
    'a // b',
    'a /* b */ + c',
    'a = 1',
    'a, b',
    '`t`',
    '/x/g',
    'new Date()',
    'async x => x',
    'x => { return x }',
    '(a, a) => a',
    'f(...xs)',
    '[1, , 2]',
    '{ __proto__: x }',
    '{ a() {} }',
    '1.e3',
    '01',
    '1n',
    '"\\x41"',
    'größe',
    'a; b',
    'a b',
    'let',
    'this',
    'x\n=> x',
    '('.repeat(100),
  ])('%s', (source) => {
    expect(compare(source)).toBe(false);
  });
});

test('generated expressions have the same tree either way', () => {
  let taken = 0;
  for (let index = 0; index < 4000; index++) if (compare(expressionOf(Random.of(5, index)))) taken++;
  expect(taken).toBeGreaterThan(500);
});

const TOKENS =
  'a b x y . , ( ) [ ] { } => = == === ! != - + -- * / % < > <= && || ? : ; 1 2.5 "s" \'t\' typeof true null in new let \n'
    .split(' ')
    .concat(' ', ' ');

test('rows of tokens have the same tree either way, or acorn alone decides', () => {
  const random = Random.of(6, 1);
  for (let index = 0; index < 20_000; index++) {
    compare(
      Array.from({ length: 1 + random.below(8) }, () => random.pick(TOKENS)).join(random.pick(['', ' '])),
    );
  }
});
