/**
 * The characters and patterns of POML's markup. They are those of its XML reader
 * (@xml-tools/parser 1.0), not those of XML: the differences are named where they matter.
 */

/**
 * In that reader a range such as U+2070 to U+218F is not a range but these three characters in a row,
 * so letters outside of ASCII are no name characters at all.
 */
const NAME_START = [
  '[:A-Za-z_]',
  '\u2070-\u218F',
  '\u2C00-\u2FEF',
  '\u3001-\uD7FF',
  '\uF900-\uFDCF',
  '\uFDF0-\uFFFD',
].join('|');

const NAME_SOURCE = `(?:${NAME_START})(?:${NAME_START}|[-.0-9\u00B7\u0300-\u036F\u203F\u2040])*`;

/** Sticky patterns: set `lastIndex` before use. */
export const NAME = new RegExp(NAME_SOURCE, 'y');
/** A hexadecimal reference ends after its first digit; what follows is text. */
export const REFERENCE = new RegExp(`&${NAME_SOURCE};|&#[0-9]+;|&#x[a-fA-F0-9]`, 'y');
/** Reaches to the last `?>` of its line, and never over the end of the line. */
export const PROCESSING_INSTRUCTION = new RegExp(`<\\?${NAME_SOURCE}.*\\?>`, 'y');
export const XML_DECLARATION_OPEN = /<\?xml[ \t\r\n]/y;
/** Neither comments nor CDATA may contain these: a carriage return alone and the two Unicode line ends. */
export const UNUSUAL_LINE_END = /\r(?!\n)|[\u2028\u2029]/;

const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;

/** Whether a character may stand between the parts of a tag. */
export function isTagBlank(code: number): boolean {
  return code === SPACE || code === LINE_FEED || code === TAB || code === CARRIAGE_RETURN;
}

/** The end of the blanks that start at `from` inside a tag. */
export function skipTagBlanks(source: string, from: number): number {
  let at = from;
  while (isTagBlank(source.charCodeAt(at))) at++;
  return at;
}

/** The end of the blanks that start at `from` in text: here a carriage return counts only before a line feed. */
export function skipTextBlanks(source: string, from: number): number {
  let at = from;
  for (;;) {
    const code = source.charCodeAt(at);
    if (code === SPACE || code === LINE_FEED || code === TAB) at++;
    else if (code === CARRIAGE_RETURN && source.charCodeAt(at + 1) === LINE_FEED) at += 2;
    else return at;
  }
}

/** Where a match of a sticky pattern at `at` ends, or -1. */
export function matchEnd(pattern: RegExp, source: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(source) ? pattern.lastIndex : -1;
}

/** Which ASCII characters a name may begin with (1) and go on with (1 or 2). */
const ASCII_NAMES = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[:A-Za-z_]/.test(character) ? 1 : /[-.0-9]/.test(character) ? 2 : 0;
});

/** Where the name that starts at `start` ends, -1 where none does. Names outside of ASCII are left to the pattern. */
export function nameEnd(source: string, start: number): number {
  let at = start;
  let code = source.charCodeAt(at);
  if (code < 128 && ASCII_NAMES[code] !== 1) return -1;
  while (code < 128 && ASCII_NAMES[code] !== 0) code = source.charCodeAt(++at);
  return code < 128 || (at === source.length && at > start) ? at : matchEnd(NAME, source, start);
}

/** A tag name without its namespace prefix: only the form `prefix:name` has one. */
export function localName(name: string): string {
  const colon = name.indexOf(':');
  if (colon <= 0 || colon === name.length - 1 || name.indexOf(':', colon + 1) !== -1) return name;
  return name.slice(colon + 1);
}

/**
 * Whether a comment stands inside a `{{ }}` expression, which it cuts in two.
 *
 * @param before The text run right before the comment.
 * @param end Where the comment ends.
 */
export function cutsExpression(before: string, source: string, end: number): boolean {
  const opened = before.lastIndexOf('{{');
  if (opened === -1 || opened < before.lastIndexOf('}}')) return false;
  const tag = source.indexOf('<', end);
  return source.slice(end, tag === -1 ? source.length : tag).includes('}}');
}
