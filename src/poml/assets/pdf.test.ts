import { readFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { pdfText } from './pdf.ts';

const CASES = path.resolve(import.meta.dirname, '../../../fixtures/conformance/data');

const bytes = (name: string) => readFileSync(path.join(CASES, 'assets/docs', name));

function recorded(name: string): string {
  return JSON.parse(readFileSync(path.join(CASES, `${name}.result.json`), 'utf8')).messages[0].content;
}

describe('the text is what POML recorded', () => {
  test('all pages', async () => {
    const text = await pdfText(bytes('safety-report.pdf'));
    expect(recorded('document-pdf-all-pages')).toBe(`# Task\n\nExtract the open actions.\n\n${text}`);
  });

  test('selected pages', async () => {
    const wanted = [
      ['zero', '0'],
      ['two', '2'],
      ['one to two', '1:2'],
      ['up to two', ':2'],
      ['from three', '3:'],
    ] as const;
    const blocks = await Promise.all(
      wanted.map(
        async ([title, pages]) => `${title}:\n\n${await pdfText(bytes('safety-report.pdf'), pages)}`,
      ),
    );
    expect(blocks.join('\n\n')).toBe(recorded('document-pdf-selected-pages'));
  });

  test('columns, raised text, blank pages', async () => {
    const text = await pdfText(bytes('packing-slip.pdf'));
    expect(recorded('platform-document-pdf-columns-blank-and-vector-pages')).toBe(`${text}\n\nend`);
  });
});

test('odd slices', async () => {
  const read = (pages: string) => pdfText(bytes('safety-report.pdf'), pages);
  expect(await read('-1')).toBe('Quarterly safety report\nSite: Rotterdam quay 7');
  expect(await read(':-1')).toBe('');
  expect(await read('9')).toBe('');
  expect(await read('last')).toBe('');
});

test('nothing is left in the process', async () => {
  const before = Object.getOwnPropertyNames(globalThis);
  await pdfText(Buffer.concat([bytes('safety-report.pdf'), Buffer.from('\n')]));
  expect(Object.getOwnPropertyNames(globalThis)).toEqual(before);
});

/** A document of one page whose content, of a few hundred kilobytes, unpacks to this many megabytes of blanks. */
function bomb(megabytes: number): Buffer {
  const content = deflateSync(Buffer.alloc(megabytes * 1024 * 1024, ' '));
  const objects = [
    Buffer.from('<</Type/Catalog/Pages 2 0 R>>'),
    Buffer.from('<</Type/Pages/Kids[3 0 R]/Count 1>>'),
    Buffer.from('<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>'),
    Buffer.concat([
      Buffer.from(`<</Length ${content.length}/Filter/FlateDecode>>\nstream\n`),
      content,
      Buffer.from('\nendstream'),
    ]),
  ];
  const parts = [Buffer.from('%PDF-1.7\n')];
  const starts = objects.map((object, i) => {
    const start = Buffer.concat(parts).length;
    parts.push(Buffer.from(`${i + 1} 0 obj\n`), object, Buffer.from('\nendobj\n'));
    return String(start).padStart(10, '0');
  });
  const table = starts.map((start) => `${start} 00000 n \n`).join('');
  const at = Buffer.concat(parts).length;
  parts.push(
    Buffer.from(
      `xref\n0 5\n0000000000 65535 f \n${table}trailer<</Size 5/Root 1 0 R>>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

describe('hostile documents', { timeout: 60_000 }, () => {
  test('what takes too much memory, too long, or has too many pages is stopped', async () => {
    const enough = { milliseconds: 60_000, megabytes: 4096, pages: 10_000 };
    const large = bomb(400);
    // Not one that was read before.
    const report = Buffer.concat([bytes('safety-report.pdf'), Buffer.from('% again\n')]);
    expect(large.length).toBeLessThan(1024 * 1024);
    await expect(pdfText(large, undefined, { ...enough, megabytes: 100 })).rejects.toThrow(
      'the PDF cannot be read: it takes more than 100 MB of memory',
    );
    await expect(pdfText(large, undefined, { ...enough, milliseconds: 300 })).rejects.toThrow(
      'the PDF cannot be read: it takes longer than 0.3 seconds',
    );
    await expect(pdfText(report, undefined, { ...enough, pages: 1 })).rejects.toThrow(
      'the PDF cannot be read: it has more than 1 pages',
    );
    expect(await pdfText(bomb(1), undefined, enough)).toBe('');
  });

  test('what is no PDF', async () => {
    await expect(pdfText(bytes('broken.pdf'))).rejects.toThrow(
      'the PDF cannot be read: Invalid PDF structure.',
    );
    await expect(pdfText(Buffer.alloc(0))).rejects.toThrow('the PDF cannot be read');
    await expect(pdfText(Buffer.alloc(100_000, 'x'))).rejects.toThrow('the PDF cannot be read');
  });

  test('a damaged one gives a text or an error', async () => {
    const whole = bytes('safety-report.pdf');
    for (const length of [100, 700, 1200, whole.length - 10]) {
      const outcome = await pdfText(whole.subarray(0, length)).catch((error: Error) => error.message);
      expect(outcome).toMatch(/^(the PDF cannot be read: .*|Quarterly[\s\S]*|)$/);
    }
  });
});
