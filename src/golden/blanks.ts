/**
 * Whether two texts are the same but for white space: other spaces, tabs and line ends between the same words. Ends at the
 * first difference, and makes no copies: texts of many megabytes are compared too.
 */
export function equalButBlanks(one: string, other: string): boolean {
  let i = skipBlanks(one, 0);
  let j = skipBlanks(other, 0);
  while (i < one.length && j < other.length) {
    const next = skipBlanks(one, i);
    const otherNext = skipBlanks(other, j);
    if (next > i !== otherNext > j) return next === one.length && otherNext === other.length;
    if (next > i) {
      i = next;
      j = otherNext;
    } else if (one.charCodeAt(i++) !== other.charCodeAt(j++)) return false;
  }
  return skipBlanks(one, i) === one.length && skipBlanks(other, j) === other.length;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** What `\s` matches. */
function isBlank(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13);
  return (
    code === 0xa0 ||
    (code >= 0x1680 &&
      (code === 0x1680 ||
        (code >= 0x2000 && code <= 0x200a) ||
        code === 0x2028 ||
        code === 0x2029 ||
        code === 0x202f ||
        code === 0x205f ||
        code === 0x3000 ||
        code === 0xfeff))
  );
}

const STRIDE = 128;

/** How many characters two texts share at their start, and of what is left at their end. */
export function sharedEnds(one: string, other: string): { start: number; end: number } {
  const shortest = Math.min(one.length, other.length);
  let start = 0;
  // Many characters at once first, which is what takes the time.
  while (start + STRIDE <= shortest && one.startsWith(other.slice(start, start + STRIDE), start))
    start += STRIDE;
  while (start < shortest && one.charCodeAt(start) === other.charCodeAt(start)) start++;
  let end = 0;
  while (
    end + STRIDE <= shortest - start &&
    one.endsWith(other.slice(other.length - end - STRIDE, other.length - end), one.length - end)
  )
    end += STRIDE;
  while (
    end < shortest - start &&
    one.charCodeAt(one.length - 1 - end) === other.charCodeAt(other.length - 1 - end)
  )
    end++;
  return { start, end };
}

/** What two texts do not share: their middles, from the start of the first line that differs to the end of the last one. */
export function differingLines(one: string, other: string): [string, string] {
  const { start, end } = sharedEnds(one, other);
  const from = start === 0 ? 0 : one.lastIndexOf('\n', start - 1) + 1;
  return [middle(one, from, end), middle(other, from, end)];
}

/** Up to the line break at or after the place where the common end begins. */
function middle(text: string, from: number, end: number): string {
  const stop = text.indexOf('\n', Math.max(from, text.length - end));
  return text.slice(from, stop === -1 ? text.length : stop);
}
