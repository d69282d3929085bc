import { readFolder, type TreeItem } from '../assets/folder.ts';
import { type Column, parseSlice, readTable, type TableParser } from '../assets/table.ts';
import { ORIGIN, type Props } from '../components/component.ts';
import { parametersOf } from '../components/parameters.ts';
import type { CompiledStylesheet } from '../components/stylesheet.ts';
import type { Origin } from '../source.ts';
import { type Child, Instance } from '../tree/children.ts';
import type { Evidence } from './evidence.ts';
import { excerpt, type Finding } from './finding.ts';
import { attributePlace, walk } from './places.ts';

/** A component as it was written, with its properties by documented names and the stylesheet's rules applied. */
interface Used {
  readonly props: Readonly<Record<string, unknown>>;
  readonly origin: Origin;
  readonly evidence: Evidence;
}

type Tell = (code: Finding['code'], message: string, property: string) => void;

const CHECKS: Readonly<Record<string, (used: Used, tell: Tell) => void>> = {
  Table: table,
  Conversation: conversation,
  Folder: folder,
  MessageContent: messageContent,
};

/** What components do with the values they were given. */
export function instanceFindings(evidence: Evidence): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  const visit = (children: readonly Child[]): void => {
    for (const child of children) {
      if (!(child instanceof Instance)) continue;
      const origin = child.props[ORIGIN];
      if (origin) {
        const tell: Tell = (code, message, property) => {
          // A loop makes an element again and again.
          const key = `${code}\0${origin.file.path ?? ''}\0${origin.start}\0${property}`;
          if (seen.has(key)) return;
          seen.add(key);
          findings.push({ code, message, origin: attributePlace(origin, property) });
        };
        try {
          joined(child, tell);
          const check = CHECKS[child.component.name];
          if (check) check({ props: namedProps(child, evidence.stylesheet), origin, evidence }, tell);
        } catch {
          // A value may refuse to be looked at: a symbol as a number, a method of the prompt's that throws.
        }
      }
      visit(child.children);
    }
  };
  visit(evidence.content);
  return findings;
}

function namedProps({ component, props }: Instance, stylesheet: CompiledStylesheet): Record<string, unknown> {
  const parameters = parametersOf(component);
  const named: Record<string, unknown> = {};
  const styled: Props = stylesheet.apply(component, props);
  for (const name of Object.keys(styled)) {
    named[parameters?.get(name.toLowerCase())?.name ?? name] = styled[name];
  }
  return named;
}

/** Lists and objects where a text belongs. */
function joined({ component, props }: Instance, tell: Tell): void {
  const parameters = parametersOf(component);
  for (const name of Object.keys(props)) {
    const value = props[name];
    if (typeof value !== 'object' || value === null) continue;
    if (parameters?.get(name.toLowerCase())?.type !== 'string') continue;
    const shown = excerpt(String(value));
    if (!Array.isArray(value)) {
      tell(
        'value-joined-with-commas',
        `"${name}" is an object and is sent as ${shown}: pick one of its fields`,
        name,
      );
    } else if (value.some((item) => typeof item === 'boolean' || item === null || item === undefined)) {
      const what = 'a value in it that is no text turns the whole into a list';
      tell('value-joined-with-commas', `"${name}" is sent as ${shown}: ${what}; write String(…)`, name);
    } else {
      tell(
        'value-joined-with-commas',
        `"${name}" is a list and is sent as ${shown}: join it as you want it`,
        name,
      );
    }
  }
}

const SLICE = /^\s*-?\d*\s*:\s*-?\d*\s*(:.*)?$|^\s*-?\d+\s*$/;

/** A text as JSON where it is JSON, as tables read their selections. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Content that is neither text nor a list of parts. A text that is JSON is read as JSON. */
function messageContent({ props }: Used, tell: Tell): void {
  const content = parsed(props.content);
  if (content === undefined || typeof content === 'string' || Array.isArray(content)) return;
  const shown = excerpt(String(props.content));
  tell(
    'value-prints-nothing',
    `${shown} is neither a text nor a list of parts, and prints nothing`,
    'content',
  );
}

/** Cells of true and false are empty in a table that is not data. */
function silentCells({ props, origin, evidence }: Used, rows: readonly unknown[], tell: Tell): void {
  const columns = new Set<string>();
  for (const row of rows) {
    if (row === null || typeof row !== 'object') continue;
    for (const [field, value] of Object.entries(row)) if (typeof value === 'boolean') columns.add(field);
  }
  if (columns.size === 0 || !isDrawn(evidence, origin)) return;
  const names = excerpt([...columns].join(', '));
  const property = props.records === undefined ? 'src' : 'records';
  tell(
    'value-prints-nothing',
    `true and false print nothing in a table (column ${names}): make them text`,
    property,
  );
}

function isDrawn({ root }: Evidence, origin: Origin): boolean {
  if (root === undefined) return false;
  for (const { node } of walk(root)) {
    if (node.kind !== 'element' || node.tag !== 'table' || !node.origin) continue;
    if (node.origin.file === origin.file && node.origin.start === origin.start) return true;
  }
  return false;
}

