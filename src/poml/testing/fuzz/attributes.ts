import type { Component } from '../../components/component.ts';
import { parametersOf } from '../../components/parameters.ts';
import { knownAttributes } from '../../warnings/known-attributes.ts';
import { expressionOf } from './expressions.ts';
import { FILES } from './files.ts';
import type { Random } from './random.ts';
import { textOf, words } from './texts.ts';

export type Attribute = readonly [name: string, value: string | undefined];

const ODD_VALUES = [
  '',
  ' ',
  'true',
  'false',
  'null',
  'undefined',
  'NaN',
  '0',
  '-1',
  '1',
  '3',
  '0.5',
  '1e3',
  '1e9',
  '99999999999',
  '100000',
  '-0',
  'Infinity',
  '[]',
  '{}',
  '[1, 2]',
  '{"a": 1}',
  '{"a": ',
  '"text"',
  'À',
  '\ud800',
  '\u0000',
  'constructor',
  '__proto__',
  'toString',
];

/** Attributes that work on any element, or look as if they did. */
const COMMON: Readonly<Record<string, readonly string[]>> = {
  syntax: ['markdown', 'html', 'json', 'yaml', 'xml', 'text', 'csv', 'tsv', 'multimedia', 'nonsense'],
  speaker: ['human', 'ai', 'system', 'tool', 'nobody'],
  whiteSpace: ['pre', 'filter', 'trim', 'nonsense'],
  className: ['a', 'b', 'a b', '', 'À'],
  charLimit: ['0', '1', '5', '20', '200', '-5', 'x'],
  tokenLimit: ['0', '1', '5', '20', '-5', 'x'],
  priority: ['0', '1', '2', '-1', 'x', '1.5'],
  name: ['a', 'b', 'x y', '', '1', '<n>', '__proto__', 'xml'],
  type: ['string', 'integer', 'float', 'boolean', 'null', 'array', 'object', 'image/png', 'nonsense'],
  blankLine: ['true', 'false', 'x'],
  inline: ['true', 'false', 'x'],
  lang: ['ts', 'x y', ''],
  listStyle: ['star', 'dash', 'plus', 'decimal', 'latin', 'x'],
  level: ['1', '3', '9', '-4', 'x', '200000000'],
  count: ['0', '2', '-4', 'x', '300000000'],
  presentation: ['markup', 'serialize', 'free', 'multimedia', 'x'],
  markupLang: ['markdown', 'html', 'csv', 'tsv', 'json', 'x'],
  serializer: ['json', 'yaml', 'xml', 'markdown', 'x'],
  writerOptions: [
    '{"truncateDirection": "start"}',
    '{"truncateDirection": "middle", "truncateMarker": "…"}',
    '{"truncateMarker": 5}',
    '{"tokenEncodingModel": "nonsense"}',
    '{"markdownBaseHeaderLevel": 3}',
    '{"markdownBaseHeaderLevel": 1e8}',
    '{"markdownBaseHeaderLevel": "x"}',
    '{"markdownTableCollapse": true}',
    '{"csvSeparator": ";", "csvHeader": false}',
    '{"csvSeparator": 5}',
    '{"jsonSpace": 0}',
    '{"jsonSpace": "--"}',
    '{"jsonSpace": {}}',
    '{"yamlIndent": 0}',
    '{"yamlIndent": 1e9}',
    '{"yamlIndent": "x"}',
    '{"yamlTrimEnd": false}',
    '{"xmlSlugify": false}',
    '{"xmlListItemName": "x y"}',
    '{"xmlListItemName": 5}',
    '{"xmlPrettyPrint": false}',
    '{"xmlIndent": 5}',
    '{"htmlIndent": null, "htmlPrettyPrint": 0}',
    'null',
    '[]',
    '5',
    '{',
  ],
  src: Object.keys(FILES),
  caption: ['Caption', '', 'À', '{{ name }}'],
  captionStyle: ['header', 'bold', 'plain', 'hidden', 'x'],
  captionEnding: ['colon', 'newline', 'colon-newline', 'none', 'x'],
  captionTextTransform: ['upper', 'level', 'lower', 'capitalize', 'none'],
  data: ['{{ user }}', '{{ items }}', '{{ rows }}', '{{ tree }}', '[1]', '{"a": 1}'],
  records: [
    '{{ rows }}',
    '{{ items }}',
    '[{"a": 1}, {"b": 2}]',
    '[[1, 2], [3]]',
    'a,b\n1,2',
    '[]',
    '[null]',
    '[1]',
  ],
  columns: ['[{"field": "a", "header": "A"}]', '{{ items }}', '[null]', '{}', '[]'],
  selectedColumns: ['1:2', '+index', ':', '["a"]', '["missing"]', '-1:', '{{ items }}'],
  selectedRecords: ['1:2', ':', '[0, 9]', '-1:', 'x'],
  maxRecords: ['0', '1', '2', '-1', 'x'],
  maxColumns: ['0', '1', '2', '-1', 'x'],
  parser: ['auto', 'csv', 'tsv', 'json', 'jsonl', 'excel', 'txt', 'pdf', 'docx', 'eval', 'x'],
  items: ['{{ tree }}', '{{ items }}', '[{"name": "a", "children": [{"name": "b", "value": "c"}]}]', '{}'],
  showContent: ['true', 'false'],
  messages: ['{{ messages }}', '{{ items }}', '[{"speaker": "ai", "content": "x"}]', '[]'],
  selectedMessages: ['0:1', '-1:', ':', 'x'],
  content: ['{{ messages }}', 'text', '["a", {"type": "image/png", "base64": ""}]', '[null]'],
  parameters: ['{{ user }}', '{"a": 1}', '{', ''],
  id: ['1', 'À', ''],
  base64: ['iVBORw0KGgo=', '%%%', 'aGVsbG8=', ''],
  position: ['top', 'bottom', 'here', 'x'],
  alt: ['picture', '', 'À'],
  filter: ['a', '(', '.*\\.txt', '(a+)+$'],
  selector: ['p', '#main', 'p > b', '[', ':nonsense'],
  children: ['{{ items }}', '{{ name }}', '{{ user }}', 'text'],
  chat: ['true', 'false', 'x'],
  introducer: ['Look:', ''],
  style: ['color: red', '{{ {} }}'],
  key: ['1'],
  templateEngine: ['x'],
  'white-space': ['pre'],
  SPEAKER: ['ai'],
  'char-limit': ['3'],
  unknown: ['x'],
  constructor: ['x'],
  'xml:lang': ['en'],
  'data-x': ['1'],
  onclick: ['x()'],
};
const COMMON_NAMES = [...Object.keys(COMMON), '__proto__'];

