const LINE = /[^\n\r\u2028\u2029]*/y;

/** Where the line that `at` stands on ends. */
function endOfLine(text: string, at: number): number {
  LINE.lastIndex = at;
  LINE.exec(text);
  return LINE.lastIndex;
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

/**
 * The expression of a text that has lines which are nothing but `{{ expression }}`; of several the first. The braces
 * may stand on lines of their own, the expression stands on one. Done by hand and not by a pattern, which would take
 * the cube of a run of blanks.
 */
export function bracedExpression(text: string): string | undefined {
  for (let lineStart = 0; lineStart < text.length; ) {
    const end = endOfLine(text, lineStart);
    const open =
      lineStart + (text.slice(lineStart, end).length - text.slice(lineStart, end).trimStart().length);
    if (text.startsWith('{{', open)) {
      const found = expressionAfter(text, open + 2);
      if (found !== undefined) return found;
    }
    lineStart = end + 1;
  }
  return undefined;
}

function expressionAfter(text: string, from: number): string | undefined {
  const rest = text.slice(from);
  const start = from + (rest.length - rest.trimStart().length);
  if (start === text.length) return undefined;
  const end = endOfLine(text, start);
  const line = text.slice(start, end).trimEnd();
  if (line.length > 2 && line.endsWith('}}')) return line.slice(0, -2).trimEnd();
  const after = text.slice(end).trimStart();
  if (after.startsWith('}}') && isBlank(after.slice(2, endOfLine(after, 2)))) return line;
  if (line !== '}}') return undefined;
  // Nothing between the braces but blanks: the last one counts as the expression.
  return [...text.slice(from, start)].findLast((blank) => endOfLine(blank, 0) > 0);
}
