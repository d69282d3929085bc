const CONTEXT = 70;

/**
 * The first place where two texts differ, as a few short lines; `undefined` when they are the same. Long lines
 * are cut around the place, and what a terminal would not show is escaped.
 */
export function textDifference(label: string, expected: string, actual: string): string | undefined {
  if (expected === actual) return undefined;
  let at = 0;
  while (at < expected.length && at < actual.length && expected[at] === actual[at]) at++;
  const before = expected.slice(0, at);
  const line = before.split('\n').length;
  const column = at - (before.lastIndexOf('\n') + 1) + 1;
  return [
    `${label} differs at line ${line}, column ${column} (${expected.length} characters expected, ${actual.length} rendered)`,
    `  expected ${excerpt(expected, at)}`,
    `  rendered ${excerpt(actual, at)}`,
  ].join('\n');
}

function excerpt(text: string, at: number): string {
  if (at >= text.length) return `${cut(text, Math.max(0, at - CONTEXT / 2), text.length)}<end>`;
  return cut(text, Math.max(0, at - CONTEXT / 2), Math.min(text.length, at + CONTEXT));
}

function cut(text: string, from: number, to: number): string {
  return `${from > 0 ? '…' : ''}${JSON.stringify(text.slice(from, to)).slice(1, -1)}${to < text.length ? '…' : ''}`;
}
