import type { ShownPart, ShownResult } from '../../golden/detail.ts';
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
export function mediaView(part: Media): Html {
  return html`<div class="pictures">${figure(part, wordsOf(part))}</div>`;
}

type Media = Extract<ShownPart, { kind: 'media' }>;

/** Two pictures of a difference beside each other; one of them may be missing. */
export function mediaPair(golden: Media | undefined, render: Media | undefined): Html {
  return html`<div class="pictures">${side('golden', golden)}${side('render', render)}</div>`;
}

function side(name: string, part: Media | undefined): Html {
  if (part === undefined) return html`<figure><figcaption>${name}: none</figcaption></figure>`;
  return figure(
    part,
    `${name}: ${wordsOf(part)}${part.base64 === undefined ? ', too large to be kept here' : ''}`,
  );
}

/** The picture of the golden that one of the render took the place of: at the same place, or one that is gone. */
export function goldenMedia(
  golden: ShownResult | undefined,
  render: ShownResult | undefined,
  message: number,
  part: number,
): Media | undefined {
  const same = golden?.messages[message]?.parts[part];
  if (same?.kind === 'media') return same;
  const now = new Set(mediaOf(render).map(keyOf));
  return mediaOf(golden).find((media) => !now.has(keyOf(media)));
}

function mediaOf(result: ShownResult | undefined): Media[] {
  return (result?.messages ?? []).flatMap(({ parts }) => parts.filter((part) => part.kind === 'media'));
}

function keyOf({ type, bytes, base64 }: Media): string {
  return `${type} ${bytes} ${base64 ?? ''}`;
}

function wordsOf({ type, bytes, alt, thumbnail }: Media): string {
  const size = `${bytes.toLocaleString('en-US')} bytes${thumbnail === undefined ? '' : ' (shown smaller)'}`;
  return `${type}, ${size}${alt === undefined ? '' : `, “${alt}”`}`;
}

function figure({ type: whole, base64, alt, thumbnail }: Media, words: string): Html {
  const type = thumbnail ?? whole;
  const shown = Object.hasOwn(PICTURES, type) ? PICTURES[type] : undefined;
  const isData = base64 !== undefined && base64 !== '' && /^[A-Za-z0-9+/]+={0,2}$/.test(base64);
  const picture =
    shown !== undefined && isData ? html`<img alt="${alt ?? ''}" src="data:${shown};base64,${base64}">` : '';
  return html`<figure>${picture}<figcaption>${words}</figcaption></figure>`;
}
