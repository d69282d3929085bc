import type { ElementNode } from '../tree/nodes.ts';
import { type BoxWriter, markdownOptions, tableHandlers, tableRows, writeBox } from './markdown.ts';
import type { Output } from './output.ts';
import type { WriterState } from './state.ts';

/** Tables as lines of separated values. Pipes stay escaped, and only the separator makes a cell quoted. */
function separatedTable(node: ElementNode, writer: BoxWriter): string {
  const { csvSeparator: separator, csvHeader } = writer.options;
  const [head, body] = (node.children as ElementNode[]).map((section) => tableRows(section, writer)) as [
    string[][],
    string[][],
  ];
  const cell = (text: string) => (text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = csvHeader ? [...head, ...body] : body;
  return rows.map((row) => row.map(cell).join(separator)).join('\n');
}

/** Writes `csv` and `tsv`: tables, and nothing else. */
export function writeSeparated(
  node: ElementNode,
  language: 'csv' | 'tsv',
  options: Record<string, unknown> | undefined,
  state: WriterState,
): Output {
  const defaults = language === 'tsv' ? { csvSeparator: '\t' } : {};
  return writeBox(node, {
    language,
    options: markdownOptions({ ...defaults, ...options }),
    state,
    handlers: tableHandlers,
    table: separatedTable,
  });
}
