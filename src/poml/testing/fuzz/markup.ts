import { allComponents, findComponent } from '../../components/registry.ts';
import { type Attribute, attributesOf } from './attributes.ts';
import { expressionOf, listOf } from './expressions.ts';
import { FILES } from './files.ts';
import type { Random } from './random.ts';
import { textOf, words } from './texts.ts';
import { anyValue } from './values.ts';

/** Every name a component can be written with; the ones people write come more often. */
const NAMES = allComponents().flatMap(({ aliases }) => aliases);
const USUAL = NAMES.filter((name) => !name.includes('.'));
const BLOCKS = [
  'p',
  'div',
  'section',
  'list',
  'item',
  'task',
  'cp',
  'example',
  'examples',
  'b',
  'code',
  'span',
];
const UNKNOWN = [
  'nonsense',
  'Par',
  'x:p',
  'a-b',
  'constructor',
  '__proto__',
  'script',
  'À',
  'p.q',
  'include-x',
];
const SCHEMAS = [
  '{"type": "object", "properties": {"a": {"type": "string", "description": "{{ name }}"}}}',
  '{"type": {{ count }}}',
  '{"type": ',
  'z.object({ a: z.string().optional(), b: z.array(z.number()) })',
  'z.string().transform(x => x)',
  'z.lazy(() => z.string())',
  'z.missing()',
  '({ type: "object" })',
  'items',
  'null',
  '[]',
  '',
];

function quoted(value: string, random: Random): string {
  if (random.chance(0.2) && !value.includes("'")) return `'${value}'`;
  // Left as they are, quotes end the value early and the rest is malformed.
  return random.chance(0.03) ? `"${value}"` : `"${value.replaceAll('"', '&quot;')}"`;
}

function attributesText(attributes: readonly Attribute[], random: Random): string {
  return attributes
    .map(([name, value]) => (value === undefined ? ` ${name}` : ` ${name}=${quoted(value, random)}`))
    .join('');
}

function tag(name: string, attributes: readonly Attribute[], content: string, random: Random): string {
  const open = `<${name}${attributesText(attributes, random)}`;
  return content === '' && random.chance(0.7) ? `${open} />` : `${open}>${content}</${name}>`;
}

/** Expressions in text: the characters of markup are escaped mostly. */
function interpolation(random: Random): string {
  const expression = expressionOf(random);
  const escaped = random.choose([
    [5, () => expression.replaceAll('<', '#lt;').replaceAll('&', '#amp;')],
    [2, () => expression.replaceAll('&', '&amp;').replaceAll('<', '&lt;')],
    [1, () => expression],
  ]);
  return `{{${random.pick([' ', '', '\n'])}${escaped}${random.pick([' ', ''])}}}`;
}

/** Attributes that any element may have, and that steer the template. */
function steering(random: Random): Attribute[] {
  const attributes: Attribute[] = [];
  if (random.chance(0.08)) {
    const loop = random.choose([
      [
        10,
        () => `${random.pick(['item', 'i', 'x', 'name', '{a}', '[a, b]', 'a, b', '1'])} in ${listOf(random)}`,
      ],
      [1, () => random.pick(['', 'items', 'item of items', ' in ', 'item in ', 'x in y in items'])],
    ]);
    attributes.push(['for', loop]);
  }
  if (random.chance(0.08)) {
    const condition = expressionOf(random, 2);
    attributes.push(['if', random.chance(0.5) ? `{{ ${condition} }}` : condition]);
  }
  return attributes;
}

/** One generated document's markup, with a bound on how much of it there is. */
class Grammar {
  private readonly random: Random;
  private left: number;

  constructor(random: Random, elements: number) {
    this.random = random;
    this.left = elements;
  }

  document(): string {
    const { random } = this;
    const root = random.choose([
      [8, () => 'poml'],
      [1, () => random.pick(USUAL)],
      [1, () => ''],
    ]);
    const prolog = random.chance(0.05)
      ? random.pick(['\ufeff', '<?xml version="1.0"?>\n', '<!-- c -->', 'text '])
      : '';
    const settings = random.chance(0.1) ? this.setting() : '';
    const content = settings + this.children(5, 6);
    if (root === '') return prolog + content;
    return (
      prolog + tag(root, [...attributesOf(findComponent(root), random), ...steering(random)], content, random)
    );
  }

