import type { Callable } from '../expression/interpreter/types.ts';
import { functionText } from '../expression/sandbox/function-text.ts';
import { requireSmall } from '../json.ts';
import { ComponentError } from '../problems.ts';
import type { Component, Context, Props } from './component.ts';
import { ORIGIN } from './component.ts';

type ParameterType = 'string' | 'number' | 'boolean' | 'object' | 'objectOrString' | 'pattern' | 'any';

interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly choices?: readonly string[];
}

const string = (name: string, ...choices: string[]): Parameter =>
  choices.length > 0 ? { name, type: 'string', choices } : { name, type: 'string' };
const number = (name: string): Parameter => ({ name, type: 'number' });
const boolean = (name: string): Parameter => ({ name, type: 'boolean' });
const object = (name: string): Parameter => ({ name, type: 'object' });
const objectOrString = (name: string): Parameter => ({ name, type: 'objectOrString' });

const syntax = string('syntax', 'markdown', 'html', 'json', 'yaml', 'xml', 'text');
const speaker = string('speaker', 'human', 'ai', 'system');

const caption = [
  string('caption'),
  string('captionSerialized'),
  string('captionStyle', 'header', 'bold', 'plain', 'hidden'),
  // POML's list of choices has `level` where it means `lower`.
  string('captionTextTransform', 'upper', 'level', 'capitalize', 'none'),
];
const captionEnding = string('captionEnding', 'colon', 'newline', 'colon-newline', 'none');
const captioned = [...caption, captionEnding];
const media = (...own: Parameter[]) => [
  ...own,
  string('type'),
  string('position', 'top', 'bottom', 'here'),
  string('syntax', 'markdown', 'html', 'json', 'yaml', 'xml', 'multimedia'),
];
const treeSyntax = string('syntax', 'markdown', 'html', 'json', 'yaml', 'text', 'xml');

/** POML's documented parameters of each component, and the component whose parameters it has besides. */
const SPECS: Readonly<Record<string, readonly [base: string | undefined, ...own: Parameter[]]>> = {
  Text: [
    undefined,
    syntax,
    string('className'),
    speaker,
    string('name'),
    string('type'),
    object('writerOptions'),
    string('whiteSpace', 'pre', 'filter', 'trim'),
    number('charLimit'),
    number('tokenLimit'),
    number('priority'),
  ],
  Inline: [
    undefined,
    syntax,
    string('className'),
    speaker,
    object('writerOptions'),
    string('whiteSpace', 'pre', 'filter', 'trim'),
    number('charLimit'),
    number('tokenLimit'),
    number('priority'),
  ],
  Paragraph: ['Text', boolean('blankLine')],
  Header: ['Paragraph'],
  SubContent: ['Paragraph'],
  Code: ['Paragraph', boolean('inline'), string('lang')],
  List: ['Paragraph', string('listStyle', 'star', 'dash', 'plus', 'decimal', 'latin')],
  ListItem: ['Paragraph'],
  Newline: ['Inline', number('newLineCount')],
  Bold: ['Inline'],
  Italic: ['Inline'],
  Strikethrough: ['Inline'],
  Underline: ['Inline'],
  Object: ['Inline', string('syntax', 'markdown', 'html', 'json', 'yaml', 'xml'), object('data')],
  Image: [
    'Inline',
    ...media(
      string('src'),
      string('alt'),
      string('base64'),
      number('maxWidth'),
      number('maxHeight'),
      number('resize'),
    ),
  ],
  Audio: [undefined, ...media(string('src'), string('base64'), string('alt'))],
  ToolRequest: [undefined, string('id'), string('name'), { name: 'parameters', type: 'any' }, speaker],
  ToolResponse: [
    undefined,
    syntax,
    string('id'),
    string('name'),
    string('speaker', 'human', 'ai', 'system', 'tool'),
  ],
  CaptionedParagraph: ['Paragraph', ...captioned],
  Role: ['Paragraph', ...captioned],
  Task: ['Paragraph', ...captioned],
  OutputFormat: ['Paragraph', ...captioned],
  StepwiseInstructions: ['Paragraph', ...captioned],
  Hint: ['Paragraph', ...caption, boolean('captionColon')],
  Introducer: ['Paragraph', ...captioned],
  ExampleSet: ['Paragraph', ...captioned, boolean('chat'), string('introducer')],
  Example: [
    'Paragraph',
    string('caption'),
    string('captionSerialized'),
    string('captionStyle'),
    boolean('chat'),
    string('captionTextTransform'),
    boolean('captionColon'),
  ],
  ExampleInput: ['Paragraph', ...caption, string('speaker'), boolean('captionColon')],
  ExampleOutput: ['Paragraph', ...caption, string('speaker'), boolean('captionColon')],
  Question: [
    'Paragraph',
    string('questionCaption'),
    string('answerCaption'),
    ...captioned.filter(({ name }) => name !== 'caption'),
  ],
  SystemMessage: ['Text'],
  HumanMessage: ['Text'],
  AiMessage: ['Text'],
  MessageContent: [undefined, objectOrString('content')],
  Conversation: [undefined, object('messages'), string('selectedMessages')],
  Table: [
    'Inline',
    string('syntax', 'markdown', 'html', 'json', 'text', 'csv', 'tsv', 'xml'),
    objectOrString('records'),
    object('columns'),
    string('src'),
    string('parser', 'auto', 'csv', 'tsv', 'excel', 'json', 'jsonl'),
    objectOrString('selectedColumns'),
    objectOrString('selectedRecords'),
    number('maxRecords'),
    number('maxColumns'),
  ],
  Tree: [undefined, treeSyntax, { name: 'items', type: 'any' }, boolean('showContent')],
  Folder: [
    undefined,
    treeSyntax,
    string('src'),
    { name: 'data', type: 'any' },
    { name: 'filter', type: 'pattern' },
    number('maxDepth'),
    boolean('showContent'),
  ],
  Document: [
    'Inline',
    string('src'),
    { name: 'buffer', type: 'any' },
    string('base64'),
    string('parser', 'auto', 'pdf', 'docx', 'txt'),
    boolean('multimedia'),
    string('selectedPages'),
  ],
  Webpage: [
    'Inline',
    string('url'),
    string('src'),
    { name: 'buffer', type: 'any' },
    string('base64'),
    boolean('extractText'),
    string('selector'),
  ],
};

