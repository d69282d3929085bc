import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { fakePrompt, fakeTools } from '../../fixtures/golden/fakes.ts';
import { diskFiles } from '../golden/disk.ts';
import { evaluate } from '../golden/evaluate.ts';
import { makeDetail } from '../golden/make-detail.ts';
import { MAX_SHOWN_PICTURE, thumbnailsOf } from '../golden/thumbnails.ts';
import { samePicture, shrinkPicture } from './pictures.ts';

/** A picture of noise, which no encoder makes small. */
async function noise(seed: number, side = 400): Promise<string> {
  let state = seed;
  const data = Buffer.from(
    Array.from({ length: side * side * 3 }, () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state >> 16;
    }),
  );
  const png = await sharp(data, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toBuffer();
  return png.toString('base64');
}

it('shows large pictures that differ by smaller ones', async () => {
  const [before, after] = [await noise(1), await noise(2)];
  const prompt = (base64: string) =>
    fakePrompt({ messages: [{ speaker: 'human', content: ['See', { type: 'image/png', base64 }] }] });
  const tools = { ...fakeTools(() => prompt(after)), comparePictures: samePicture, shrinkPicture };
  const verdict = await evaluate(prompt(after), prompt(before), { title: 'noise' }, tools);
  expect(verdict.status).toBe('changed');
  const { golden, render } = makeDetail(verdict, diskFiles.read);
  for (const [side, whole] of [
    [golden, before],
    [render, after],
  ] as const) {
    const part = side?.messages[0]?.parts[1];
    if (part?.kind !== 'media' || part.base64 === undefined) throw new Error('no picture is kept');
    expect(part).toMatchObject({
      type: 'image/png',
      thumbnail: 'image/webp',
      bytes: Buffer.from(whole, 'base64').length,
    });
    expect(part.base64.length).toBeLessThanOrEqual(MAX_SHOWN_PICTURE);
    const { format, width } = await sharp(Buffer.from(part.base64, 'base64')).metadata();
    expect([format, width! < 400]).toEqual(['webp', true]);
  }
});

it('leaves small pictures, sounds and what cannot be read as they are', async () => {
  const file = path.join(import.meta.dirname, '../../fixtures/conformance/data/assets/img/badge-red.png');
  const small = readFileSync(file).toString('base64');
  const large = 'A'.repeat(MAX_SHOWN_PICTURE + 1);
  const pair = (type: string, base64: string) => ({
    path: 'messages[0].content[1]',
    kind: 'changed' as const,
    expected: { type, base64 },
    actual: { speaker: 'human', content: ['text', { type, base64 }] },
  });
  expect(thumbnailsOf([pair('image/png', small)], shrinkPicture)).toBeUndefined();
  expect(thumbnailsOf([pair('image/png', large)], undefined)).toBeUndefined();
  expect(await thumbnailsOf([pair('audio/wav', large), pair('image/png', large)], shrinkPicture)).toEqual(
    new Map(),
  );
});
