import { seededRandom } from '../sandbox/random.ts';

const NUMBERS = [
  'n',
  'f',
  'zero',
  '1',
  '2',
  '0',
  '-1',
  '0.5',
  '10',
  'NaN',
  'xs.length',
  's.length',
  'o.a',
  'items[0].price',
];
// biome-ignore lint/suspicious/noTemplateCurlyInString: these are programs
const STRINGS = ['s', 'empty', '"x"', "'two words'", '`t${n}`', 'words[0]', 'items[1].name', '"10"'];
const ARRAYS = [
  'xs',
  'words',
  'items',
  '[1, 2, 3]',
  '[]',
  'o.b.c',
  'items[0].tags',
  '["b", "a"]',
  '[[1], [2, [3]]]',
];
const OBJECTS = ['o', 'items[0]', 'other', '{ a: 1, b: 2 }', '{}', 'o.b', 'd', 'm'];
const OTHERS = [
  'nil',
  'u',
  't',
  'false',
  'undeclared',
  'o.missing',
  'items[9]',
  'big',
  'fn',
  '/l/g',
  'Symbol.iterator',
];
const BINARY = '+ - * / % ** == != === !== < > <= >= & | ^ << >> >>> && || ?? in instanceof ,'.split(' ');
const UNARY = ['!', '-', '+', '~', 'typeof ', 'void '];
const KEYS = [
  'a',
  'b',
  'length',
  'name',
  'id',
  'price',
  'tags',
  'dim',
  'w',
  'missing',
  'x',
  'size',
  'constructor',
];

const STRING_METHODS = [
  'toUpperCase()',
  'trim()',
  'split("")',
  'split(", ")',
  'slice(1, 3)',
  'slice(-2)',
  'at(-1)',
  'charAt(1)',
  'indexOf("o")',
  'includes("l")',
  'replace("l", "L")',
  'replaceAll("l", "$&!")',
  'replace(/[aeiou]/g, c => c.toUpperCase())',
  'padStart(6, "-")',
  'repeat(2)',
  'concat("!", 1)',
  'match(/o/g)',
  'startsWith("H")',
  'substring(2)',
  'codePointAt(0)',
  'localeCompare("b")',
  'search(/W/)',
];
const NUMBER_METHODS = [
  'toFixed(1)',
  'toString()',
  'toString(2)',
  'toPrecision(3)',
  'valueOf()',
  'toFixed(200)',
];
const ARRAY_METHODS = [
  'map((x, i) => #)',
  'filter(x => #)',
  'find(x => #)',
  'some(x => #)',
  'every(x => #)',
  'findIndex(x => x === 2)',
  'flatMap(x => [x, x])',
  'reduce((a, x) => a + x, "")',
  'reduce((a, x) => a + x)',
  'join("-")',
  'slice(1)',
  'slice().sort()',
  'reverse()',
  'concat(#)',
  'includes(2)',
  'indexOf(1)',
  'flat()',
  'push(#)',
  'pop()',
  'shift()',
  'unshift(0)',
  'splice(1, 1)',
  'at(0)',
  'fill(0, 1)',
  'keys()',
  'length',
  'toString()',
  'map(String)',
  'forEach(x => #)',
  'sort((a, b) => a > b ? 1 : -1)',
  'map(({ name }) => name)',
  'map(({ price = 1, ...rest }) => [price, rest])',
];
const CALLS = [
  'Object.keys(#)',
  'Object.entries(#)',
  'Object.values(#)',
  'JSON.stringify(#)',
  'String(#)',
  'Number(#)',
  'Boolean(#)',
  'Array.isArray(#)',
  'Math.max(#, #)',
  'Math.round(#)',
  'parseInt(#)',
  'isNaN(#)',
  'Array.from(#)',
  'Object.assign({}, #)',
  'fn(#)',
  'new Set(#).size',
  'Math.abs(#)',
  'Object.fromEntries([["k", #]])',
  'new Array(#, #)',
  'Number.isInteger(#)',
  'encodeURIComponent(#)',
  'Math.min(...#)',
];
const BLOCKS = [
  'let r = []; for (const x of #) r.push(#); return r',
  'let c = 0; for (let i = 0; i < 4; i++) { if (#) continue; c += i } return c',
  'for (const k in #) { if (k === "b") return [k, #] } return "none"',
  'try { return # } catch (e) { return [e.name, #] } finally { n = # }',
  'if (#) return #; else { const q = #; return q }',
  'switch (#) { case #: return 1; case 3: return #; default: return # }',
  'const { a, ...rest } = #; return [a, rest]',
  'const [first, second = #, ...others] = #; return [first, second, others]',
  'let i = 0; while (i < 3) { i++; if (#) break } return i',
  'var v = #; { let v = #; } return v',
  'throw #',
  'function inner(p, q = p) { return [p, q, arguments.length] } return inner(#)',
  'class C { f = #; get g() { return # } static h() { return # } } return [new C().f, new C().g, C.h()]',
  'function* g() { yield #; const r = yield* [1, #]; return r } return [...g()]',
  'const fs = []; for (let i = 0; i < 3; i++) fs.push(() => i + (#)); return fs.map(f => f())',
];