const tables = new Map<string, ReadonlyMap<string, Parameter>>();

/** The parameters of a component by lower-case name; `undefined` for POML's undocumented, internal components. */
export function parametersOf(component: Component): ReadonlyMap<string, Parameter> | undefined {
  let table = tables.get(component.name);
  if (table === undefined && Object.hasOwn(SPECS, component.name)) {
    const parameters = new Map<string, Parameter>();
    for (let name: string | undefined = component.name; name !== undefined; name = SPECS[name]![0]) {
      const [, ...own] = SPECS[name]!;
      for (const parameter of own) {
        const key = parameter.name.toLowerCase();
        if (!parameters.has(key)) parameters.set(key, parameter);
      }
    }
    table = parameters;
    tables.set(component.name, table);
  }
  return table;
}

/** Whether an attribute with this value only says one of the words that the language documents for it. */
export function isVocabulary(component: Component, name: string, value: unknown): boolean {
  const parameter = parametersOf(component)?.get(name.toLowerCase());
  if (parameter?.choices !== undefined) return parameter.choices.includes(value as string);
  return parameter?.type === 'boolean' && (value === 'true' || value === 'false');
}

const lowerCase = new Map<string, string>();

/** Attribute names come back again and again; lower-casing each once is measurably cheaper. */
function lower(name: string): string {
  let result = lowerCase.get(name);
  if (result === undefined) {
    result = name.toLowerCase();
    if (lowerCase.size < 10_000) lowerCase.set(name, result);
  }
  return result;
}

/**
 * The properties under their documented names and types: names match in any letter case, values are converted
 * to the documented type. What does not fit is reported and passed on, as POML does.
 */
export function coerce(component: Component, props: Props, context: Context): Props {
  const parameters = parametersOf(component);
  if (parameters === undefined || fits(props, parameters)) return props;
  const coerced: Props = {};
  for (const name in props) {
    const value = props[name];
    const parameter = parameters.get(lower(name));
    if (parameter === undefined || value === undefined) {
      // A key __proto__ would set the prototype.
      if (name !== '__proto__') coerced[name] = value;
    } else {
      coerced[parameter.name] = convert(parameter, name, value, props, context);
    }
  }
  if (props[ORIGIN] !== undefined) coerced[ORIGIN] = props[ORIGIN];
  return coerced;
}

