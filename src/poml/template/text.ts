import { bigintChild } from '../components/emit.ts';
import type { CompiledExpression } from '../expression/index.ts';
import { compileExpression } from '../expression/index.ts';
import { jsonText } from '../json.ts';
import type { SourceFile } from '../source.ts';
import { type Child, TextChild } from '../tree/children.ts';

/** A stretch of a templated text: words as they stand there, or an expression in double braces. */
export interface Segment {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
  /** The words, escapes decoded; `undefined` for an expression. */
  readonly literal: string | undefined;
  readonly expression: CompiledExpression | undefined;
}

/** A text, with or without expressions in double braces. It is also the stretch of its file that it stands on. */
export interface TextTemplate {
  readonly kind: 'text';
  readonly segments: readonly Segment[];
  /** Whether the text is one expression and nothing but blanks, so that the value keeps its type. */
  readonly whole: boolean;
  /** The words of a text without expressions, escapes decoded. */
  readonly literal: string | undefined;
  /** The child of a text without expressions, which is always the same. */
  readonly fixed: TextChild | undefined;
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** What a text was made from: stretches of a file, with the values they gave. */
export interface TextSource {
  readonly file: SourceFile;
  readonly segments: readonly Segment[];
  readonly values: readonly unknown[];
}

/** A text without expressions; most texts are, and nothing of it is made before it is asked for. */
class LiteralText implements TextTemplate, TextSource {
  readonly kind = 'text';
  readonly whole = false;
  readonly literal: string;
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
  private child: TextChild | undefined = undefined;

  constructor(literal: string, file: SourceFile, start: number, end: number) {
    this.literal = literal;
    this.file = file;
    this.start = start;
    this.end = end;
  }

  get fixed(): TextChild {
    this.child ??= new TextChild(this.literal, this);
    return this.child;
  }

  get segments(): readonly Segment[] {
    const { file, start, end, literal } = this;
    return [{ file, start, end, literal, expression: undefined }];
  }

  get values(): readonly unknown[] {
    return [this.literal];
  }
}

// Braces may touch blanks and line breaks; between them stands one line. `}}}` does not close.
const EXPRESSION = /\{\{\s*(.+?)\s*\}\}(?!\})/y;
const LINE_END = /[\n\r\u2028\u2029]/g;
const VISIBLE = /\S/g;

/** The first place at or after `from`, or the end of the text. */
function find(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}

/**
 * The expressions of a text. The pattern is only tried where it must match: tried at each of very many opening braces
 * it would look through the whole text each time.
 */
function expressionsIn(text: string): RegExpExecArray[] {
  const found: RegExpExecArray[] = [];
  let close = -1;
  let lineEnd = -1;
  let blankTo = -1;
  let reachable = false;
  for (let at = text.indexOf('{{'); at !== -1; ) {
    let next = at + 1;
    if (close < at + 2) close = text.indexOf('}}', at + 2);
    if (close === -1) break;
    const start = find(VISIBLE, text, at + 2);
    if (lineEnd < start) lineEnd = find(LINE_END, text, start);
    if (close > lineEnd && blankTo !== lineEnd) {
      blankTo = lineEnd;
      reachable = text.slice(lineEnd, close).trim() === '';
    }
    if (close <= lineEnd || reachable) {
      EXPRESSION.lastIndex = at;
      const match = EXPRESSION.exec(text);
      if (match !== null) {
        found.push(match);
        next = at + match[0].length;
      }
    }
    at = text.indexOf('{{', next);
  }
  return found;
}

const ESCAPES: readonly (readonly [string, string])[] = [
  ['#lt;', '<'],
  ['#gt;', '>'],
  ['#amp;', '&'],
  ['#quot;', '"'],
  ['#apos;', "'"],
  ['#hash;', '#'],
  ['#lbrace;', '{'],
  ['#rbrace;', '}'],
];

/** Hash escapes decoded, one kind after the other: what one decodes to may be an escape for the next. */
export function decodeEscapes(text: string): string {
  if (!text.includes('#')) return text;
  let decoded = text;
  for (const [name, character] of ESCAPES) decoded = decoded.replaceAll(name, character);
  return decoded;
}

/** Finds the expressions of a text. `start` is the text's offset in its file. */
export function compileText(text: string, file: SourceFile, start: number): TextTemplate {
  const end = start + text.length;
  const found = text.includes('{{') ? expressionsIn(text) : [];
  if (found.length === 0 && text !== '') return new LiteralText(decodeEscapes(text), file, start, end);
  const literal = (from: number, to: number): Segment => ({
    file,
    start: start + from,
    end: start + to,
    literal: decodeEscapes(text.slice(from, to)),
    expression: undefined,
  });
  const segments: Segment[] = [];
  let whole = false;
  let done = 0;
  for (const { 0: braces, 1: source, index } of found) {
    const to = index + braces.length;
    whole = braces.length === text.length || braces === text.trim();
    if (index > done && !whole) segments.push(literal(done, index));
    segments.push({
      file,
      start: start + index,
      end: start + to,
      literal: undefined,
      expression: compileExpression(source!),
    });
    done = to;
  }
  if (done < text.length && !whole) segments.push(literal(done, text.length));
  return { kind: 'text', segments, whole, literal: undefined, fixed: undefined, file, start, end };
}

/** Is told of values that print nothing. */
export interface SilenceListener {
  silent(segment: Segment, value: unknown): void;
}

/**
 * The children a text stands for: one text when all its values are texts or numbers, else one child a value.
 * Lists and objects show as JSON; booleans, nothing and functions show nothing, and bigints only in some places,
 * which the listener is told.
 */
export function textChildren(
  template: TextTemplate,
  values: readonly unknown[],
  listener: SilenceListener,
): Child[] {
  if (template.fixed) return [template.fixed];
  const { file, segments } = template;
  if (!template.whole && values.every(isTextual)) {
    return [
      new TextChild(values.length === 1 ? String(values[0]) : values.join(''), { file, segments, values }),
    ];
  }
  const children: Child[] = [];
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    const segment = segments[index]!;
    const shown = printed(value);
    if (shown !== undefined) {
      children.push(new TextChild(shown, { file, segments: [segment], values: [shown] }));
    } else if (typeof value === 'bigint') {
      children.push(bigintChild(value, () => listener.silent(segment, value)));
    } else {
      listener.silent(segment, value);
    }
  }
  return children;
}

function printed(value: unknown): string | number | undefined {
  if (isTextual(value)) return value;
  return value !== null && typeof value === 'object' ? jsonText(value) : undefined;
}

export function isTextual(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
