import { type Node, parse } from 'acorn';
import type { MarkupAttribute } from '../markup/index.ts';
import { bracedExpression } from '../template/braced.ts';
import { compileText } from '../template/text.ts';
import { excerpt } from './finding.ts';
import { type Check, placeOfValue, type Report, writtenAttribute, writtenAttributes } from './visit.ts';

/** Attributes of the language's own elements that are plain text. */
const PLAIN = new Set(['src', 'type', 'minversion', 'maxversion', 'components']);

/** Expressions that are not seen as such, or run in another way than they look. */
export const expressions: Check = ({ markup, role, document }, report) => {
  const text = (source: string, start: number) => inText(source, start, document, report);
  if (role === 'component') {
    for (const child of markup.children) if (child.kind === 'text') text(child.text, child.start);
  }
  for (const attribute of writtenAttributes(markup)) {
    const name = attribute.name.toLowerCase();
    const { value } = attribute;
    if (!value) continue;
    if (name === 'for' && role !== 'let' && role !== 'runtime') loop(attribute, report);
    else if ((name === 'if' && role !== 'let') || (name === 'value' && role === 'let')) {
      condition(attribute, report);
    } else if (role === 'component' || !PLAIN.has(name)) text(value, attribute.valueStart);
  }
};

function inText(
  source: string,
  start: number,
  document: Parameters<Check>[0]['document'],
  report: Report,
): void {
  if (!source.includes('{{')) return;
  for (const segment of compileText(source, document.file, start).segments) {
    const written = source.slice(segment.start - start, segment.end - start);
    if (segment.expression === undefined) unrecognised(written, segment.start, report);
    else recognised(segment.expression.source, written, segment, report);
  }
}

/** Pairs of braces in what was taken for words. */
function unrecognised(words: string, start: number, report: Report): void {
  for (let open = words.indexOf('{{'); open !== -1; ) {
    const close = words.indexOf('}}', open + 2);
    if (close === -1) return;
    const place = { start: start + open, end: start + close + 2 };
    const inner = words.slice(open + 2, close);
    if (inner === '') {
      report(
        'empty-expression',
        '{{}} is no expression and is printed as typed: write {{ }} for nothing',
        place,
      );
    } else if (/[\n\r\u2028\u2029]/.test(inner.trim())) {
      report(
        'expression-over-lines',
        'an expression must stand on one line: this one is printed as typed, braces and all',
        place,
      );
    }
    open = words.indexOf('{{', close + 2);
  }
}

function recognised(
  code: string,
  written: string,
  place: { start: number; end: number },
  report: Report,
): void {
  const shorthand = /^\{\s*([\w$]+)\s*\}$/.exec(code);
  if (shorthand !== null && written.startsWith('{{{')) {
    report(
      'triple-braces',
      `{{{${shorthand[1]}}}} is an object in two braces and prints as JSON: write {{ ${shorthand[1]} }}`,
      place,
    );
  } else if (surplusBraces(code)) {
    report(
      'braces-swallowed',
      'the closing braces right after this expression belong to it: put a space after its }}',
      place,
    );
  }
  statements(code, place, report);
}

const TEXTS = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`/;

function textsIn(code: string): string[] {
  return code.match(new RegExp(TEXTS, 'g')) ?? [];
}

/** Whether more braces close than open, texts left aside. */
function surplusBraces(code: string): boolean {
  let depth = 0;
  for (const [token] of code.matchAll(new RegExp(`${TEXTS.source}|[{}]`, 'g'))) {
    if (token === '{') depth++;
    else if (token === '}' && --depth < 0) return true;
  }
  return false;
}

/** POML runs `return CODE`: a second statement is never reached. */
function statements(code: string, place: { start: number; end: number }, report: Report): void {
  if (!code.includes(';') && !/[\n\r]/.test(code)) return;
  const second = secondStatement(code);
  if (second !== undefined) {
    report(
      'statements-ignored',
      `only the first statement of an expression runs: ${excerpt(second)} is never reached`,
      place,
    );
  }
}

function secondStatement(code: string): string | undefined {
  const prefix = 'return ';
  let body: Node[];
  try {
    body = parse(prefix + code, { ecmaVersion: 'latest', allowReturnOutsideFunction: true }).body;
  } catch {
    return undefined;
  }
  const second = body.slice(1).find(({ type }) => type !== 'EmptyStatement');
  return second && code.slice(second.start - prefix.length, second.end - prefix.length);
}

/** `if`, and the value of a let: one expression, with or without braces around it. */
function condition(attribute: MarkupAttribute, report: Report): void {
  const value = attribute.value!;
  const place = placeOfValue(attribute);
  const braced = bracedExpression(value);
  const code = braced ?? value;
  if (braced === undefined && /^[ \t]*[\r\n]/.test(value)) {
    report(
      'value-after-line-break',
      'the expression starts after a line break, so that its value is undefined: start it on the first line',
      place,
    );
    return;
  }
  const literal = textsIn(code).find((text) => /\{\{.*\}\}/.test(text));
  if (literal) {
    report(
      'braces-in-string',
      `${excerpt(literal)} is a text with braces in it, not the value: leave out the quotes and the braces`,
      place,
    );
  }
  statements(code, place, report);
}

/** The name of a loop and its list are what stands on the line of the last `in`. */
function loop(attribute: MarkupAttribute, report: Report): void {
  const value = attribute.value!;
  const match = /^(.+)\s+in\s+(.+)/m.exec(value);
  if (match === null) return;
  const rest = value.slice(match.index + match[0].length);
  const before = value.slice(0, match.index);
  if (rest.trim() === '' && before.trim() === '') return;
  report(
    'loop-list-cut',
    `the list of a loop must stand on one line: ${excerpt(rest.trim() || before)} is cut off`,
    placeOfValue(attribute),
  );
}

/** Attribute values that contain an expression are not judged by what they say. */
export function isTemplated(attribute: MarkupAttribute | undefined): boolean {
  return attribute?.value?.includes('{{') ?? false;
}

/** Whether an element may not be there, or be there more than once. */
export function isConditional(markup: Parameters<Check>[0]['markup']): boolean {
  return writtenAttribute(markup, 'if') !== undefined || writtenAttribute(markup, 'for') !== undefined;
}
