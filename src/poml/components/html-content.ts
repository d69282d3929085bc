import { type HtmlElement, type HtmlNode, htmlTextOf } from '../assets/html.ts';
import { type Child, Emission, Instance } from '../tree/children.ts';
import { bold, header, italic, list, listItem, newline, paragraph } from './basic.ts';
import type { Component, Props } from './component.ts';
import { table } from './data.ts';
import { emitChildren, textChild } from './emit.ts';
import { image } from './media.ts';

const PRESERVED: Props = { whiteSpace: 'pre' };

/** HTML elements that become components; of all others only the content is taken. */
const ELEMENTS = new Map<string, readonly [Component, Props]>([
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((name) => [name, [header, PRESERVED]] as const),
  ['p', [paragraph, PRESERVED]],
  ['div', [paragraph, PRESERVED]],
  ['ol', [list, { listStyle: 'decimal' }]],
  ['ul', [list, {}]],
  ['li', [listItem, {}]],
  ['b', [bold, {}]],
  ['i', [italic, {}]],
]);

/** HTML nodes as components. With `multimedia` pictures are attached even when they have an alt text. */
export function htmlChildren(nodes: readonly HtmlNode[], multimedia: boolean): Child[] {
  return nodes.flatMap((node) =>
    typeof node === 'string' ? [textChild(node)] : htmlElement(node, multimedia),
  );
}

export function htmlElement(element: HtmlElement, multimedia: boolean): Child[] {
  const { name, children } = element;
  if (name === 'style' || name === 'script') return [];
  if (name === 'br') return [new Instance(newline, {}, [])];
  if (name === 'img') return [picture(element, multimedia)];
  if (name === 'table') return htmlTable(element);
  const mapped = ELEMENTS.get(name);
  const content = htmlChildren(children, multimedia);
  if (mapped) return [new Instance(mapped[0], mapped[1], content)];
  return content;
}

function picture({ attributes }: HtmlElement, multimedia: boolean): Child {
  const { src, alt } = attributes;
  const syntax = multimedia ? { syntax: 'multimedia' } : {};
  if (src === undefined) {
    return new Emission(() => {
      throw new Error("Cannot read properties of undefined (reading 'startsWith')");
    });
  }
  const embedded = src.startsWith('data:') && src.includes(';base64');
  const source = embedded ? { base64: src.split(',')[1] } : { src };
  return new Instance(image, { ...syntax, ...source, alt }, []);
}

/** All elements of these names below, in document order. */
function findAll(element: HtmlElement, names: readonly string[]): HtmlElement[] {
  return element.children.flatMap((child) => {
    if (typeof child === 'string') return [];
    const below = findAll(child, names);
    return names.includes(child.name) ? [child, ...below] : below;
  });
}

/** A table by its rows: the first is the header; cells are text only. */
function htmlTable(element: HtmlElement): Child[] {
  const rows = findAll(element, ['tr']).map((row) => findAll(row, ['td', 'th']).map(htmlTextOf));
  const [header, ...body] = rows;
  if (header === undefined || header.length === 0) return [];
  const width = body.reduce((most, row) => Math.max(most, row.length), header.length);
  // POML means to name these columns, and leaves them without a name.
  const fields: (string | undefined)[] = [
    ...header,
    ...Array<undefined>(width - header.length).fill(undefined),
  ];
  const records = body.map((row) => {
    const record: Record<string, unknown> = {};
    fields.forEach((field, index) => {
      record[String(field)] = index < row.length ? row[index] : '';
    });
    return record;
  });
  return [new Instance(table, { records, columns: fields.map((field) => ({ field, header: field })) }, [])];
}

/** Children without an element of their own around them. */
export function fragment(children: readonly Child[]): Emission {
  return new Emission((context, out) => emitChildren(children, context, out));
}
