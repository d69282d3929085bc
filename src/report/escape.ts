/**
 * Text of prompts, traces and file names on its way to a terminal or a CI log. What could steer a terminal, hide
 * text from the reader, or be taken for a command of the CI is shown in a visible form instead.
 */

// Pictures of the C0 controls (U+2400 …); DEL has its own.
const CONTROL_PICTURES = 0x2400;
const DEL_PICTURE = '\u2421';

// Controls, line separators, the byte order mark, zero-width and bidirectional marks, fillers, tag characters, lone
// surrogates, and rows of variation selectors, which can carry a text. The zero-width joiners and single selectors stay:
// emoji, Persian, Hindi and Japanese are written with them.
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u3164\uffa0\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]|\u034f|\u17b4|\u17b5|(?<=\p{Variation_Selector})\p{Variation_Selector}|(?<!\p{Script=Han})[\u{e0100}-\u{e01ef}]|\p{Surrogate}/gu;

/**
 * Any but plain characters, of ASCII, Latin-1 and our own titles, which all of a text mostly is: the expression above takes
 * ten times as long.
 */
const MAY_HIDE = /[^\t\n -~\u00a1-\u00ac\u00ae-\u00ff…›]/;

/** What may not stand in a line, or is taken for a command. */
const MAY_STEER = /\n|^\s*::|##\w*\[/;

/**
 * Makes a text safe to print: controls become visible signs (ESC is `␛`), hidden characters their code (`\u202e`).
 * Line breaks and tabs stay.
 *
 * @example escapeText('\u001b[31mred') // '␛[31mred'
 */
export function escapeText(text: string): string {
  return MAY_HIDE.test(text) ? text.replace(HIDDEN, visibleForm) : text;
}

/**
 * Makes a text safe as one line or a part of one: `escapeText`, line breaks become `␤`, and nothing reads as a
 * command of GitHub, Azure or TeamCity (`::error`, `##[group]`, `##vso[…]`).
 */
export function escapeLine(text: string): string {
  const escaped = escapeText(text);
  if (!MAY_STEER.test(escaped)) return escaped;
  return escaped
    .replace(/\n/g, '␤')
    .replace(/^(\s*):(?=:)/, '$1:\\')
    .replace(/##(\w*)\[/g, '##$1\\[');
}

/** `escapeLine` for each line of a text, the line breaks kept. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeLine).join('\n');
}

function visibleForm(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x20) return String.fromCharCode(CONTROL_PICTURES + code);
  if (code === 0x7f) return DEL_PICTURE;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/**
 * Makes white space visible: `·` for a space, `→` for a tab, `⍽` for a no-break space, other spaces and joiners by code. For
 * one line, where only white space differs.
 */
export function showWhiteSpace(line: string): string {
  return escapeLine(line)
    .replace(/[\u1680\u2000-\u200d\u202f\u205f\u3000]/g, visibleForm)
    .replace(/ /g, '·')
    .replace(/\t/g, '→')
    .replace(/\u00a0/g, '⍽');
}

/** Cuts a text to a number of characters with an ellipsis in place of the rest, never inside a surrogate pair. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = /[\ud800-\udbff]/.test(text[length - 2] ?? '') ? length - 2 : length - 1;
  return `${text.slice(0, end)}…`;
}
