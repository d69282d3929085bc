import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { comparePictures, decodePicture, MAX_PIXELS, type PictureOptions, processImage } from './image.ts';

const CASES = path.resolve(import.meta.dirname, '../../../fixtures/conformance/data');

const bytes = (name: string) => readFileSync(path.join(CASES, 'assets/img', name));

interface Recorded {
  type: string;
  base64: string;
}

/** The pictures of a recorded prompt, in order. */
function recorded(name: string): Recorded[] {
  const { messages } = JSON.parse(readFileSync(path.join(CASES, `${name}.result.json`), 'utf8'));
  return messages[0].content.filter((part: unknown) => typeof part === 'object');
}

describe('pictures look as POML recorded them', () => {
  test.each<[string, number, string, PictureOptions]>([
    ['platform-img-alpha-to-jpeg-turns-black', 0, 'logo-alpha.png', { type: 'image/jpeg' }],
    ['platform-img-as-root-element', 0, 'badge-red.png', {}],
    ['platform-img-exif-orientation-dropped', 0, 'rotated-phone.jpg', { type: 'png', maxHeight: 10 }],
    ['platform-img-max-width-enlarges', 0, 'badge-red.png', { maxWidth: 48 }],
    ['platform-img-resize-and-limits', 0, 'swatch-gradient.png', { resize: 0.5 }],
    ['platform-img-resize-and-limits', 1, 'badge-red.png', { maxWidth: 12 }],
    ['platform-img-resize-and-limits', 2, 'badge-red.png', { maxHeight: 5 }],
    ['platform-img-resize-and-limits', 3, 'badge-red.png', { maxWidth: 18, maxHeight: 4, resize: 0.9 }],
    ['platform-img-type-conversion', 0, 'product-photo.jpg', { type: 'image/png' }],
    ['platform-img-type-conversion', 1, 'badge-red.png', { type: 'jpeg' }],
    ['platform-img-type-conversion', 2, 'badge-red.png', { type: 'jpg' }],
    ['platform-img-type-conversion', 3, 'badge-red.png', { type: 'webp' }],
  ])('%s, picture %i', async (name, index, file, options) => {
    const golden = recorded(name)[index]!;
    const picture = await processImage(bytes(file), options);
    expect(picture.mimeType).toBe(golden.type);
    const comparison = await comparePictures(golden.base64, picture.base64, { threshold: 8 });
    expect(comparison).toMatchObject({ same: true, differing: 0 });
  });
});

test('SVG becomes PNG under its own name', async () => {
  const { base64, mimeType } = await processImage(bytes('gauge.svg'));
  expect(mimeType).toBe('image/svg');
  expect(Buffer.from(base64, 'base64').subarray(1, 4).toString()).toBe('PNG');
});

test('of an animation the first frame, metadata dropped', async () => {
  const gif = Buffer.from((await processImage(bytes('spinner.gif'))).base64, 'base64');
  expect((await sharp(bytes('spinner.gif')).metadata()).pages).toBeGreaterThan(1);
  expect((await sharp(gif).metadata()).pages ?? 1).toBe(1);
  const photo = Buffer.from((await processImage(bytes('rotated-phone.jpg'))).base64, 'base64');
  expect(bytes('rotated-phone.jpg').includes('Exif')).toBe(true);
  expect(photo.includes('Exif')).toBe(false);
});

describe('comparePictures', () => {
  test('decodes, so the format does not matter', async () => {
    const png = bytes('badge-red.png').toString('base64');
    const webp = (await processImage(bytes('badge-red.png'), { type: 'tiff' })).base64;
    expect(await comparePictures(png, png)).toEqual({
      same: true,
      width: [24, 24],
      height: [16, 16],
      differing: 0,
      largest: 0,
    });
    expect((await comparePictures(png, webp, { threshold: 40 })).width).toEqual([24, 24]);
  });

  test('tells other sizes and other pixels', async () => {
    const [red, logo, gradient] = ['badge-red.png', 'logo-alpha.png', 'swatch-gradient.png'].map((name) =>
      bytes(name).toString('base64'),
    ) as [string, string, string];
    expect(await comparePictures(red, logo)).toMatchObject({ same: false, width: [24, 16], differing: 1 });
    const flat = (await processImage(bytes('swatch-gradient.png'), { type: 'jpeg' })).base64;
    const strict = await comparePictures(gradient, flat);
    expect(strict.same).toBe(false);
    expect(strict.differing).toBeGreaterThan(0);
    expect(await comparePictures(gradient, flat, { threshold: strict.largest })).toMatchObject({
      same: true,
    });
  });

  test('decodePicture gives four channels', async () => {
    const { width, height, channels, data } = await decodePicture(
      bytes('product-photo.jpg').toString('base64'),
    );
    expect([width, height, channels, data.length]).toEqual([48, 32, 4, 48 * 32 * 4]);
  });
});

