import { parseRows } from './dsv.ts';
import { type GuessedType, guessType, parseInteger, parseTyped } from './guess.ts';
import { loadOptional } from './optional.ts';
import { reasonOf } from './words.ts';
import { checkArchive, isArchive } from './zip.ts';

export type TableParser = 'csv' | 'tsv' | 'excel' | 'json' | 'jsonl';

/** A column: the records' field and the words above it. */
export interface Column {
  field: string;
  header: string;
  description?: string;
}

export interface TableData {
  /** A list of objects by field; from JSON whatever it holds, which need be no list to be shown as data. */
  records: unknown;
  /** `undefined` when the format names no columns. */
  columns?: readonly Column[] | undefined;
}

/** How many cells, empty ones included, the used range of a sheet may have. */
const MAX_CELLS = 5_000_000;

type Row = Record<string, unknown>;

const PARSERS: readonly (readonly [extension: string, parser: TableParser])[] = [
  ['.csv', 'csv'],
  ['.tsv', 'tsv'],
  ['.xls', 'excel'],
  ['.xlsx', 'excel'],
  ['.jsonl', 'jsonl'],
  ['.json', 'json'],
];

/**
 * The parser for a file, by its extension in any case.
 * @throws Error for an unknown extension
 */
export function tableParserFor(path: string): TableParser {
  const name = path.toLowerCase();
  const known = PARSERS.find(([extension]) => name.endsWith(extension));
  if (known) return known[1];
  throw new Error(
    `cannot tell the table format of ${JSON.stringify(path)}: add parser="csv", "tsv", "excel", "json" or "jsonl"`,
  );
}

/**
 * Reads a table. Text is UTF-8 and a byte order mark stays in the first field's name; csv and tsv columns get one
 * type from all their cells; of a workbook the first sheet is read, without types for dates and percentages.
 * @throws Error when the bytes are not of the format; OptionalPackageError when `xlsx` is needed and missing
 * @example readTable(Buffer.from('name,age\nAda,36\n'), 'csv')
 * // { columns: [{ field: 'name', header: 'name' }, …], records: [{ name: 'Ada', age: 36 }] }
 */
export function readTable(bytes: Buffer, parser: TableParser): TableData {
  switch (parser) {
    case 'csv':
      return fromRows(parseRows(bytes.toString('utf8'), ','));
    case 'tsv':
      return fromRows(parseRows(bytes.toString('utf8'), '\t'));
    case 'excel':
      return readWorkbook(bytes);
    case 'json':
      return { records: JSON.parse(bytes.toString('utf8')) as unknown };
    case 'jsonl':
      return { records: readLines(bytes.toString('utf8')) };
    default:
      throw new Error(`unknown table parser ${JSON.stringify(parser)}: use csv, tsv, excel, json or jsonl`);
  }
}

function readLines(text: string): unknown[] {
  return text
    .trim()
    .split('\n')
    .map((line, index) => {
      try {
        return JSON.parse(line) as unknown;
      } catch (error) {
        throw new Error(`line ${index + 1} is no JSON: ${reasonOf(error)}`, { cause: error });
      }
    });
}

/** Sets a field. `__proto__` is left out, so that data cannot reach a prototype. */
function setField(record: Row, field: string, value: unknown): void {
  if (field !== '__proto__') record[field] = value;
}

/** Rows of text, the first one the header: short rows are padded, long ones cut, of equal headers the last counts. */
function fromRows([header = [], ...rows]: string[][]): TableData {
  if (header.includes('__proto__') && rows.length > 0) {
    throw new Error('a column cannot be named __proto__: rename it in the file');
  }
  const cells = new Map(header.map((field, index) => [field, rows.map((row) => row[index] || '')]));
  const values = new Map(
    [...cells].map(([field, texts]) => {
      const type = columnType(texts);
      return [field, type === 'string' ? texts : texts.map((text) => parseTyped(text, type))];
    }),
  );
  return {
    columns: header.map((field) => ({ field, header: field })),
    records: rows.map((_, index) => {
      const record: Row = {};
      for (const [field, column] of values) record[field] = column[index];
      return record;
    }),
  };
}