/** The rows of a text file, read again. */
function rowsOf({ props, evidence }: Used, format: string): readonly unknown[] {
  const parser = ['csv', 'tsv', 'json', 'jsonl'].find((name) => name === format.toLowerCase());
  if (typeof props.src !== 'string' || parser === undefined) return [];
  try {
    const { records } = readTable(evidence.files.readBytes(props.src, 'table'), parser as TableParser);
    return Array.isArray(records) ? records : [];
  } catch {
    return [];
  }
}

function table(used: Used, tell: Tell): void {
  const { props } = used;
  const { syntax, src } = props;
  if (syntax === 'text') {
    tell(
      'table-prints-nothing',
      'a table with syntax="text" prints nothing: use markdown, csv or tsv',
      'syntax',
    );
    return;
  }
  const records = parsed(props.records);
  const columns = parsed(props.columns) as Column[] | undefined;
  const rows = Array.isArray(records) ? records : undefined;
  const numbered = rows !== undefined && rows.length > 0 && Array.isArray(rows[0]);
  const parser = props.parser === 'auto' ? undefined : props.parser;
  const format = String(parser ?? (typeof src === 'string' ? src.slice(src.lastIndexOf('.') + 1) : ''));
  const fromFile = rows === undefined && /^(csv|tsv|excel|xlsx?)$/i.test(format);
  silentCells(used, rows ?? rowsOf(used, format), tell);
  if (columns && (numbered || fromFile)) {
    const why = numbered ? 'rows that are lists have numbered columns' : 'the file names its columns itself';
    tell(
      'table-selection-ignored',
      `"columns" is not looked at: ${why}; use records that are objects`,
      'columns',
    );
  }
  if (!columns && !numbered && !fromFile) {
    for (const name of ['selectedColumns', 'maxColumns']) {
      if (!props[name]) continue;
      tell('table-selection-ignored', `"${name}" does nothing on a table without columns: add columns`, name);
    }
  }
  for (const name of ['maxRecords', 'maxColumns']) {
    if (Number(props[name]) !== 1 || (name === 'maxRecords' && rows !== undefined && rows.length <= 1))
      continue;
    tell(
      'table-limit-of-one',
      `${name}="1" limits nothing and repeats the first: use 2, or select one`,
      name,
    );
  }
  for (const name of ['selectedColumns', 'selectedRecords']) {
    const selected = parsed(props[name]);
    if (selected === 0) {
      tell('table-selection-ignored', `${name}="0" selects everything: write "0:1" for the first`, name);
    } else if (
      typeof selected === 'string' &&
      selected !== '+index' &&
      selected !== '' &&
      !SLICE.test(selected)
    ) {
      tell(
        'selection-empty',
        `${JSON.stringify(selected)} is no slice and selects nothing: write e.g. "0:3"`,
        name,
      );
    }
  }
}

const INNER_BREAK = /\S[^\S\n]*\n\s*\S/;

function conversation({ props }: Used, tell: Tell): void {
  const messages = parsed(props.messages);
  if (!Array.isArray(messages)) return;
  const { selectedMessages, whiteSpace } = props;
  if (typeof selectedMessages === 'string' && selectedMessages && messages.length > 0) {
    if (messages.slice(...parseSlice(selectedMessages, messages.length)).length === 0) {
      const mend = selectedMessages.trim() === '-1' ? 'write "-1:" for the last one' : 'write e.g. "-2:"';
      const shown = JSON.stringify(selectedMessages);
      tell(
        'selection-empty',
        `${shown} selects none of the ${messages.length} messages: ${mend}`,
        'selectedMessages',
      );
    }
  }
  const broken = (content: unknown): boolean =>
    typeof content === 'string' ? INNER_BREAK.test(content) : Array.isArray(content) && content.some(broken);
  if (!whiteSpace && messages.some((message) => broken((message as { content?: unknown } | null)?.content))) {
    tell(
      'line-breaks-folded',
      'the line breaks in these messages are folded into blanks: add whiteSpace="pre" to the conversation',
      'messages',
    );
  }
}

const DEFAULT_DEPTH = 3;

/** Folders that end at the depth nobody asked for. The folder is looked at again, one level deeper. */
function folder({ props, evidence }: Used, tell: Tell): void {
  const { src, data, maxDepth, filter } = props;
  if (typeof src !== 'string' || data || maxDepth !== undefined || filter) return;
  let items: readonly TreeItem[];
  try {
    items = readFolder(evidence.files, src, { maxDepth: DEFAULT_DEPTH + 1, showContent: false });
  } catch {
    return;
  }
  const cut: string[] = [];
  const visit = (item: TreeItem, depth: number): void => {
    if (depth === DEFAULT_DEPTH && item.children && item.children.length > 0) cut.push(item.name);
    for (const child of item.children ?? []) visit(child, depth + 1);
  };
  for (const item of items) visit(item, 0);
  if (cut.length === 0) return;
  const names = excerpt(cut.join(', '));
  tell('folder-depth-cut', `what is in ${names} is not shown: a folder shows 3 levels; add maxDepth`, 'src');
}
