import path from 'node:path';
import { readFolder, type TreeItem } from '../assets/folder.ts';
import {
  type Column,
  readTable,
  requireColumns,
  requireList,
  selectTable,
  type TableParser,
  tableParserFor,
} from '../assets/table.ts';
import { boundedTest } from '../expression/sandbox/regex-guard.ts';
import { jsonText, requireSmall } from '../json.ts';
import { ComponentError, reasonAbout } from '../problems.ts';
import type { Origin } from '../source.ts';
import { type Child, Emission, Instance, settleWhiteSpace, TextChild } from '../tree/children.ts';
import { ElementNode, NodeSink } from '../tree/nodes.ts';
import { code, header, list, listItem, subContent, text } from './basic.ts';
import { type Component, type Context, defineComponent, ORIGIN, type Props } from './component.ts';
import { invoke, severalOf, textChild, valueChildren } from './emit.ts';
import {
  markupEnvironment,
  presentationOf,
  serializeObject,
  tableBody,
  tableCell,
  tableContainer,
  tableHead,
  tableRow,
} from './environment.ts';

/** A value of the context shown as data. */
export const dataObject: Component = defineComponent(
  'Object',
  (props, children, context, out) => {
    const presentation = presentationOf(props, context, 'json');
    const { syntax, ...others } = props;
    if (presentation === 'serialize') {
      invoke(serializeObject, { serializer: syntax, ...others }, children, context, out);
    } else {
      const json = jsonText(props.data);
      invoke(text, { syntax }, json === undefined ? [] : [textChild(json)], context, out);
    }
  },
  ['obj', 'object', 'dataObj'],
);

type Row = Record<string, unknown>;

interface TableData {
  records: unknown;
  columns?: readonly Column[] | undefined;
}

/** Rows that are lists become records with numbered fields; everything else is read by the named parser. */
function tableData(props: Props, context: Context): TableData {
  const { records, columns, src } = props as { records?: unknown; columns?: Column[]; src?: string };
  let { parser } = props as { parser?: TableParser | 'auto' };
  if (records !== undefined && typeof records !== 'string') {
    if (!Array.isArray(records)) throw new Error('Records must be an array for table');
    return records.length > 0 && Array.isArray(records[0])
      ? numberedRows(records, props, context)
      : { records, columns };
  }
  if (parser === 'auto' || parser === undefined) {
    if (!src) {
      throw new Error(
        'a table needs a src, or records as a list; text in records needs a parser (an expression has to stand on one line)',
      );
    }
    parser = tableParserFor(src);
  }
  if (!src && !records) throw new Error('Either records data or src must be provided');
  const bytes = src
    ? context.expansion.files.readBytes(src, 'table')
    : Buffer.from(records as string, 'utf8');
  const table = readFrom(src, bytes, parser);
  return table.columns === undefined && columns ? { records: table.records, columns } : table;
}

function readFrom(src: string | undefined, bytes: Buffer, parser: TableParser): TableData {
  try {
    return readTable(bytes, parser);
  } catch (error) {
    throw new Error(reasonAbout(src, error), { cause: error });
  }
}

function numberedRows(rows: unknown[][], props: Props, context: Context): TableData {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  context.expansion.budget.spendElements(width * rows.length, props[ORIGIN]);
  const columns = Array.from({ length: width }, (_, index) => ({
    field: String(index),
    header: `Column ${index}`,
  }));
  return {
    columns,
    records: rows.map((row) => Object.fromEntries(columns.map(({ field }, index) => [field, row[index]]))),
  };
}

/** The union of the records' keys, in order of first appearance. */
function columnsOf(records: readonly unknown[]): Column[] {
  const keys = new Set(Object.keys(records[0] as object));
  for (const record of records) for (const key of Object.keys(record as object)) keys.add(key);
  return [...keys].map((key) => ({ field: key, header: key }));
}