/** A value for an attribute: sensible, odd, or an expression. */
function attributeValue(
  name: string,
  choices: readonly string[] | undefined,
  random: Random,
): string | undefined {
  const usual = Object.hasOwn(COMMON, name) ? COMMON[name]! : ODD_VALUES;
  return random.choose<string | undefined>([
    [6, () => random.pick(choices ?? (random.calm ? usual.slice(0, 4) : usual))],
    [random.odd(4), () => random.pick(usual)],
    [random.odd(1), () => random.pick(ODD_VALUES)],
    [random.odd(2), () => `{{ ${expressionOf(random, 2)} }}`],
    [0.7, () => `${words(random, 2)} {{ ${expressionOf(random, 1)} }}`],
    [random.odd(0.5), () => textOf(random)],
    [0.1, () => undefined],
  ]);
}

/** Attributes for a component: its own ones, those of others, and unknown ones. */
export function attributesOf(component: Component | undefined, random: Random): Attribute[] {
  const own = component === undefined ? [] : (knownAttributes(component) ?? []);
  const parameters = component && parametersOf(component);
  const attributes: Attribute[] = random.some(random.calm ? 1 : 3, () => {
    const name =
      own.length > 0 && !random.chance(random.odd(0.25)) ? random.pick(own) : random.pick(COMMON_NAMES);
    return [name, attributeValue(name, parameters?.get(name.toLowerCase())?.choices, random)];
  });
  // A component that lacks what it needs only ever fails.
  if (component && random.chance(0.9)) {
    for (const name of needed(component.name)) {
      if (!attributes.some(([given]) => given === name)) {
        attributes.push([name, attributeValue(name, parameters?.get(name.toLowerCase())?.choices, random)]);
      }
    }
  }
  return attributes;
}

function needed(component: string): readonly string[] {
  switch (component) {
    case 'Object':
      return ['data'];
    case 'Table':
      return ['records'];
    case 'Tree':
      return ['items'];
    case 'Folder':
    case 'Document':
    case 'Webpage':
    case 'Image':
    case 'Audio':
      return ['src'];
    case 'ToolRequest':
    case 'ToolResponse':
      return ['id', 'name'];
    case 'MessageContent':
      return ['content'];
    case 'Conversation':
      return ['messages'];
    case 'CaptionedParagraph':
    case 'Caption':
      return ['caption'];
    default:
      return [];
  }
}