/** Each type with the types that its cells may look like, the narrowest first. */
const COLUMN_TYPES: readonly (readonly [type: string, looks: readonly GuessedType[]])[] = [
  ['boolean', ['boolean']],
  ['integer', ['integer', 'boolean']],
  ['float', ['float', 'integer', 'boolean']],
  ['object', ['array', 'object']],
];

function columnType(cells: readonly string[]): string {
  if (cells.length === 0) return 'string';
  const looks = new Set<GuessedType>();
  for (const cell of cells) {
    looks.add(guessType(cell));
    if (looks.has('string') || looks.has('null') || looks.has('undefined')) return 'string';
  }
  return (
    COLUMN_TYPES.find(([, allowed]) => [...looks].every((look) => allowed.includes(look)))?.[0] ?? 'string'
  );
}

type Xlsx = typeof import('xlsx');

function readWorkbook(bytes: Buffer): TableData {
  const { read, utils } = loadOptional('xlsx', 'Excel tables') as Xlsx;
  if (isArchive(bytes)) checkArchive(bytes);
  const workbook = read(bytes, { type: 'buffer' });
  const [first] = workbook.SheetNames;
  const sheet = first ? workbook.Sheets[first] : undefined;
  if (!sheet) throw new Error('the workbook has no sheet');
  const { s: from, e: to } = utils.decode_range(sheet['!ref'] ?? 'A1');
  if ((to.r - from.r + 1) * (to.c - from.c + 1) > MAX_CELLS) {
    throw new Error(
      `the first sheet spans more than ${MAX_CELLS} cells, most of them empty: delete unused rows and columns`,
    );
  }
  const [header, ...rows] = utils.sheet_to_json<unknown[]>(sheet, { header: 1 });
  if (header === undefined) return { records: [] };
  // A blank cell is a hole in its row: `map` keeps the hole of a blank header, `forEach` passes over it.
  const fields = header as string[];
  return {
    columns: fields.map((field) => ({ field, header: field })),
    records: rows.map((row) => {
      const record: Row = {};
      fields.forEach((field, index) => {
        setField(record, field, row[index]);
      });
      return record;
    }),
  };
}

/** Which part of a table is shown. What is falsy selects and limits nothing. */
export interface TableSelection {
  /** Field names, a slice (`1:3`), or `+index`. Works only when the columns are known. */
  selectedColumns?: string | readonly string[] | undefined;
  /** Row numbers from 0, or a slice. */
  selectedRecords?: string | readonly number[] | undefined;
  /** More rows than this are cut in the middle. 1 limits nothing, as in POML. */
  maxRecords?: number | undefined;
  maxColumns?: number | undefined;
}

const ELLIPSIS = '...';
const INDEX: Column = { field: 'index', header: 'Index' };

/**
 * The selected part of a table: first columns, then rows, then the limits.
 * @throws Error for a column that is not there, for selections of another type, and for selecting from what is no list
 */
export function selectTable(
  records: unknown,
  columns: readonly Column[] | undefined,
  selection: TableSelection,
): TableData {
  const { selectedColumns, selectedRecords, maxRecords, maxColumns } = selection;
  let rows = records;
  let shown = columns;
  if (selectedColumns && shown) {
    shown = requireColumns(pickColumns(shown, selectedColumns));
    rows = requireList(rows).map((record, index) => pickFields(record as Row, shown!, index));
  }
  if (selectedRecords) rows = pickRecords(rows, selectedRecords);
  if (maxRecords && Number((rows as ArrayLike<unknown>).length) > maxRecords) {
    const list = typeof rows === 'string' ? [...rows] : requireList(rows);
    const filler: Row = {};
    const fields = shown ? shown.map((column) => column.field) : Object.keys(list[0] as object);
    for (const field of fields) setField(filler, field, ELLIPSIS);
    rows = cutMiddle(list, maxRecords, filler);
  }
  if (maxColumns && shown && shown.length > maxColumns) {
    const cut = cutMiddle(shown, maxColumns, { field: ELLIPSIS, header: ELLIPSIS });
    rows = requireList(rows).map((record) => {
      const narrow: Row = {};
      for (const { field } of cut)
        setField(narrow, field, field === ELLIPSIS ? ELLIPSIS : (record as Row)[field]);
      return narrow;
    });
    shown = cut;
  }
  return { records: rows, columns: shown };
}

