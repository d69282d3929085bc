import type { PictureComparison } from '../golden/tools.ts';
import type { MediaPart } from '../poml/types.ts';

/** How far a channel (0 to 255) of a picture may be off when its format loses some anyway: what other versions of an encoder do. */
const LOSSY_THRESHOLD = 8;
const LOSSLESS = new Set(['image/png', 'image/gif', 'image/bmp', 'image/svg', 'image/tiff']);

/**
 * Compares two pictures whose bytes differ by what one sees. Anything that is no picture must have equal bytes. Loads
 * the picture library.
 */
export async function samePicture(
  expected: MediaPart,
  actual: MediaPart,
  share: number,
): Promise<PictureComparison> {
  const arePictures = expected.type.startsWith('image/') && actual.type.startsWith('image/');
  if (!arePictures || expected.type !== actual.type) return { same: false };
  const { comparePictures } = await import('../poml/assets/image.ts');
  const threshold = LOSSLESS.has(actual.type) ? 0 : LOSSY_THRESHOLD;
  const { same, width, height, differing, largest } = await comparePictures(expected.base64, actual.base64, {
    threshold,
  });
  if (same) return { same };
  if (differing <= share) return { same: true };
  if (width[0] !== width[1] || height[0] !== height[1]) {
    return { same, detail: `${width[0]} × ${height[0]} pixels before, ${width[1]} × ${height[1]} now` };
  }
  return { same, detail: `${percent(differing)} of the pixels differ, by up to ${largest} of 255` };
}

/** Longest sides, in pixels, that a thumbnail is tried with. */
const SIDES = [480, 320, 160, 80];

/** A picture made small enough to travel to a report. Loads the picture library. */
export async function shrinkPicture(picture: MediaPart, most: number): Promise<MediaPart | undefined> {
  if (!picture.type.startsWith('image/')) return undefined;
  const { processImage } = await import('../poml/assets/image.ts');
  const bytes = Buffer.from(picture.base64, 'base64');
  try {
    for (const side of SIDES) {
      const { base64 } = await processImage(bytes, { type: 'webp', maxWidth: side, maxHeight: side });
      if (base64.length <= most) return { type: 'image/webp', base64 };
    }
  } catch {
    // What cannot be read is shown by its type and size.
  }
  return undefined;
}

function percent(share: number): string {
  const value = share * 100;
  return value < 0.1 ? 'less than 0.1%' : `${value.toFixed(1)}%`;
}
