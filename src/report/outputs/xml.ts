import { escapeText } from '../escape.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '::': '&#58;&#58;',
  '##': '&#35;&#35;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** A text as content of an element. What XML cannot hold is made visible. */
export function xmlText(text: string): string {
  return encoded(text, /::|##|[&<>]/g);
}

/** Attributes, each with a blank before it; those without a value are left out. */
export function xmlAttributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${encoded(String(value), /::|##|[&<>"'\n\t]/g)}"`)
    .join('');
}

/** What a CI may take for a command of its own where the file is printed is encoded too. */
function encoded(text: string, signs: RegExp): string {
  return escapeText(text).replace(signs, (sign) => ENTITIES[sign] ?? sign);
}
