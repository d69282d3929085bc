import { requireRepeats } from '../budget.ts';
import { ElementNode, type TreeNode } from '../tree/nodes.ts';
import {
  type Box,
  EMPTY_BOX,
  elementBox,
  indentText,
  joinBoxes,
  type Layout,
  prefixLines,
  textBox,
  wrapBox,
} from './boxes.ts';
import { writeEnvironment } from './dispatch.ts';
import { type TruncateOptions, truncateOptions } from './limits.ts';
import { Marks, markOf, type Output } from './output.ts';
import { refuse, type WriterState } from './state.ts';

export interface MarkdownOptions extends TruncateOptions {
  readonly markdownBaseHeaderLevel: number;
  readonly markdownTableCollapse: unknown;
  readonly csvSeparator: string;
  readonly csvHeader: unknown;
}

export function markdownOptions(options: Record<string, unknown>): MarkdownOptions {
  return {
    markdownBaseHeaderLevel: (options.markdownBaseHeaderLevel ?? 1) as number,
    markdownTableCollapse: options.markdownTableCollapse ?? false,
    csvSeparator: (options.csvSeparator ?? ',') as string,
    csvHeader: options.csvHeader ?? true,
    ...truncateOptions(options),
  };
}

/** One writer of the Markdown family: its language, options, and how it writes each element. */
export interface BoxWriter {
  readonly language: string;
  readonly options: MarkdownOptions;
  readonly state: WriterState;
  readonly handlers: Readonly<Record<string, BoxHandler>>;
  readonly table: (node: ElementNode, writer: BoxWriter) => string;
}

export type BoxHandler = (node: ElementNode, writer: BoxWriter) => Box;

const DEFAULT_OPTIONS = markdownOptions({});

export function writeMarkdown(
  node: ElementNode,
  options: Record<string, unknown> | undefined,
  state: WriterState,
): Output {
  if (options === undefined && node.written !== undefined) return node.written;
  return writeBox(node, {
    language: 'markdown',
    options: options ? markdownOptions(options) : DEFAULT_OPTIONS,
    state,
    handlers,
    table: markdownTable,
  });
}

export function writeBox(node: TreeNode, writer: BoxWriter): Box {
  if (node.kind === 'text') return textBox(node.text, markOf(node, node.text.length));
  const handler = node.kind === 'element' ? writer.handlers[node.tag] : undefined;
  if (handler !== undefined) {
    const element = node as ElementNode;
    const { options, state } = writer;
    if (!element.repeated || options !== DEFAULT_OPTIONS) return handler(element, writer);
    // Comes back in other renders: kept as the Markdown writer with its default options writes it.
    if (element.written !== undefined) return element.written;
    const problems = state.problems.length;
    const box = handler(element, writer);
    if (state.problems.length === problems) element.written = box;
    return box;
  }
  const what = node.kind === 'element' ? `<${node.tag}>` : 'what was read asynchronously';
  refuse(writer.state, `${what} cannot be written as ${writer.language}`, node);
  return EMPTY_BOX;
}

/** The content of an element as one box. The element's limits count when `limited` is given. */
function contentBox(children: readonly TreeNode[], writer: BoxWriter, limited?: ElementNode): Box {
  let boxes: Box[] | undefined;
  for (const child of children) {
    if (child.kind === 'seam') continue;
    const box = writeBox(child, writer);
    // A list of its own size: most elements hold one node.
    if (boxes === undefined) boxes = [box];
    else boxes.push(box);
  }
  return joinBoxes(boxes ?? [], limited, writer);
}

function content(node: ElementNode, writer: BoxWriter): Box {
  return contentBox(node.children, writer, node);
}

/** A block of its own; the element's `blankLine` decides over `loose`. */
function block(inner: Box, node: ElementNode, writer: BoxWriter, loose = true): Box {
  const { blankLine } = node.attributes;
  const layout: Layout = (blankLine === 'true' ? true : blankLine === 'false' ? false : loose)
    ? 'block'
    : 'newline';
  return elementBox(inner, layout, node, writer);
}

function enclosed(mark: string): BoxHandler {
  return (node, writer) => wrapBox(content(node, writer), mark, mark, node);
}

function newLines(node: ElementNode): Box {
  const count = Number.parseInt(node.attributes.count || '1', 10);
  requireRepeats(count, 'the count of line breaks', node.origin);
  const text = '\n'.repeat(count);
  return textBox(text, markOf(node, text.length));
}

function heading(node: ElementNode, writer: BoxWriter): Box {
  const level =
    Number.parseInt(node.attributes.level || '1', 10) + writer.options.markdownBaseHeaderLevel - 1;
  requireRepeats(level, 'the level of this header', node.origin);
  return block(prefixLines(content(node, writer), `${'#'.repeat(level)} `), node, writer);
}

function code(node: ElementNode, writer: BoxWriter): Box {
  if (node.attributes.inline !== 'false') return wrapBox(content(node, writer), '`', '`', node);
  return block(
    wrapBox(content(node, writer), `\`\`\`${node.attributes.lang || ''}\n`, '\n```'),
    node,
    writer,
  );
}

