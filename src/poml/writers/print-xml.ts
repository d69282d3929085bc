import { FatalRenderError } from '../problems.ts';
import type { Origin } from '../source.ts';

/** An element to print as XML or HTML; texts are strings. */
export interface XmlElement {
  readonly name: string;
  readonly children: XmlChild[];
}

export type XmlChild = XmlElement | string;

export interface PrintOptions {
  readonly pretty: unknown;
  readonly indent: unknown;
  /** The writer option that gives the indent, for an error: `xmlIndent`. */
  readonly indentOption: string;
  readonly origin: Origin | undefined;
}

// XML's characters for names; one colon may stand between others.
const NAME_START =
  'A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}-\\u{200D}' +
  '\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}';
const NAME_PART = `[${NAME_START}\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}-\\u{2040}]`;
const NAME = new RegExp(`^(?:[${NAME_START}]${NAME_PART}*(?::${NAME_PART}+)?)?$`, 'u');

/** Whether a name can be an element's. As in POML, so can an empty one. */
export function isXmlName(name: string): boolean {
  return NAME.test(name);
}

/** What looks like an entity is left as it is. */
function escapeText(text: string): string {
  return text
    .replace(/&(?![A-Za-z]+;|#\d+;)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** What stands before a line. An indent that is no text goes unseen until a line needs one. */
function indentOf({ pretty, indent, indentOption, origin }: PrintOptions, level: number): string {
  if (!pretty || level === 0) return '';
  if (typeof indent === 'string') return indent.repeat(level);
  throw new FatalRenderError(
    `${indentOption} must be a text: give the blanks themselves, e.g. "    "`,
    origin,
  );
}

/**
 * Nodes as text, one line each when pretty. An element that holds only text stays on its line; text beside
 * elements gets lines of its own.
 */
export function printXml(nodes: readonly XmlChild[], options: PrintOptions): string {
  const output: string[] = [];
  const breakLine = options.pretty ? '\n' : '';
  const print = (node: XmlChild, level: number): void => {
    if (node === '') return;
    const indent = indentOf(options, level);
    if (typeof node === 'string') {
      output.push(indent, escapeText(node), breakLine);
      return;
    }
    const { name, children } = node;
    if (options.pretty ? children.every((child) => child === '') : children.length === 0) {
      output.push(indent, '<', name, '/>', breakLine);
    } else if (children.every((child) => typeof child === 'string')) {
      output.push(indent, '<', name, '>', ...children.map(escapeText), '</', name, '>', breakLine);
    } else {
      output.push(indent, '<', name, '>', breakLine);
      for (const child of children) print(child, level + 1);
      output.push(indent, '</', name, '>', breakLine);
    }
  };
  for (const node of nodes) print(node, 0);
  const text = output.join('');
  return options.pretty && text.endsWith('\n') ? text.slice(0, -1) : text;
}