/** A value as children: lists piece by piece, what prints nothing left out. An object ends the render, as in POML. */
function childrenOf(value: unknown, context: Context, props: Props): Child[] {
  if (typeof value === 'string' || typeof value === 'number') return [new TextChild(value)];
  const several = severalOf(value);
  if (several !== undefined) {
    requireSmall(several);
    return several.flatMap((item) => childrenOf(item, context, props));
  }
  if (value !== null && typeof value === 'object') {
    context.expansion.fail(
      'a table cell holds an object: give the cell text, or the column another field',
      props[ORIGIN],
    );
  }
  return [];
}

export const tableMarkup = defineComponent('TableMarkup', (props, _children, context, out) => {
  const { columns: given, records: all, syntax, ...others } = props as Props & { columns?: Column[] };
  const records = requireList(all) as Row[];
  if (given === undefined && records.length === 0) {
    throw new ComponentError('a table without records needs columns: add columns, or leave the table out');
  }
  const columns = given === undefined ? columnsOf(records) : requireColumns(given);
  context.expansion.budget.spendElements(columns.length * records.length, props[ORIGIN]);
  // All cells first: one that holds an object leaves nothing.
  const rows = records.map((record) => columns.map(({ field }) => childrenOf(record[field], context, props)));
  const head = [columns.map(({ header }) => childrenOf(header, context, props))];
  const plain = context.stylesheet.leavesAlone(PARTS_OF_TABLE);
  const section = plain ? plainSection : componentSection;
  invoke(
    tableContainer,
    { markupLang: syntax, ...others },
    [section(tableHead, 'thead', head), section(tableBody, 'tbody', rows)],
    context,
    out,
  );
});

type Cells = readonly (readonly Child[])[];

const PARTS_OF_TABLE: readonly Component[] = [tableHead, tableBody, tableRow, tableCell, markupEnvironment];

/** The head or the body of a table, made of components. */
function componentSection(component: Component, _: string, rows: readonly Cells[]): Child {
  return new Instance(
    component,
    {},
    rows.map(
      (cells) =>
        new Instance(
          tableRow,
          {},
          cells.map((children) => new Instance(tableCell, {}, children)),
        ),
    ),
  );
}

/** What these components come to where nothing is said of them: most of what some prompts hold is cells. */
function plainSection(_: Component, tag: string, rows: readonly Cells[]): Child {
  return new Emission(({ expansion: { budget } }, out) => {
    const open = (name: string, outer: NodeSink): NodeSink => {
      budget.spendElements(1, undefined);
      const node = new ElementNode(name, {}, undefined);
      outer.element(node);
      return new NodeSink(node);
    };
    const section = open(tag, out);
    for (const cells of rows) {
      const row = open('trow', section);
      for (const children of cells) {
        const cell = open('tcell', row);
        for (const text of settleWhiteSpace(children, undefined)!) cell.text(text as TextChild);
      }
    }
  });
}

export const tableSerialize = defineComponent('TableSerialize', (props, children, context, out) => {
  const { columns, records, syntax, ...others } = props;
  const data = columns === undefined ? records : { columns, records };
  invoke(serializeObject, { data, serializer: syntax, ...others }, children, context, out);
});

export const table = defineComponent('Table', (props, children, context, out) => {
  const presentation = presentationOf(props, context);
  const { records: _records, columns: _columns, src: _src, parser: _parser, ...others } = props;
  const { records, columns } = tableData(props, context);
  const selected = selectTable(records, columns, props as Parameters<typeof selectTable>[2]);
  const shown = { records: selected.records, columns: selected.columns, ...others };
  if (presentation === 'markup') invoke(tableMarkup, shown, [], context, out);
  else if (presentation === 'serialize') invoke(tableSerialize, shown, children, context, out);
});

function treeObject(items: readonly TreeItem[], showContent: unknown): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  items.forEach((item) => {
    const value =
      item.children && item.children.length > 0
        ? treeObject(item.children, showContent)
        : item.value && showContent
          ? item.value
          : null;
    // A file named __proto__ is lost, as in POML: only own keys are shown.
    object[item.name] = value;
  });
  return object;
}

