import type { SourceLocation } from './types.ts';

/** Why a prompt cannot be rendered, with the place in its source. */
export class RenderError extends Error {
  override readonly name = 'RenderError';
  /** The message without place and code frame. */
  readonly reason: string;
  readonly location: SourceLocation | undefined;
  /** The lines around the place with a marker, or an empty string. */
  readonly frame: string;

  constructor(why: string, location?: SourceLocation, source?: string, options?: ErrorOptions) {
    const reason = oneLine(why);
    const frame = location && source !== undefined ? codeFrame(source, location) : '';
    const place = location ? `${location.file ?? '<markup>'}:${location.line}:${location.column}: ` : '';
    super(place + reason + (frame ? `\n\n${frame}` : ''), options);
    this.reason = reason;
    this.location = location;
    this.frame = frame;
  }

  get file(): string | undefined {
    return this.location?.file;
  }

  get line(): number | undefined {
    return this.location?.line;
  }

  get column(): number | undefined {
    return this.location?.column;
  }
}

const REASON_LENGTH = 5000;

/** A reason as a line that steers no terminal and starts no command of a CI: values of the prompt stand in it. */
function oneLine(reason: string): string {
  const more = reason.length - REASON_LENGTH;
  return printable(more > 0 ? `${reason.slice(0, REASON_LENGTH)}… (${more} more characters)` : reason);
}

/** Line and column (both from 1) of an offset in a text. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const end = Math.min(offset, text.length);
  const starts = lineStarts(text);
  let line = 1;
  for (let above = starts.length; line < above; ) {
    const middle = (line + above) >> 1;
    if (starts[middle]! <= end) line = middle + 1;
    else above = middle;
  }
  return { line, column: end - starts[line - 1]! + 1 };
}

let latest: { readonly text: string; readonly starts: readonly number[] } | undefined;

/** Where the lines of a text start. Those of the latest text are kept: places are asked for one after the other. */
function lineStarts(text: string): readonly number[] {
  if (latest?.text !== text) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    latest = { text, starts };
  }
  return latest.starts;
}

/** The text of a line (from 1) without its end, and `undefined` after the last. */
function lineOf(text: string, line: number): string | undefined {
  const starts = lineStarts(text);
  const start = starts[line - 1];
  if (start === undefined) return undefined;
  const next = starts[line];
  if (next === undefined) return text.slice(start);
  return text.slice(start, text[next - 2] === '\r' && next - 2 >= start ? next - 2 : next - 1);
}

const FRAME_LINES = 2;
const FRAME_WIDTH = 120;

/** The source lines around a place, the place marked with carets. */
export function codeFrame(
  source: string,
  location: Pick<SourceLocation, 'line' | 'column' | 'offset' | 'endOffset'>,
): string {
  const first = Math.max(1, location.line - FRAME_LINES);
  const last = Math.min(lineStarts(source).length, location.line + FRAME_LINES);
  const gutter = String(last).length;
  const output: string[] = [];
  for (let number = first; number <= last; number++) {
    const text = lineOf(source, number) ?? '';
    // A long line is shown around the column only.
    const from = number === location.line ? Math.max(0, location.column - FRAME_WIDTH / 2) : 0;
    const marker = number === location.line ? '>' : ' ';
    output.push(
      `${marker} ${String(number).padStart(gutter)} | ${printable(text.slice(from, from + FRAME_WIDTH))}`,
    );
    if (number === location.line) {
      const indent = location.column - 1 - from;
      const width = Math.max(
        1,
        Math.min(
          location.endOffset - location.offset,
          text.length - location.column + 1,
          FRAME_WIDTH - indent,
        ),
      );
      output.push(`  ${' '.repeat(gutter)} | ${' '.repeat(indent)}${'^'.repeat(width)}`);
    }
  }
  return output.join('\n');
}

/** Control characters replaced, one for one, so that a hostile source cannot steer a terminal. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return text.replace(/\t/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd');
}