  private setting(): string {
    const { random } = this;
    const name = random.pick(['context', 'stylesheet', 'Context', 'StyleSheet']);
    const value = random.choose([
      [
        3,
        () => JSON.stringify(name.toLowerCase() === 'context' ? anyValue(random) : { p: { speaker: 'ai' } }),
      ],
      [
        2,
        () => JSON.stringify({ '*': { captionStyle: 'bold' }, '.a': { whiteSpace: 'pre' }, name: 'inline' }),
      ],
      [1, () => textOf(random)],
    ]);
    return tag(name, [], value.replaceAll('&', '&amp;').replaceAll('<', '&lt;'), random);
  }

  private children(depth: number, most: number): string {
    const { random } = this;
    const parts = random.some(most, () => this.child(depth));
    return parts.join(random.pick(['', '', ' ', '\n', '\n  ']));
  }

  private child(depth: number): string {
    const { random } = this;
    if (--this.left < 0 || depth <= 0) return textOf(random);
    return random.choose([
      [5, () => textOf(random)],
      [3, () => interpolation(random)],
      [
        9,
        () =>
          this.component(
            random.chance(random.calm ? 0.85 : 0.5) ? random.pick(BLOCKS) : random.pick(USUAL),
            depth,
          ),
      ],
      [random.odd(0.7), () => this.component(random.pick(NAMES), depth)],
      [random.odd(0.3), () => this.component(random.pick(UNKNOWN), depth)],
      [random.odd(1), () => this.include()],
      [1, () => this.let()],
      [random.odd(0.6), () => this.declaration()],
      [random.odd(0.4), () => this.meta()],
      [
        0.3,
        () =>
          random.pick(['<!-- note -->', '<![CDATA[raw < & {{ name }}]]>', '<?pi?>', '<!-- {{ name }}', '<>']),
      ],
      [0.1, () => this.setting()],
    ]);
  }

  private component(name: string, depth: number): string {
    const { random } = this;
    const written = random.chance(0.1) ? name.toUpperCase() : name;
    const attributes = [...attributesOf(findComponent(name), random), ...steering(random)];
    return tag(written, attributes, this.children(depth - 1, random.pick([0, 1, 2, 4])), random);
  }

  private include(): string {
    const { random } = this;
    const files = Object.keys(FILES);
    const src = random.choose([
      [6, () => random.pick(files.filter((name) => name.endsWith('.poml')))],
      [1, () => random.pick(files)],
      [0.3, () => `{{ ${expressionOf(random, 1)} }}`],
    ]);
    return tag('include', [['src', src], ...steering(random)], '', random);
  }

  private let(): string {
    const { random } = this;
    const attributes: Attribute[] = [...steering(random)];
    const names = ['made', 'name', 'items', 'x', 'item', 'a b', '__proto__', 'class', ''];
    const name = random.pick(random.calm ? names.slice(0, 2) : names);
    if (!random.chance(random.odd(0.1))) attributes.push(['name', name]);
    if (random.chance(random.odd(0.3)))
      attributes.push(['type', random.pick(['string', 'integer', 'object', 'buffer', 'null', 'x'])]);
    return random.choose([
      [4, () => tag('let', [...attributes, ['value', expressionOf(random)]], '', random)],
      [2, () => tag('let', attributes, JSON.stringify(anyValue(random)).replaceAll('<', '&lt;'), random)],
      [1, () => tag('let', attributes, textOf(random), random)],
      [1, () => tag('let', [...attributes, ['src', random.pick(Object.keys(FILES))]], '', random)],
    ]);
  }