/** Makes expressions over a fixed set of variables. The same seed gives the same expressions. */
export class ExpressionGenerator {
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** One expression, usually of a few operators, at times of a whole function. */
  expression(depth = 4): string {
    if (depth <= 0 || this.random() < 0.1) return this.leaf();
    const inner = (): string => this.expression(depth - 1);
    switch (this.below(20)) {
      case 0:
      case 1:
      case 2:
        return `(${inner()} ${this.pick(BINARY)} ${inner()})`;
      case 3:
        return `(${this.pick(UNARY)}${this.operand(depth)})`;
      case 4:
        return `(${inner()} ? ${inner()} : ${inner()})`;
      case 5:
        return `\`a\${${inner()}}b\${${inner()}}\``;
      case 6:
        return `${this.operand(depth)}.${this.pick(KEYS)}`;
      case 7:
        return `${this.operand(depth)}?.${this.pick(KEYS)}${this.random() < 0.3 ? `.${this.pick(KEYS)}` : ''}`;
      case 8:
        return `${this.operand(depth)}[${inner()}]`;
      case 9:
        return `${this.pick(STRINGS)}.${this.pick(STRING_METHODS)}`;
      case 10:
        return `(${this.pick(NUMBERS)}).${this.pick(NUMBER_METHODS)}`;
      case 11:
      case 12:
        return `${this.pick(ARRAYS)}.${this.filled(this.pick(ARRAY_METHODS), depth)}`;
      case 13:
      case 14:
        return this.filled(this.pick(CALLS), depth);
      case 15:
        return `[${inner()}, ${this.random() < 0.4 ? '...' : ''}${inner()}]`;
      case 16:
        return `({ k: ${inner()}, [${inner()}]: 1, ...${this.operand(depth)} })`;
      case 17:
        return `(() => { ${this.filled(this.pick(BLOCKS), depth)} })()`;
      case 18:
        return `(${this.pick(['n', 's', 'zero', 'o.a', 'o.new', 'xs[1]', 'nil'])} ${this.pick(['=', '+=', '??=', '||=', '*='])} ${inner()})`;
      default:
        return `(x => ${inner()})(${inner()})`;
    }
  }

  private operand(depth: number): string {
    return `(${this.expression(depth - 1)})`;
  }

  private filled(pattern: string, depth: number): string {
    return pattern.replace(/#/g, () => this.expression(depth - 2));
  }

  private leaf(): string {
    const kind = this.pick([NUMBERS, STRINGS, ARRAYS, OBJECTS, OTHERS]);
    const leaf = this.pick(kind);
    return leaf.startsWith('{') ? `(${leaf})` : leaf;
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
}
