import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseSlice, readTable, selectTable, type TableSelection, tableParserFor } from './table.ts';

const CASES = path.resolve(import.meta.dirname, '../../../fixtures/conformance/data');

function load(name: string) {
  return readTable(readFileSync(path.join(CASES, 'assets/tables', name)), tableParserFor(name));
}

function recorded(name: string): string {
  const result = JSON.parse(readFileSync(path.join(CASES, `${name}.result.json`), 'utf8'));
  return result.messages[0].content;
}

/** The JSON tables of a recorded prompt: fenced, or the whole of it. */
function jsonTables(name: string): unknown[] {
  const text = recorded(name);
  const fenced = [...text.matchAll(/```json\n([\s\S]*?)\n```/g)].map((match) => JSON.parse(match[1]!));
  return fenced.length > 0 ? fenced : [JSON.parse(text)];
}

/** The markdown tables of a recorded prompt as rows of cells, the header first. */
function markdownTables(name: string): string[][][] {
  return recorded(name)
    .split('\n\n')
    .filter((block) => block.startsWith('|'))
    .map((block) =>
      block
        .split('\n')
        .filter((_, index) => index !== 1)
        .map((line) =>
          line
            .slice(1, -1)
            .split('|')
            .map((cell) => cell.trim()),
        ),
    );
}

function shown(file: string, selection: TableSelection = {}): string[][] {
  const table = load(file);
  const { records, columns = [] } = selectTable(table.records, table.columns, selection);
  const rows = (records as unknown[]).map((record) =>
    columns.map(({ field }) => String((record as Record<string, unknown>)[field])),
  );
  return [columns.map(({ header }) => header), ...rows];
}

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('readTable gives the tables that POML recorded', () => {
  test('csv with a byte order mark and CRLF', () => {
    expect([load('bom-crlf.csv')]).toEqual(jsonTables('table-csv-bom-and-crlf'));
  });

  test('csv with ragged rows and equal headers', () => {
    const { records, columns } = load('ragged-survey.csv');
    expect([selectTable(records, columns, { selectedRecords: '1:3' })]).toEqual(
      jsonTables('table-csv-ragged-rows-and-duplicate-headers'),
    );
    expect(shown('duplicate-headers.csv')).toEqual(
      markdownTables('table-csv-ragged-rows-and-duplicate-headers')[1],
    );
  });

  test('the separator is not guessed', () => {
    expect(shown('semicolon-export.csv')).toEqual(markdownTables('table-csv-semicolon-not-split')[0]);
  });

  test('the first sheet of a workbook', () => {
    expect([throughJson(load('shift-roster.xlsx'))]).toEqual(jsonTables('table-xlsx-json'));
    expect(load('shift-roster.xls')).toEqual(load('shift-roster.xlsx'));
  });

  test('a workbook with gaps, formulas and errors', () => {
    const { records, columns } = load('parts-awkward.xlsx');
    expect(columns?.map(({ field }) => field)).toEqual(['Part', '', 'Qty', 'Unit price', 'Total']);
    expect(throughJson(records)).toEqual([
      { Part: 'Gasket', '': 'ring', Qty: 4, 'Unit price': 2.5, Total: 10 },
      {},
      { Part: 'Valve', Qty: 0, 'Unit price': 19.9, Total: 0 },
      { Part: 'Pump', '': 'spare', Qty: 1 },
    ]);
    expect(load('blank-sheet.xlsx')).toEqual({ records: [] });
  });
});

describe('columns of csv get one type', () => {
  const column = (...cells: string[]) =>
    (readTable(Buffer.from(`c\n${cells.join('\n')}\n`), 'csv').records as { c: unknown }[]).map(({ c }) => c);

  test('from all their cells', () => {
    expect(column('true', 'FALSE')).toEqual([true, false]);
    expect(column('1', '007', '1.50')).toEqual([1, 7, 1.5]);
    expect(column('1', 'true')).toEqual([1, Number.NaN]);
    expect(column('"[1]"', '"{""a"":2}"')).toEqual([[1], { a: 2 }]);
  });

  test('and are text when one cell is', () => {
    expect(column('1', 'n/a')).toEqual(['1', 'n/a']);
    expect(column('1', '""', '2')).toEqual(['1', '', '2']);
    expect(column('true', '[1]')).toEqual(['true', '[1]']);
  });

  test('numbers with separators are cut at the first comma', () => {
    expect(column('"12,500,000.99"', '"1,5"')).toEqual([12, 1]);
  });
});

test('quotes, line ends and the end of the file', () => {
  const rows = (text: string) => shownRows(readTable(Buffer.from(text), 'csv'));
  expect(rows('a,b\r\n"x ""y""\nz",2')).toEqual([['x "y"\nz', 2]]);
  expect(rows('a,b\rx,y\r')).toEqual([['x', 'y']]);
  // The character after a closing quote is taken for the separator, whatever it is.
  expect(rows('a,b\n"x"yz,2')).toEqual([['x', 'z']]);
  expect(rows('a,b\nx"y,"open\n')).toEqual([['x"y', 'open\n']]);
  expect(readTable(Buffer.from('a,b\n'), 'csv')).toEqual({
    records: [],
    columns: [
      { field: 'a', header: 'a' },
      { field: 'b', header: 'b' },
    ],
  });
  expect(readTable(Buffer.alloc(0), 'tsv')).toEqual({ records: [], columns: [] });
});