  private declaration(): string {
    const { random } = this;
    const parser: Attribute[] = random.chance(0.4)
      ? [['parser', random.pick(['json', 'eval', 'x', '{{ name }}'])]]
      : [];
    const schema = random.chance(0.7) ? random.pick(SCHEMAS) : expressionOf(random);
    const content = schema.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    return random.choose([
      [
        2,
        () =>
          tag(
            random.pick(['output-schema', 'OutputSchema']),
            [...parser, ...steering(random)],
            content,
            random,
          ),
      ],
      [
        2,
        () => {
          const attributes: Attribute[] = [
            ['name', random.pick(['f', 'g', '{{ name }}', '', '__proto__'])],
            ['description', textOf(random)],
          ];
          const name = random.pick(['tool', 'tool-definition', 'ToolDef']);
          return tag(name, [...attributes, ...parser, ...steering(random)], content, random);
        },
      ],
      [
        1,
        () => {
          const attributes: Attribute[] = [
            [
              'temperature',
              random.pick(['0.5', '{{ count }}', 'true', '[1', '-.5', '{{ items }}', '{{ user }}']),
            ],
            [random.pick(['max-tokens', 'stop', '__proto__', 'x', 'toJSON']), textOf(random)],
            ['value', `{{ ${expressionOf(random, 2)} }}`],
          ];
          return tag(
            'runtime',
            random.some(2, () => random.pick(attributes)),
            '',
            random,
          );
        },
      ],
    ]);
  }

  private meta(): string {
    const { random } = this;
    const attributes: Attribute[] = [
      ['components', random.pick(['-p', '+p', '-b,-i +b', 'p', '-', '+table -obj', '-poml'])],
      ['minVersion', random.pick(['0.0.1', '0.0.9', '99.0.0', 'x', '0.0.9-nightly.1'])],
      ['maxVersion', random.pick(['0.0.1', '99', ''])],
      ['type', random.pick(['schema', 'tool', ''])],
    ];
    return tag(
      'meta',
      random.some(2, () => random.pick(attributes)),
      '',
      random,
    );
  }
}

/** A document that nests very deep, in elements, lists, syntaxes, or text that looks like elements. */
function deepDocument(random: Random): string {
  const levels = 20 + random.skewed(2000);
  const names = random.some(3, () => random.pick(random.chance(0.7) ? BLOCKS : USUAL));
  if (names.length === 0) names.push('p');
  const path = Array.from({ length: levels }, (_, level) => {
    const name = names[level % names.length]!;
    return {
      name,
      open: `<${name}${attributesText(random.chance(0.1) ? attributesOf(findComponent(name), random) : [], random)}>`,
    };
  });
  const closed = random.chance(0.9) ? path.toReversed().map(({ name }) => `</${name}>`) : [];
  const text = random.chance(0.5) ? 'x' : '';
  return `<poml>${path.map(({ open }) => open + text).join('')}${words(random)}${closed.join(text)}</poml>`;
}

/** A document with very many children side by side. */
function wideDocument(random: Random): string {
  const count = 100 + random.skewed(20_000);
  const kinds = random.some(3, () => {
    const name = random.chance(0.7) ? random.pick(BLOCKS) : random.pick(USUAL);
    return tag(
      name,
      random.chance(0.3) ? attributesOf(findComponent(name), random) : [],
      words(random, 2),
      random,
    );
  });
  kinds.push(random.chance(0.5) ? textOf(random) : '{{ name }}');
  const outer = random.chance(0.5) ? 'poml' : random.pick(BLOCKS);
  const children = Array.from({ length: count }, (_, index) => kinds[index % kinds.length]!);
  return tag(
    outer,
    attributesOf(findComponent(outer), random),
    children.join(random.pick(['', '\n', ' '])),
    random,
  );
}

/** Loops in loops: the markup is short, the prompt is not. */
function loopingDocument(random: Random): string {
  const loops = random.between(1, 4);
  const length = random.pick([2, 5, 20, 100]);
  const list = `Array.from({length: ${length}})`;
  const open = Array.from(
    { length: loops },
    (_, level) => `<${random.pick(BLOCKS)} for="i${level} in ${list}">`,
  );
  const close = open.toReversed().map((text) => `</${/\w+/.exec(text)![0]}>`);
  return `<poml>${open.join('')}{{ i0 }} x${close.join('')}</poml>`;
}

/** The markup of a whole document. */
export function markupOf(random: Random): string {
  return random.choose([
    [1000, () => new Grammar(random, 5 + random.skewed(80)).document()],
    [3, () => deepDocument(random)],
    [3, () => wideDocument(random)],
    [1, () => loopingDocument(random)],
  ]);
}
