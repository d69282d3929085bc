/** Mean difference of a colour value (0-255) that picture libraries are allowed. */
const MEAN_TOLERANCE = 3;
/** A colour value is off when it differs by more than this … */
const PIXEL_TOLERANCE = 24;
/** … and this share of them may be: edges of resized pictures. */
const SHARE_TOLERANCE = 0.02;

interface Picture {
  width: number;
  height: number;
  /** Four bytes per pixel. */
  pixels: Uint8Array;
}

/** The part of sharp that is used; sharp is an optional package, so its types may be missing. */
interface Sharp {
  toColourspace(space: 'srgb'): Sharp;
  ensureAlpha(): Sharp;
  raw(): Sharp;
  toBuffer(options: {
    resolveWithObject: true;
  }): Promise<{ data: Uint8Array; info: { width: number; height: number } }>;
}

/** How two encoded pictures differ to the eye; `undefined` when they do not. */
export async function pictureDifference(expected: string, actual: string): Promise<string | undefined> {
  if (expected === actual) return undefined;
  const [before, after] = await Promise.all([decode(expected), decode(actual)]);
  if (typeof before === 'string') return `the expected picture ${before}`;
  if (typeof after === 'string') return `the rendered picture ${after}`;
  return pixelDifference(before, after);
}

/** How two decoded pictures differ: sizes must be equal, pixels nearly so. */
export function pixelDifference(expected: Picture, actual: Picture): string | undefined {
  if (expected.width !== actual.width || expected.height !== actual.height) {
    return `a picture of ${expected.width}x${expected.height} expected, ${actual.width}x${actual.height} rendered`;
  }
  let sum = 0;
  let off = 0;
  for (const [index, value] of expected.pixels.entries()) {
    const difference = Math.abs(value - (actual.pixels[index] ?? 0));
    sum += difference;
    if (difference > PIXEL_TOLERANCE) off++;
  }
  const count = expected.pixels.length;
  if (count === 0 || (sum / count <= MEAN_TOLERANCE && off / count <= SHARE_TOLERANCE)) return undefined;
  return `the pictures differ: ${(sum / count).toFixed(1)} of 255 on average, ${((100 * off) / count).toFixed(1)} % of the values visibly`;
}

async function decode(base64: string): Promise<Picture | string> {
  const sharp = await loadSharp();
  if (!sharp) return 'cannot be decoded: install the package "sharp" to compare pictures';
  try {
    const image = sharp(Buffer.from(base64, 'base64')).toColourspace('srgb').ensureAlpha().raw();
    const { data, info } = await image.toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, pixels: data };
  } catch (error) {
    return `cannot be decoded: ${error instanceof Error ? error.message : String(error)}`;
  }
}

let loaded: Promise<((bytes: Uint8Array) => Sharp) | undefined> | undefined;

function loadSharp(): Promise<((bytes: Uint8Array) => Sharp) | undefined> {
  const name: string = 'sharp';
  loaded ??= import(name).then(
    (module: { default: (bytes: Uint8Array) => Sharp }) => module.default,
    () => undefined,
  );
  return loaded;
}
