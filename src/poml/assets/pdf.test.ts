import { readFileSync } from 'node:fs';
import path from 'node:path';
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

describe('hostile documents', () => {
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