/** Whether all properties have their documented names and types already, as those from inner components do. */
function fits(props: Props, parameters: ReadonlyMap<string, Parameter>): boolean {
  for (const name in props) {
    const value = props[name];
    const parameter = parameters.get(lower(name));
    if (parameter === undefined || value === undefined) continue;
    if (parameter.name !== name || typeof value !== parameter.type) return false;
    if (parameter.choices !== undefined && !parameter.choices.includes(value as string)) return false;
  }
  return true;
}

function convert(
  parameter: Parameter,
  name: string,
  given: unknown,
  props: Props,
  context: Context,
): unknown {
  let value = given;
  switch (parameter.type) {
    case 'string':
      if (typeof value !== 'string') value = textOf(value);
      break;
    case 'number':
      if (typeof value !== 'number') value = Number.parseFloat(value as string);
      break;
    case 'boolean':
      if (typeof value !== 'boolean') {
        const text = textOf(value).toLowerCase();
        const isTrue = text === '1' || text === 'true';
        if (!isTrue && text !== '0' && text !== 'false') {
          context.expansion.report(
            `"${name}" should be a boolean: write true, false, 1 or 0, not ${JSON.stringify(text)}`,
            props[ORIGIN],
          );
        }
        value = isTrue;
      }
      break;
    case 'object':
    case 'objectOrString':
      // An error takes its time, and what may be a text mostly is one.
      if (typeof value === 'string' && (parameter.type === 'object' || MAY_BE_JSON.test(value))) {
        try {
          value = parsedJson(value);
        } catch (error) {
          if (parameter.type === 'object') {
            context.expansion.report(
              `"${name}" should be JSON or an expression that gives an object: ${(error as Error).message}`,
              props[ORIGIN],
              error,
            );
          }
        }
      }
      break;
    case 'pattern':
      if (typeof value === 'string') value = patternOf(value);
      break;
    case 'any':
      break;
  }
  if (parameter.choices !== undefined && !parameter.choices.includes(value as string)) {
    context.expansion.report(
      `"${name}" should be one of ${parameter.choices.join(', ')}, not ${String(value)}`,
      props[ORIGIN],
    );
  }
  return value;
}

/** How all JSON texts look that are no list, object or text, and how those begin. */
const MAY_BE_JSON = /^[ \t\n\r]*(?:[[{"]|(?:-?\d[\d.eE+-]*|true|false|null)[ \t\n\r]*$)/;

const KEPT = 500;
const MAX_KEPT_LENGTH = 2000;
const kept = new Map<string, unknown>();
const lasting = new WeakSet();

/** Whether an object is what the same text gives in every render. */
export function isLasting(value: object): boolean {
  return lasting.has(value);
}

/** The value of a JSON text. Most attributes are the same in every render: short ones are parsed once. */
function parsedJson(text: string): unknown {
  if (text.length > MAX_KEPT_LENGTH) return JSON.parse(text);
  let value = kept.get(text);
  if (value === undefined) {
    value = JSON.parse(text);
    if (kept.size >= KEPT) kept.clear();
    kept.set(text, value);
    if (typeof value === 'object' && value !== null) lasting.add(value);
  }
  return value;
}

/** A value as JavaScript turns it into text; null and objects without `toString` are refused. */
function textOf(value: unknown): string {
  if (value === null || value === undefined || typeof (value as object).toString !== 'function') {
    throw new ComponentError(`Cannot read properties of ${String(value)} (reading 'toString')`);
  }
  if (typeof value === 'function') return functionText(value as Callable);
  requireSmall(value);
  return (value as object).toString();
}

/** `/pattern/flags`, or a bare pattern. A slashed text that is no such thing stays text. */
function patternOf(text: string): RegExp | string {
  if (!text.startsWith('/')) return new RegExp(text);
  const end = text.lastIndexOf('/');
  if (end === 0) return text;
  const flags = text.slice(end + 1);
  if (flags === '') return new RegExp(text.slice(1, end));
  return /^[gimsuy]*$/.test(flags) ? new RegExp(text.slice(1, end), flags) : text;
}