function pathOf(item: TreeItem, parent: string): string {
  return parent ? `${parent}/${item.name}` : item.name;
}

/** Paths as headers, contents as code blocks below them. */
function treeHeaders(items: readonly TreeItem[], parent: string, origin: Origin | undefined): Child[] {
  return items.flatMap((item) => {
    const here = pathOf(item, parent);
    const children: Child[] = [new Instance(header, {}, valueChildren(here, origin))];
    if (item.value) {
      const extension = path.extname(item.name).toLowerCase();
      const lang = extension.length > 0 ? extension.slice(1) : undefined;
      children.push(
        new Instance(code, { lang, inline: false, whiteSpace: 'pre' }, valueChildren(item.value, origin)),
      );
    }
    if (item.children && item.children.length > 0) {
      children.push(new Instance(subContent, {}, treeHeaders(item.children, here, origin)));
    }
    return children;
  });
}

function treeList(items: readonly TreeItem[], origin: Origin | undefined): Child {
  const entries = items.map((item) => {
    const below = item.children && item.children.length > 0 ? [treeList(item.children, origin)] : [];
    return new Instance(listItem, {}, [...valueChildren(item.name, origin), ...below]);
  });
  return new Instance(list, { blankLine: false }, entries);
}

/** Paths, each content between a start and an end line. */
function treeText(items: readonly TreeItem[], parent: string): string {
  return items
    .flatMap((item) => {
      const here = pathOf(item, parent);
      const lines = [here];
      if (item.value) lines.push(`==> start ${here} <==`, item.value, `==> end ${here} <==`, '');
      if (item.children && item.children.length > 0) lines.push(treeText(item.children, here));
      return lines;
    })
    .join('\n');
}

function treeDrawing(items: readonly TreeItem[], prefix: string | undefined): string {
  return items
    .flatMap((item, index) => {
      const last = index === items.length - 1;
      const below = item.children && item.children.length > 0 ? item.children : undefined;
      const name = String(item.name);
      if (prefix === undefined) return below ? [name, treeDrawing(below, '')] : [name];
      const line = `${prefix}${last ? '└── ' : '├── '}${item.name}`;
      return below ? [line, treeDrawing(below, prefix + (last ? '    ' : '│   '))] : [line];
    })
    .join('\n');
}

export const tree: Component = defineComponent('Tree', (props, _children, context, out) => {
  const presentation = presentationOf(props, context);
  const { items: given, showContent, ...others } = props;
  requireSmall(given);
  const items = given as TreeItem[];
  if (presentation === 'serialize') {
    invoke(dataObject, { data: treeObject(items, showContent), ...others }, [], context, out);
  } else if (presentation === 'free') {
    const drawn = showContent ? treeText(items, '') : treeDrawing(items, undefined);
    invoke(text, { whiteSpace: 'pre', ...others }, [textChild(drawn)], context, out);
  } else if (showContent) {
    invoke(text, others, treeHeaders(items, '', props[ORIGIN]), context, out);
  } else {
    invoke(list, others, [treeList(items, props[ORIGIN])], context, out);
  }
});

export const folder = defineComponent('Folder', (props, _children, context, out) => {
  const { src, data, filter, showContent, maxDepth = 3, ...others } = props;
  let items: readonly TreeItem[];
  if (data) {
    items = data as TreeItem[];
  } else if (src) {
    const pattern = filter
      ? typeof filter === 'string'
        ? new RegExp(filter)
        : (filter as RegExp)
      : undefined;
    items = readFolder(context.expansion.files, src as string, {
      maxDepth: (maxDepth ?? 3) as number,
      showContent: Boolean(showContent),
      filter: pattern && { test: boundedTest(pattern) },
    });
  } else {
    throw new Error('Either src or data must be provided');
  }
  invoke(tree, { items, showContent, ...others }, [], context, out);
});
