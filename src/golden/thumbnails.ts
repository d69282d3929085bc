import type { MediaPart } from '../poml/types.ts';
import { chain, type MaybePromise } from './maybe.ts';
import { isMedia } from './messages.ts';
import type { Difference } from './verdict.ts';

/** Base64 characters up to which a picture is shown as it is; of larger ones a smaller one is made. */
export const MAX_SHOWN_PICTURE = 12_000;

/** Pictures of a verdict of which smaller ones are made; each takes the time of unpacking it. */
const MOST = 8;

/** Smaller pictures to be shown, by the data of those they stand for. */
export type Thumbnails = ReadonlyMap<string, MediaPart>;

/** Makes a picture of at most so many characters of base64; `undefined` for what is no picture, or stays larger. */
export type ShrinkPicture = (picture: MediaPart, most: number) => Promise<MediaPart | undefined>;

/**
 * Small versions of the pictures that differ, where those are too large to travel to a report.
 *
 * @returns A promise only when there is such a picture.
 */
export function thumbnailsOf(
  differences: readonly Difference[],
  shrink: ShrinkPicture | undefined,
): MaybePromise<Thumbnails | undefined> {
  if (!shrink) return undefined;
  const large = new Map<string, MediaPart>();
  for (const { expected, actual } of differences) {
    for (const media of [...mediaIn(expected), ...mediaIn(actual)]) {
      if (media.base64.length > MAX_SHOWN_PICTURE && large.size < MOST) large.set(media.base64, media);
    }
  }
  if (large.size === 0) return undefined;
  const made = Promise.all([...large.values()].map((media) => shrink(media, MAX_SHOWN_PICTURE)));
  return chain(made, (small) => {
    const thumbnails = new Map<string, MediaPart>();
    [...large.keys()].forEach((base64, i) => {
      const picture = small[i];
      if (picture) thumbnails.set(base64, picture);
    });
    return thumbnails;
  });
}

/** The media of a value of a difference: a part, a list of them, or a message. */
export function mediaIn(value: unknown): MediaPart[] {
  if (isMedia(value)) return [value];
  if (Array.isArray(value)) return value.filter(isMedia);
  const content = (value as { content?: unknown } | null | undefined)?.content;
  return Array.isArray(content) ? content.filter(isMedia) : [];
}
