import { sharedEnds } from '../blanks.ts';
import type { EditPlace } from './edits.ts';

/** More than this says enough by itself. */
const SHORT = 20;
/** A name in JSON with what follows up to its value. */
const JSON_NAME = /"[^"\n]{1,40}"\s*:\s*("?)$/;
const WORD_BEFORE = /[\p{L}\p{N}_'-]+[^\p{L}\p{N}<>{}\n]{0,3}$/u;
const WORD_AFTER = /^[^\p{L}\p{N}<>{}\n]{0,3}[\p{L}\p{N}_'-]+/u;

/**
 * What was and what is, with as much of the text around as it takes to understand it: the name of a value in JSON, the
 * neighbours of a number, of a sign, and of a word that was only added or removed.
 */
export function inContext(
  before: string,
  after: string,
  { old, new: fresh }: EditPlace,
  oldText: string,
  newText: string,
): [before: string, after: string] {
  if (/[<>]/.test(before + after) || Math.max(before.length, after.length) > SHORT) return [before, after];
  const ahead = newText.slice(Math.max(0, fresh.start - 100), fresh.start);
  const [name = '', quote = ''] = JSON_NAME.exec(ahead) ?? [];
  if (name !== '' && before !== '' && after !== '' && newText.startsWith(quote, fresh.end))
    return [name + before + quote, name + after + quote];
  if ((before + after).includes('{{')) return [before, after];
  const isWords = (pattern: RegExp) => pattern.test(before) && pattern.test(after);
  const left = isWords(/^\p{L}/u)
    ? NONE
    : same(WORD_BEFORE, ahead, oldText.slice(Math.max(0, old.start - 100), old.start));
  const right = isWords(/\p{L}$/u)
    ? NONE
    : same(WORD_AFTER, newText.slice(fresh.end, fresh.end + 100), oldText.slice(old.end, old.end + 100));
  return [left.was + before + right.was, left.is + after + right.is];
}

const NONE = { is: '', was: '' };

/** What is found in both texts, where it is the same word. */
function same(pattern: RegExp, is: string, was: string): typeof NONE {
  const found = { is: pattern.exec(is)?.[0] ?? '', was: pattern.exec(was)?.[0] ?? '' };
  const word = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '');
  return word(found.is) === word(found.was) ? found : NONE;
}

/** Two long texts without most of what they share at both ends. */
export function partsThatDiffer(one: string, other: string, limit: number): [string, string] {
  if (Math.max(one.length, other.length) <= limit) return [one, other];
  const { start, end } = sharedEnds(one, other);
  const from = start <= SHORT ? 0 : start - SHORT / 2;
  const to = end <= SHORT ? 0 : end - SHORT / 2;
  const cut = (text: string) =>
    `${from > 0 ? '…' : ''}${text.slice(from, text.length - to).toWellFormed()}${to > 0 ? '…' : ''}`;
  return [cut(one), cut(other)];
}
