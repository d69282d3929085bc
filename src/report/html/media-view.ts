import type { ShownPart } from '../../golden/detail.ts';
import { isMedia } from '../../golden/messages.ts';
import { shownPart } from '../values.ts';
import { type Html, html } from './markup.ts';

/** Types that a browser shows as a picture, as POML names them, and as browsers do. */
const PICTURES: Readonly<Record<string, string>> = {
  'image/png': 'image/png',
  'image/jpeg': 'image/jpeg',
  'image/jpg': 'image/jpeg',
  'image/gif': 'image/gif',
  'image/webp': 'image/webp',
  'image/bmp': 'image/bmp',
  'image/avif': 'image/avif',
  'image/svg': 'image/svg+xml',
  'image/svg+xml': 'image/svg+xml',
};

/** A picture or sound as a reader sees it: the picture itself where its data are there, else type and size. */
export function mediaView({ type, bytes, alt, base64 }: Extract<ShownPart, { kind: 'media' }>): Html {
  const words = `${type}, ${bytes.toLocaleString('en-US')} bytes${alt === undefined ? '' : `, “${alt}”`}`;
  return html`<div class="pictures">${figure(type, base64, alt, words)}</div>`;
}

/** Two pictures of a difference beside each other; one of them may be missing. */
export function mediaPair(expected: unknown, actual: unknown): Html {
  return html`<div class="pictures">${side('golden', expected)}${side('render', actual)}</div>`;
}

function side(name: string, value: unknown): Html {
  if (value === undefined) return html`<figure><figcaption>${name}: none</figcaption></figure>`;
  const words = `${name}: ${shownPart(value)}`;
  if (!isMedia(value)) return html`<figure><figcaption>${words}</figcaption></figure>`;
  return figure(value.type, value.base64, value.alt, words);
}

function figure(type: string, base64: string | undefined, alt: string | undefined, words: string): Html {
  const shown = Object.hasOwn(PICTURES, type) ? PICTURES[type] : undefined;
  const isData = base64 !== undefined && base64 !== '' && /^[A-Za-z0-9+/]+={0,2}$/.test(base64);
  const picture =
    shown !== undefined && isData ? html`<img alt="${alt ?? ''}" src="data:${shown};base64,${base64}">` : '';
  return html`<figure>${picture}<figcaption>${words}</figcaption></figure>`;
}
