import { locationOf, type Origin } from './source.ts';
import type { TextSource } from './template/text.ts';
import { settleText, TextChild, type TextTrim } from './tree/children.ts';
import type { SourceLocation } from './types.ts';
import type { WrittenMessage } from './writers/messages.ts';
import { flattenMarks, type Mark, type Output } from './writers/output.ts';

/** Finds where a character of a message comes from. */
export type Locator = (messageIndex: number, offset: number) => SourceLocation | undefined;

/** A locator over the output of a render. Nothing is computed before it is asked. */
export function locatorFor(output: Output, messages: readonly WrittenMessage[] | undefined): Locator {
  let marks: Mark[] | undefined;
  return (messageIndex, offset) => {
    const at = messages ? outputOffset(messages[messageIndex], offset) : offset;
    if (at === undefined || at < 0 || at >= output.text.length) return undefined;
    marks ??= flattenMarks(output.marks);
    return locateAt(marks, at);
  };
}

/** The place in the whole output of a place in a message, in which a picture counts as one character. */
function outputOffset(message: WrittenMessage | undefined, offset: number): number | undefined {
  let passed = 0;
  for (const { start, end } of message?.pieces ?? []) {
    if (offset < passed + end - start) return start + offset - passed;
    passed += end - start;
  }
  return undefined;
}

function locateAt(marks: readonly Mark[], offset: number): SourceLocation | undefined {
  let text: Mark | undefined;
  let element: Mark | undefined;
  for (const mark of marks) {
    if (offset < mark.start || offset > mark.end) continue;
    const length = mark.end - mark.start;
    if (mark.node.kind === 'text') {
      if (text === undefined || length < text.end - text.start) text = mark;
    } else if (mark.node.origin && (element === undefined || length < element.end - element.start)) {
      element = mark;
    }
  }
  if (text?.node.kind === 'text') {
    const found = locateInText(text.node.source, offset - text.start);
    if (found) return found;
  }
  return element?.node.kind === 'element' && element.node.origin
    ? locationOf(element.node.origin)
    : undefined;
}

/** Leads back through joining and settling of white space to the stretch of source a character is from. */
function locateInText(child: TextChild, offset: number): SourceLocation | undefined {
  const { source } = child;
  if (source === undefined) return undefined;
  if ('segments' in source) return locateInSource(source, offset);
  const children = source instanceof TextChild ? [source] : source;
  const joined = children.map(({ value }) => String(value)).join('');
  let at = child.trim ? unsettled(joined, child.trim, offset) : offset;
  for (const part of children) {
    const { length } = String(part.value);
    if (at < length) return locateInText(part, at);
    at -= length;
  }
  return undefined;
}

/** The offset before white space was settled of a character after it. */
function unsettled(text: string, trim: TextTrim, offset: number): number {
  const { mode, first } = trim;
  if (mode === 'trim') return offset + (first ? text.length - text.trimStart().length : 0);
  const settled = settleText(text, trim);
  let from = 0;
  if (first) while (from < text.length && isBlank(text, from)) from++;
  for (let to = 0; to < offset && to < settled.length; to++) {
    if (isBlank(text, from)) while (from < text.length && isBlank(text, from)) from++;
    else from++;
  }
  return from;
}

function isBlank(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code === 32 || code === 9 || code === 10 || code === 13;
}

function locateInSource({ file, segments, values }: TextSource, offset: number): SourceLocation | undefined {
  let at = offset;
  for (let index = 0; index < segments.length; index++) {
    const segment = segments[index]!;
    const { length } = String(values[index]);
    if (at < length) {
      if (segment.expression) {
        const origin: Origin = { file, start: segment.start, end: segment.end };
        return { ...locationOf(origin), expression: segment.expression.source };
      }
      // Escapes make a literal shorter than its source; then only the whole stretch is known.
      const exact = length === segment.end - segment.start;
      return locationOf({
        file,
        start: exact ? segment.start + at : segment.start,
        end: exact ? segment.start + at + 1 : segment.end,
      });
    }
    at -= length;
  }
  return undefined;
}