/** @throws Error for what is no list; only what is written as data may be something else */
export function requireColumns(columns: readonly Column[]): readonly Column[] {
  if (Array.isArray(columns)) return columns;
  throw new Error('columns must be a list: [{"field": "name", "header": "Name"}]');
}

function pickColumns(columns: readonly Column[], selected: unknown): readonly Column[] {
  if (Array.isArray(selected)) {
    return selected.map((name: unknown) => {
      const found = columns.find((column) => column.field === name);
      if (found) return found;
      if (name === INDEX.field) return { ...INDEX };
      const known = columns.map((column) => column.field).join(', ');
      throw new Error(`the table has no column ${JSON.stringify(name)}; it has: ${known}`);
    });
  }
  if (typeof selected !== 'string') {
    throw new Error('selectedColumns must be a list of field names, a slice such as "1:3", or "+index"');
  }
  return selected === '+index'
    ? [{ ...INDEX }, ...columns]
    : columns.slice(...parseSlice(selected, columns.length));
}

/** The column `index` counts the records, unless they have such a field. */
function pickFields(record: Row, columns: readonly Column[], index: number): Row {
  const picked: Row = {};
  for (const { field } of columns) {
    const counted = field === INDEX.field && record[field] === undefined;
    setField(picked, field, counted ? index : record[field]);
  }
  return picked;
}

/** @throws Error for what is no list */
export function requireList(records: unknown): unknown[] {
  if (Array.isArray(records)) return records;
  const kind = records === null ? 'null' : typeof records === 'object' ? 'an object' : `a ${typeof records}`;
  throw new Error(`a table needs a list of records, not ${kind}: put [ and ] around a single record`);
}

/** Numbers pick from anything that has them, as in POML. */
function pickRecords(records: unknown, selected: unknown): unknown {
  if (Array.isArray(selected)) return selected.map((index: number) => (records as unknown[])[index]);
  if (typeof selected === 'string') {
    const list = typeof records === 'string' ? records : requireList(records);
    return list.slice(...parseSlice(selected, list.length));
  }
  throw new Error('selectedRecords must be a list of row numbers, or a slice such as "1:3"');
}

/** The first and the last half with the filler between. The last half of 1 is, as a slice from -0, everything. */
function cutMiddle<T>(list: readonly T[], limit: number, filler: T): T[] {
  return [...list.slice(0, Math.ceil(limit / 2)), filler, ...list.slice(-Math.floor(limit / 2))];
}

/**
 * A slice in Python's notation as bounds for `slice`: `:`, `2:`, `:3`, `1:3`, or one number. Negative ends count
 * from the end; what is no number becomes NaN, which slices as 0; a third part (the step) is dropped. A lone -1
 * selects nothing, because its end is 0.
 * @param total how many there are to slice
 */
export function parseSlice(slice: string, total: number): [start: number, end: number] {
  if (slice === ':') return [0, total];
  if (slice.endsWith(':')) return [parseInteger(slice.slice(0, -1)), total];
  if (slice.startsWith(':')) return [0, parseInteger(slice.slice(1))];
  if (slice.includes(':')) {
    const [start, end] = slice.split(':').map(Number);
    return [start!, end!];
  }
  const index = parseInteger(slice);
  return [index, index + 1];
}