describe('hostile pictures', () => {
  const svg = (content: string, size = 'width="20" height="20"') =>
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${size}>${content}</svg>`);

  test('what is no picture, and half a picture', async () => {
    await expect(processImage(bytes('truncated.png'))).rejects.toThrow('the picture cannot be read');
    await expect(processImage(Buffer.alloc(0))).rejects.toThrow('the picture cannot be read');
    const photo = bytes('product-photo.jpg');
    await expect(processImage(photo.subarray(0, photo.length - 100))).rejects.toThrow(
      'the picture cannot be read',
    );
    await expect(comparePictures('', 'AAAA')).rejects.toThrow('the picture cannot be read');
  });

  test.each(['png', 'jpeg', 'gif', 'webp', 'tiff', 'avif'] as const)('a broken %s', async (type) => {
    const { base64 } = await processImage(bytes('product-photo.jpg'), { type, maxWidth: 64 });
    const whole = Buffer.from(base64, 'base64');
    const flipped = (at: number) => {
      const copy = Buffer.from(whole);
      for (let i = at; i < Math.min(at + 8, copy.length); i++) copy[i]! ^= 0xff;
      return copy;
    };
    const broken = [1, 4, 12, 20, 40, whole.length >> 1, whole.length - 20].flatMap((at) => [
      whole.subarray(0, at),
      flipped(at),
    ]);
    for (const picture of [...broken, Buffer.concat([whole.subarray(0, 12), Buffer.alloc(100_000, 0xff)])]) {
      const outcome = await processImage(picture).then(
        ({ base64: made }) => made,
        (error: Error) => error.message,
      );
      // Some damage is seen by nobody: then it is a picture.
      expect(outcome).toMatch(/^(?:the picture cannot be read|it has more than|[A-Za-z0-9+/=]{20,}$)/);
    }
    await expect(processImage(whole.subarray(0, 12))).rejects.toThrow('the picture cannot be read');
  });

  test.each([
    '<svg',
    '<svg>',
    '<svg width="x" height="-1"/>',
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><g></svg>',
    `<svg xmlns="http://www.w3.org/2000/svg">${'<g>'.repeat(100_000)}`,
  ])('a broken svg: %.40s', async (markup) => {
    await expect(processImage(Buffer.from(markup))).rejects.toThrow('the picture cannot be read');
  });

  test('more pixels than allowed, as read and as written', async () => {
    // A PNG header that claims 60000 x 60000.
    const bomb = Buffer.from(bytes('badge-red.png'));
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    await expect(processImage(bomb)).rejects.toThrow();
    await expect(processImage(svg('', 'width="30000" height="30000"'))).rejects.toThrow(
      `more than ${MAX_PIXELS / 1_000_000} million pixels`,
    );
    await expect(processImage(bytes('badge-red.png'), { resize: 1e5 })).rejects.toThrow(
      'would be scaled to 2400000 x 1600000',
    );
  });

  test('SVG reads no files', async () => {
    const file = path.join(CASES, 'assets/img/badge-red.png');
    for (const href of [file, `file://${file}`]) {
      const { base64 } = await processImage(svg(`<image href="${href}" width="20" height="20"/>`));
      expect((await decodePicture(base64)).data.every((byte) => byte === 0)).toBe(true);
    }
  });

  test('sizes and formats that cannot be', async () => {
    const convert = (options: PictureOptions) => processImage(bytes('badge-red.png'), options);
    await expect(convert({ type: 'svg+xml' })).rejects.toThrow('cannot be converted to "svg+xml"');
    await expect(convert({ resize: 0.001 })).rejects.toThrow('width');
    await expect(convert({ resize: -1 })).rejects.toThrow('width');
  });
});
