/** Where and why a text is no JSON. The offset counts UTF-16 units. */
export interface JsonFault {
  offset: number;
  reason: string;
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
/**
 * Finds the first fault of a text that `JSON.parse` refused. V8's messages give a place only sometimes, and
 * differ between Node versions. Works without recursion, so depth does not matter.
 */
export function findJsonError(text: string): JsonFault {
  let at = 0;
  const open: ('{' | '[')[] = [];
  let expect: 'value' | 'value or ]' | 'key' | 'key or }' | 'comma or end' = 'value';

  const match = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const fault = (reason: string): JsonFault => ({
    offset: at,
    reason: at >= text.length ? 'the text ends too early' : reason,
  });
  const unexpected = (wanted: string): JsonFault => fault(`${wanted} expected, but ${shown(text, at)} found`);
  const string = (): JsonFault | undefined => {
    const { end, closed } = scanString(text, at);
    at = end;
    if (closed) return undefined;
    return fault(
      text[at] === '\\' ? 'an escape JSON does not know' : `${shown(text, at)} must be escaped in a string`,
    );
  };

  for (;;) {
    match(SPACE);
    const character = text[at];
    if (expect === 'comma or end') {
      const inside = open.at(-1);
      if (inside === undefined) {
        if (at < text.length) return unexpected('the end of the file');
        // Nothing found although JSON.parse refused: say at least that.
        return { offset: text.length, reason: 'the value cannot be parsed' };
      }
      if (character === ',') {
        at++;
        expect = inside === '{' ? 'key' : 'value';
      } else if (character === (inside === '{' ? '}' : ']')) {
        at++;
        open.pop();
      } else return unexpected(inside === '{' ? '"," or "}"' : '"," or "]"');
    } else if (expect === 'key' || expect === 'key or }') {
      if (character === '}' && expect === 'key or }') {
        at++;
        open.pop();
        expect = 'comma or end';
        continue;
      }
      if (character !== '"')
        return unexpected(expect === 'key' ? 'a key in double quotes' : 'a key in double quotes or "}"');
      const broken = string();
      if (broken) return broken;
      match(SPACE);
      if (text[at] !== ':') return unexpected('":"');
      at++;
      expect = 'value';
    } else if (character === '{') {
      at++;
      open.push('{');
      expect = 'key or }';
    } else if (character === '[') {
      at++;
      open.push('[');
      expect = 'value or ]';
    } else if (character === ']' && expect === 'value or ]') {
      at++;
      open.pop();
      expect = 'comma or end';
    } else {
      const broken = character === '"' ? string() : undefined;
      if (broken) return broken;
      if (character !== '"' && !match(NUMBER) && !match(WORD)) return unexpected('a value');
      expect = 'comma or end';
    }
  }
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** The end of the string that starts at a quote, or the character that breaks it. A loop: strings may be megabytes long. */
function scanString(text: string, start: number): { end: number; closed: boolean } {
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return { end: at + 1, closed: true };
    if (code < 0x20) break;
    if (code === 0x5c) {
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(text)) break;
      at = ESCAPE.lastIndex;
    } else at++;
  }
  return { end: at, closed: false };
}

function shown(text: string, at: number): string {
  const point = text.codePointAt(at);
  if (point === undefined) return 'the end of the file';
  const printable = point > 0x20 && (point < 0x7f || point > 0xa0);
  return printable
    ? `"${String.fromCodePoint(point)}"`
    : `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
}
