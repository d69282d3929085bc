import type { FormatEnum, Sharp, SharpOptions } from 'sharp';
import { loadOptional } from './optional.ts';
import { reasonOf } from './words.ts';

/** How many pixels a picture may have, as it is read and as it is written. */
export const MAX_PIXELS = 100_000_000;

export interface PictureOptions {
  /** The format to convert to: `png`, `image/jpeg`, … Without it the picture keeps its own. */
  type?: string | undefined;
  /** In pixels. A limit above the real size enlarges, as in POML. */
  maxWidth?: number | undefined;
  maxHeight?: number | undefined;
  /** A factor. Of several limits the one that gives the smallest picture counts. */
  resize?: number | undefined;
}

export interface ProcessedPicture {
  base64: string;
  /** As POML writes it: SVG is turned to PNG and called `image/svg`, `jpg` is called `image/jpg`. */
  mimeType: string;
}

/** A picture unpacked to pixels. */
export interface DecodedPicture {
  /** In pixels. */
  width: number;
  height: number;
  /** Always 4: red, green, blue and opacity, one byte each. */
  channels: number;
  data: Buffer;
}

function open(bytes: Buffer): Sharp {
  if (bytes.length === 0) throw new Error('the picture cannot be read: it is empty');
  const sharp = loadOptional('sharp', 'pictures') as (input: Buffer, options: SharpOptions) => Sharp;
  return sharp(bytes, { limitInputPixels: MAX_PIXELS });
}

/** The errors of the decoder do not say that a picture is meant. */
async function decoding<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = reasonOf(error);
    throw new Error(
      /pixel limit/i.test(reason)
        ? `the picture has more than ${MAX_PIXELS / 1_000_000} million pixels: give the prompt a smaller one`
        : `the picture cannot be read: ${reason}`,
      { cause: error },
    );
  }
}

/** The size to scale to, or `undefined` when nothing asks for one. */
function scaled(
  { width = 1, height = 1 }: { width?: number; height?: number },
  { maxWidth, maxHeight, resize }: PictureOptions,
): { width: number; height: number } | undefined {
  const factors = [
    ...(resize ? [resize] : []),
    ...(maxWidth ? [maxWidth / width] : []),
    ...(maxHeight ? [maxHeight / height] : []),
  ];
  if (factors.length === 0) return undefined;
  const factor = Math.min(...factors);
  const size = { width: Math.round(width * factor), height: Math.round(height * factor) };
  if (size.width * size.height > MAX_PIXELS) {
    throw new Error(
      `the picture would be scaled to ${size.width} x ${size.height}, more than ${MAX_PIXELS / 1_000_000} million pixels: lower resize, maxWidth or maxHeight`,
    );
  }
  return size;
}

/**
 * A picture as POML attaches it: always encoded anew, without metadata, without applying an orientation, of an
 * animation the first frame. The bytes depend on the version of sharp, the pixels hardly.
 * @throws Error when the bytes are no picture, when it is too large, and for a format that cannot be written;
 * OptionalPackageError when `sharp` is missing
 * @example await processImage(bytes, { type: 'jpeg', maxWidth: 800 })
 */
export async function processImage(bytes: Buffer, options: PictureOptions = {}): Promise<ProcessedPicture> {
  const picture = open(bytes);
  const metadata = await decoding(() => picture.metadata());
  const size = scaled(metadata, options);
  if (size) picture.resize(size.width, size.height);
  const { type } = options;
  let format: string = metadata.format ?? '';
  if (type) {
    format = type.startsWith('image/') ? (type.split('/', 2)[1] ?? '') : type;
    try {
      picture.toFormat(format as keyof FormatEnum);
    } catch (error) {
      throw new Error(`pictures cannot be converted to ${JSON.stringify(type)}: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }
  const encoded = await decoding(() => picture.toBuffer());
  return { base64: encoded.toString('base64'), mimeType: `image/${format}` };
}

/**
 * The pixels of a picture in any format that sharp reads.
 * @throws Error when it is no picture; OptionalPackageError when `sharp` is missing
 */
export async function decodePicture(base64: string): Promise<DecodedPicture> {
  const picture = open(Buffer.from(base64, 'base64'));
  const { data, info } = await decoding(() =>
    picture.toColourspace('srgb').ensureAlpha().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }),
  );
  return { width: info.width, height: info.height, channels: info.channels, data };
}

export interface PictureComparison {
  same: boolean;
  /** Sizes in pixels, `[first, second]`. */
  width: [number, number];
  height: [number, number];
  /** The share of pixels that differ by more than the threshold, 0 to 1; 1 when the sizes differ. */
  differing: number;
  /** The largest difference in any channel of any pixel, 0 to 255. */
  largest: number;
}

/**
 * Holds two pictures against one another pixel by pixel, for goldens whose bytes differ because another version of
 * the encoder wrote them.
 * @param options.threshold how far a channel of a pixel (0 to 255) may be off; 0 by default. Fully transparent
 * pixels are equal whatever colour they have.
 * @throws Error when one is no picture; OptionalPackageError when `sharp` is missing
 */
export async function comparePictures(
  first: string,
  second: string,
  { threshold = 0 }: { threshold?: number | undefined } = {},
): Promise<PictureComparison> {
  const [a, b] = await Promise.all([decodePicture(first), decodePicture(second)]);
  const sizes = {
    width: [a.width, b.width] as [number, number],
    height: [a.height, b.height] as [number, number],
  };
  if (a.width !== b.width || a.height !== b.height)
    return { same: false, ...sizes, differing: 1, largest: 255 };
  const { different, largest } = differences(a.data, b.data, threshold);
  return { same: different === 0, ...sizes, differing: different / (a.width * a.height), largest };
}

function differences(a: Buffer, b: Buffer, threshold: number): { different: number; largest: number } {
  let different = 0;
  let largest = 0;
  for (let pixel = 0; pixel < a.length; pixel += 4) {
    if (a[pixel + 3] === 0 && b[pixel + 3] === 0) continue;
    let worst = 0;
    for (let at = pixel; at < pixel + 4; at++) worst = Math.max(worst, Math.abs(a[at]! - b[at]!));
    if (worst > threshold) different++;
    if (worst > largest) largest = worst;
  }
  return { different, largest };
}
