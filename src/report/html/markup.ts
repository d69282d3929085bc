import { escapeText } from '../escape.ts';

/** Markup that is safe as it stands: made by `html`, or of constants of ours. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What can stand in a template: texts are escaped, markup is taken as it is, nothing is left out. */
export type HtmlValue = string | number | Html | readonly HtmlValue[] | undefined | false;

/**
 * Makes markup; every value put in is escaped unless it is markup itself. Values stand in content and in quoted
 * attributes only.
 *
 * @example html`<p title="${title}">${text}</p>`
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = parts[0] ?? '';
  values.forEach((value, i) => {
    text += htmlOf(value) + (parts[i + 1] ?? '');
  });
  return new Html(text);
}

function htmlOf(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(htmlOf).join('');
  return escapeHtml(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as content or in an attribute of a page: hidden and steering characters made visible, markup as text. */
export function escapeHtml(text: string): string {
  return escapeText(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
