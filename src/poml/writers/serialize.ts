import { createRequire } from 'node:module';
import { requireRepeats } from '../budget.ts';
import { FatalRenderError } from '../problems.ts';
import type { ElementNode, TreeNode } from '../tree/nodes.ts';
import { writeEnvironment } from './dispatch.ts';
import { markOf, type Output, outputOf } from './output.ts';
import { isXmlName, printXml, type XmlChild, type XmlElement } from './print-xml.ts';
import { refuse, type WriterState } from './state.ts';

type Serializer = 'json' | 'yaml' | 'xml';

interface Reader {
  readonly language: Serializer;
  readonly state: WriterState;
}

/** A text as the type its element names. */
function typedText(text: string, type: string, node: ElementNode, reader: Reader): unknown {
  switch (type) {
    case 'string':
      return text;
    case 'integer':
      return Number.parseInt(text, 10);
    case 'float':
      return Number.parseFloat(text);
    case 'boolean':
      if (text === 'true') return true;
      if (text === 'false') return false;
      refuse(reader.state, `Invalid boolean value: ${text}; write true or false`, node);
      return null;
    case 'null':
      return null;
    case 'array':
      return [text];
    default:
      refuse(reader.state, `Invalid type of text: ${type}`, node);
      return null;
  }
}

interface Entry {
  readonly name: string | undefined;
  readonly value: unknown;
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === '';
}

/**
 * What the content of an element stands for: nothing is null, one text is a value, named values make an object,
 * texts are joined by spaces, anything else makes a list.
 */
function readContent(node: ElementNode, reader: Reader): unknown {
  const { children } = node;
  if (children.length === 0) return null;
  const type = node.attributes.type;
  const [first] = children;
  if (children.length === 1 && first?.kind === 'text') {
    return typedText(first.text, type || 'string', node, reader);
  }
  const entries: Entry[] = [];
  for (const child of children) {
    if (child.kind === 'text') entries.push({ name: undefined, value: child.text });
    else if (child.kind === 'element') {
      const name = child.tag === 'any' ? child.attributes.name : undefined;
      entries.push({ name, value: readElement(child, reader) });
    }
  }
  const asArray = type === 'array';
  if (!asArray && entries.length === 1 && entries[0]!.name === undefined) return entries[0]!.value;
  const filled = entries.filter(({ value }) => !isBlank(value));
  if (!asArray && filled.every(({ name }) => name !== undefined)) {
    const object: Record<string, unknown> = {};
    // A key __proto__ is lost, as in POML: only own keys are shown.
    for (const { name, value } of filled) object[name!] = value;
    return object;
  }
  if (!asArray && filled.every(({ value }) => typeof value === 'string')) {
    return filled.map(({ value }) => value).join(' ');
  }
  return filled.map(({ value }) => value);
}

function readElement(node: TreeNode, reader: Reader): unknown {
  if (node.kind !== 'element') return null;
  switch (node.tag) {
    case 'any':
      return readContent(node, reader);
    case 'obj': {
      const { data } = node.attributes;
      if (data !== undefined) return JSON.parse(data);
      refuse(reader.state, 'an object needs data: write data="{{ value }}"', node);
      return null;
    }
    case 'env':
      return readEnvironment(node, reader);
    default:
      refuse(reader.state, `Invalid element in ${reader.language}: <${node.tag}>`, node);
      return null;
  }
}

function readEnvironment(node: ElementNode, reader: Reader): unknown {
  const { presentation, serializer } = node.attributes;
  const foreign =
    presentation === 'markup' ||
    (presentation === 'serialize' && serializer !== undefined && serializer !== reader.language);
  if (foreign) {
    const inner = writeEnvironment(node, reader.state);
    if (inner.media.length > 0) refuse(reader.state, 'media cannot stand in data: give an alt text', node);
    return inner.text;
  }
  if (presentation === 'serialize') return readContent(node, reader);
  const what = presentation === 'multimedia' ? 'media' : 'plain text';
  refuse(reader.state, `${what} cannot stand in ${reader.language}`, node);
  return null;
}

export function writeJson(
  node: ElementNode,
  options: Record<string, unknown> | undefined,
  state: WriterState,
): Output {
  const data = readElement(node, { language: 'json', state });
  const text = JSON.stringify(data, null, (options?.jsonSpace ?? 2) as number | string);
  return outputOf(node, text);
}

const require = createRequire(import.meta.url);

export function writeYaml(
  node: ElementNode,
  options: Record<string, unknown> | undefined,
  state: WriterState,
): Output {
  const data = readElement(node, { language: 'yaml', state });
  // Loaded when a prompt first writes YAML: most never do.
  const yaml = require('js-yaml') as { dump(data: unknown, options: { indent: number }): string };
  const indent = (options?.yamlIndent ?? 2) as number;
  requireRepeats(indent, 'yamlIndent', node.origin);
  const text = yaml.dump(data, { indent });
  const trimmed = (options?.yamlTrimEnd ?? true) ? text.trimEnd() : text;
  return { text: trimmed, marks: markOf(node, text.length), media: [] };
}

interface XmlOptions {
  readonly itemName: string;
  readonly slugify: unknown;
}

/** A name made fit for XML: other characters become hyphens, a bad start gets an underscore. */
function slug(name: string): string {
  let result = name.replace(/[^a-zA-Z0-9\-_.]/g, '-');
  if (!/^[a-zA-Z_]/.test(result)) result = `_${result}`;
  return /^xml/i.test(result) ? `_${result}` : result;
}

function xmlElement(name: string, value: unknown, options: XmlOptions, node: ElementNode): XmlElement {
  if (!isXmlName(name)) {
    throw new FatalRenderError(
      `Invalid XML name: ${name}; leave out xmlSlugify, or rename the key`,
      node.origin,
    );
  }
  return { name, children: xmlNodes(value, options, node) };
}

/** A list's members get an element of their own unless they are nothing or have at most one key. */
function xmlNodes(value: unknown, options: XmlOptions, node: ElementNode): XmlChild[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown) => {
      const own = typeof item !== 'object' || (item !== null && Object.keys(item).length > 1);
      return own ? [xmlElement(options.itemName, item, options, node)] : xmlNodes(item, options, node);
    });
  }
  if (typeof value === 'object') {
    return Object.entries(value).map(([key, item]) =>
      xmlElement(options.slugify ? slug(key) : key, item, options, node),
    );
  }
  return [String(value)];
}

export function writeXml(
  node: ElementNode,
  options: Record<string, unknown> | undefined,
  state: WriterState,
): Output {
  const data = readElement(node, { language: 'xml', state });
  const xml: XmlOptions = {
    itemName: (options?.xmlListItemName ?? 'item') as string,
    slugify: options?.xmlSlugify ?? true,
  };
  const text = printXml(xmlNodes(data, xml, node), {
    pretty: options?.xmlPrettyPrint ?? true,
    indent: options?.xmlIndent ?? '  ',
    indentOption: 'xmlIndent',
    origin: node.origin,
  });
  return outputOf(node, text);
}