/** The bullet before the nth item, or `undefined` for an unknown style. */
function bulletOf(style: string, position: number): string | undefined {
  switch (style) {
    case 'star':
      return '* ';
    case 'dash':
      return '- ';
    case 'plus':
      return '+ ';
    case 'decimal':
      return `${position}. `;
    case 'latin':
      // After z come the next characters of ASCII, as in POML.
      return `${String.fromCharCode(0x60 + position)}. `;
    default:
      return undefined;
  }
}

function list(node: ElementNode, writer: BoxWriter): Box {
  const style = node.attributes.listStyle || 'dash';
  let position = 0;
  const boxes = node.children.map((child) => {
    // Loose text in a list bounds messages like an element.
    if (child.kind === 'text')
      return textBox(child.text, new Marks(child, 0, child.text.length - 1, undefined, 0, true));
    if (child.kind === 'seam' || child.tag !== 'item') return writeBox(child, writer);
    position++;
    const bullet = bulletOf(style, position);
    if (bullet === undefined) {
      refuse(writer.state, `Invalid list style: ${style}`, child);
      return elementBox(textBox(''), 'block', child, writer);
    }
    const item = wrapBox(contentBox(child.children, writer), bullet, '', child);
    const text = indentText(item.text, bullet.length, 0);
    const indented = text === item.text ? item : { ...item, text };
    return block(indented, child, writer, item.text.includes('\n\n'));
  });
  return block(joinBoxes(boxes, node, writer), node, writer);
}

/** The cells' texts, row by row, with pipes escaped. */
export function tableRows(section: ElementNode, writer: BoxWriter): string[][] {
  return section.children.map((row) => {
    if (row.kind !== 'element' || row.tag !== 'trow') {
      refuse(writer.state, 'a table holds rows only', row.kind === 'element' ? row : section);
      return [];
    }
    return row.children.map((cell) => {
      if (cell.kind !== 'element' || cell.tag !== 'tcell') {
        refuse(writer.state, 'a table row holds cells only', row);
        return '';
      }
      const [only] = cell.children;
      const text =
        cell.children.length === 1 && only!.kind === 'text'
          ? only!.text
          : contentBox(cell.children, writer).text;
      return text.includes('|') ? text.replaceAll('|', '\\|') : text;
    });
  });
}

function markdownTable(node: ElementNode, writer: BoxWriter): string {
  const [head, body] = (node.children as ElementNode[]).map((section) => tableRows(section, writer)) as [
    string[][],
    string[][],
  ];
  const collapse = writer.options.markdownTableCollapse;
  const widths: number[] = [];
  for (const rows of [head, body]) {
    for (const row of rows) {
      for (let index = 0; index < row.length; index++)
        widths[index] = Math.max(widths[index] ?? 0, row[index]!.length);
    }
  }
  const line = (row: readonly string[]) =>
    `| ${row.map((text, index) => `${collapse ? text : text.padEnd(widths[index]!)} |`).join(' ')}`;
  const padded = (row: string[]) => [...row, ...Array<string>(widths.length - row.length).fill('')];
  const rule = widths.map((width) => '-'.repeat(collapse && width >= 3 ? 3 : width)).join(' | ');
  return [...head.map((row) => line(padded(row))), `| ${rule} |`, ...body.map(line)].join('\n');
}

export function table(node: ElementNode, writer: BoxWriter): Box {
  const [head, body] = node.children;
  const whole =
    node.children.length === 2 &&
    head instanceof ElementNode &&
    body instanceof ElementNode &&
    (head.tag === 'thead' || head.tag === 'tbody');
  if (!whole) {
    refuse(writer.state, 'a table has a head and a body and nothing else', node);
    return EMPTY_BOX;
  }
  // The table is a block in a block: its limits cut twice, as POML's do.
  return block(elementBox(textBox(writer.table(node, writer)), 'block', node, writer), node, writer);
}

function misplaced(reason: string): BoxHandler {
  return (node, writer) => {
    refuse(writer.state, reason, node);
    return EMPTY_BOX;
  };
}

const partOfTable = misplaced('rows and cells stand only in a table');

export function environment(node: ElementNode, writer: BoxWriter): Box {
  const { presentation, markupLang } = node.attributes;
  if (presentation === 'markup' && markupLang === writer.language) {
    return elementBox(content(node, writer), 'inline', node, writer);
  }
  const { text, marks, media } = writeEnvironment(node, writer.state);
  const inner = { text, before: '', after: '', marks, media, priority: undefined };
  return elementBox(inner, 'inline', node, writer);
}

export const tableHandlers: Readonly<Record<string, BoxHandler>> = {
  table,
  thead: partOfTable,
  tbody: partOfTable,
  trow: partOfTable,
  tcell: partOfTable,
  env: environment,
};

const handlers: Readonly<Record<string, BoxHandler>> = {
  __proto__: null as never,
  ...tableHandlers,
  p: (node, writer) => block(content(node, writer), node, writer),
  span: (node, writer) => elementBox(content(node, writer), 'inline', node, writer),
  nl: newLines,
  h: heading,
  b: enclosed('**'),
  i: enclosed('*'),
  s: enclosed('~~'),
  u: enclosed('__'),
  code,
  list,
  item: misplaced('an item stands only in a list: put <list> around it'),
};
