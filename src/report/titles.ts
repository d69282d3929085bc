import { clip, escapeLine } from './escape.ts';
import { count } from './rows.ts';

const MAX_TITLES = 4;
const MAX_LENGTH = 80;

/** The first of some titles, and how many more there are. */
export function listTitles(titles: readonly string[]): string {
  const shown = titles.slice(0, MAX_TITLES).map((title) => escapeLine(clip(title, MAX_LENGTH)));
  const more = titles.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${count(more)} more` : '');
}
