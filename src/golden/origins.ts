import { lineAndColumn } from '../poml/errors.ts';
import type { RenderedPrompt, SourceLocation } from '../poml/types.ts';
import type { ShownOrigin, ShownSource } from './detail.ts';

/** What is known of the texts that a prompt was rendered from. */
export interface SourceTexts {
  /** The text of the prompt itself. */
  markup: string | undefined;
  /** The text of an included file. */
  read(file: string): string | undefined;
}

const MAX_WORDS = 400;
/** A file of more lines is kept around the places only. */
const MAX_LINES = 240;
const MAX_WIDTH = 400;
const AROUND = 8;

/** Collects places in sources, and gives the lines they are in. */
export class Sources {
  readonly #texts: SourceTexts;
  readonly #files = new Map<
    string,
    { index: number; file: string | undefined; text: string; lines: Set<number> }
  >();

  constructor(texts: SourceTexts) {
    this.#texts = texts;
  }

  /** Index of the source that a place is in; `undefined` where its text is not at hand. */
  add({ file, line, includedFrom }: SourceLocation): { index: number; text: string } | undefined {
    const main = !includedFrom?.length;
    const key = main ? '' : `${file}`;
    let known = this.#files.get(key);
    if (!known) {
      const text = main ? this.#texts.markup : file === undefined ? undefined : this.#texts.read(file);
      if (text === undefined) return undefined;
      known = { index: this.#files.size, file, text, lines: new Set() };
      this.#files.set(key, known);
    }
    known.lines.add(line);
    return { index: known.index, text: known.text };
  }

  /** The whole text of a source. */
  text(index: number): string {
    return [...this.#files.values()][index]?.text ?? '';
  }

  /** The sources with the lines that places are in; of a long file from the first to the last of them. */
  shown(): ShownSource[] {
    return Array.from(this.#files.values(), ({ file, text, lines }) => {
      const all = text.split(/\r?\n/);
      const short = all.length <= MAX_LINES;
      const first = short ? 1 : Math.max(1, Math.min(...lines) - AROUND);
      const last = short ? all.length : Math.min(all.length, Math.max(...lines) + AROUND, first + MAX_LINES);
      return {
        ...(file !== undefined && { file }),
        line: first,
        lines: all.slice(first - 1, last).map((line) => line.slice(0, MAX_WIDTH)),
      };
    });
  }
}

/** Where the words of a message come from, neighbours of one place together. */
export function originsOf(
  text: string,
  message: number,
  prompt: RenderedPrompt,
  sources: Sources,
): ShownOrigin[] {
  const found: (ShownOrigin & { offset: number; endOffset: number })[] = [];
  let count = 0;
  for (const { index: start, 0: word } of text.matchAll(/\S+/g)) {
    if (++count > MAX_WORDS) break;
    const end = start + word.length;
    const first = prompt.locate(message, start);
    const source = first && sources.add(first);
    if (!first || !source) continue;
    const last = prompt.locate(message, end - 1);
    const endOffset =
      last && last.file === first.file ? Math.max(last.endOffset, first.endOffset) : first.endOffset;
    const before = found.at(-1);
    if (before && before.source === source.index && before.expression === first.expression) {
      const between = source.text.slice(before.endOffset, first.offset);
      const same = before.offset === first.offset && before.endOffset === endOffset;
      if (same || (first.offset >= before.endOffset && between.length < 80 && between.trim() === '')) {
        before.end = end;
        before.endOffset = endOffset;
        continue;
      }
    }
    const { offset, line, column, expression } = first;
    found.push({
      start,
      end,
      source: source.index,
      line,
      column,
      endLine: line,
      endColumn: column,
      offset,
      endOffset,
      ...(expression !== undefined && { expression: expression.slice(0, 200) }),
    });
  }
  return found.map(({ offset: _, endOffset, ...origin }) => {
    const { line, column } = lineAndColumn(sources.text(origin.source), endOffset);
    return { ...origin, endLine: line, endColumn: column };
  });
}