function shownRows({ records, columns = [] }: ReturnType<typeof readTable>): unknown[][] {
  return (records as unknown[]).map((record) =>
    columns.map(({ field }) => (record as Record<string, unknown>)[field]),
  );
}

describe('selectTable', () => {
  test.each(['1:3', '-2:', ':-1', '2:99', '0:4:2'])('rows %s', (selectedRecords) => {
    const index = ['1:3', '-2:', ':-1', '2:99', '0:4:2'].indexOf(selectedRecords);
    expect(shown('stock-levels.tsv', { selectedRecords, selectedColumns: ['sku'] })).toEqual(
      markdownTables('table-selected-records-slices')[index],
    );
  });

  test.each([3, 4, 5])('at most %i rows', (maxRecords) => {
    expect(shown('invoices.csv', { maxRecords, selectedColumns: ':3' })).toEqual(
      markdownTables('table-max-records-odd-and-even')[maxRecords - 3],
    );
  });

  test('at most so many columns', () => {
    const tables = markdownTables('table-max-columns');
    expect(shown('wide-sensors.csv', { maxColumns: 3 })).toEqual(tables[0]);
    expect(shown('wide-sensors.csv', { maxColumns: 4, maxRecords: 2 })).toEqual(tables[1]);
  });

  test('limits of one and zero', () => {
    const tables = markdownTables('table-limits-of-one-repeat-everything');
    expect(shown('own-index.csv', { maxRecords: 1 })).toEqual(tables[0]);
    expect(shown('own-index.csv', { maxColumns: 1 })).toEqual(tables[1]);
    expect(shown('own-index.csv', { maxRecords: 0, maxColumns: 0 })).toEqual(tables[2]);
  });

  test('the index counts before rows are selected', () => {
    const selection = {
      selectedColumns: ['index', 'customer'],
      selectedRecords: [4, 3, 1, 0],
      maxRecords: 2,
      maxColumns: 1,
    };
    expect(shown('invoices.csv', selection)).toEqual(
      markdownTables('table-index-selection-and-limit-combined')[0],
    );
  });

  test('an own index column keeps its values, +index shows it twice', () => {
    expect(shown('own-index.csv', { selectedColumns: '+index' })[1]).toEqual(['40', '40', 'Lindenplatz']);
  });

  test('columns are selected only when they are known', () => {
    const records = [{ a: 1, b: 2 }];
    expect(selectTable(records, undefined, { selectedColumns: ['a'], maxColumns: 1 })).toEqual({ records });
  });

  test('rows without columns are filled by the keys of the first', () => {
    const records = [{ a: 1 }, { b: 2 }, { c: 3 }, { d: 4 }];
    expect(selectTable(records, undefined, { maxRecords: 2 }).records).toEqual([
      { a: 1 },
      { a: '...' },
      { d: 4 },
    ]);
  });

  test('an unknown column is named with those there are', () => {
    expect(() => shown('own-index.csv', { selectedColumns: ['city'] })).toThrow(
      'the table has no column "city"; it has: index, station',
    );
  });
});

test('parseSlice', () => {
  expect(parseSlice(':', 5)).toEqual([0, 5]);
  expect(parseSlice('2:', 5)).toEqual([2, 5]);
  expect(parseSlice(':-1', 5)).toEqual([0, -1]);
  expect(parseSlice('1:3:2', 5)).toEqual([1, 3]);
  expect(parseSlice('3', 5)).toEqual([3, 4]);
  expect(parseSlice('-1', 5)).toEqual([-1, 0]);
  expect(parseSlice('latest', 5)).toEqual([Number.NaN, Number.NaN]);
});

test('tableParserFor goes by the extension', () => {
  expect(['a.CSV', 'b.tsv', 'c.xls', 'd.XLSX', 'e.json', 'f.jsonl'].map(tableParserFor)).toEqual([
    'csv',
    'tsv',
    'excel',
    'excel',
    'json',
    'jsonl',
  ]);
  expect(() => tableParserFor('readings.dat')).toThrow('"readings.dat": add parser="csv"');
});

describe('hostile tables', () => {
  test('fields cannot reach a prototype', () => {
    const records = JSON.parse('[{"__proto__": {"polluted": 1}, "a": 1}]');
    const columns = [{ field: '__proto__', header: 'p' }];
    const selected = selectTable(records, columns, { selectedColumns: ['__proto__'], maxRecords: 1 });
    for (const row of selected.records as object[]) expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(() => readTable(Buffer.from('__proto__\nx\n'), 'csv')).toThrow('cannot be named __proto__');
  });

  test('a cut-off workbook and broken lines are named', () => {
    expect(() => load('not-really.xlsx')).toThrow('the archive is damaged');
    expect(() => readTable(Buffer.from('{"a":1}\n{"a":\n'), 'jsonl')).toThrow('line 2 is no JSON');
  });

  test('one quote at the start of a large file', () => {
    const table = readTable(Buffer.from(`"${'a,b\n'.repeat(500_000)}`), 'csv');
    expect(table.columns).toHaveLength(1);
  });
});
