import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeZip } from './testing/make-zip.ts';
import { checkArchive, isArchive, MAX_ENTRIES, MAX_UNPACKED_BYTES, MAX_UNPACKED_XML_BYTES } from './zip.ts';

const DOCS = path.resolve(import.meta.dirname, '../../../fixtures/conformance/data/assets');

test('real documents pass', () => {
  for (const name of ['docs/leave-policy.docx', 'docs/badge-no-alt.docx', 'tables/shift-roster.xlsx']) {
    const bytes = readFileSync(path.join(DOCS, name));
    expect(isArchive(bytes)).toBe(true);
    expect(() => checkArchive(bytes)).not.toThrow();
  }
  expect(isArchive(Buffer.from('P'))).toBe(false);
  expect(isArchive(readFileSync(path.join(DOCS, 'tables/shift-roster.xls')))).toBe(false);
});

test('an archive with a comment passes', () => {
  const bytes = Buffer.concat([makeZip([{ name: 'a.xml', data: '<a/>' }]), Buffer.from('a comment')]);
  bytes.writeUInt16LE(9, bytes.length - 9 - 2);
  expect(() => checkArchive(bytes)).not.toThrow();
});

describe('bombs are refused', () => {
  const zeros = Buffer.alloc(MAX_UNPACKED_XML_BYTES + 1, 0x20);

  test('by the declared size', () => {
    const bytes = makeZip([{ name: 'word/media/a.png', data: 'x', declared: MAX_UNPACKED_BYTES + 1 }]);
    expect(() => checkArchive(bytes)).toThrow('it unpacks to more than 128 MB');
  });

  test('by the true size, whatever is declared', () => {
    const bytes = makeZip([{ name: 'word/document.xml', data: zeros, declared: 10 }]);
    expect(bytes.length).toBeLessThan(100_000);
    expect(() => checkArchive(bytes)).toThrow('its XML unpacks to more than 32 MB');
  });

  test('by the sum of the entries', () => {
    const entry = { name: 'a.bin', data: zeros, declared: 1 };
    expect(() => checkArchive(makeZip([entry, entry, entry]))).not.toThrow();
    expect(() => checkArchive(makeZip([entry, entry, entry, entry]))).toThrow(
      'it unpacks to more than 128 MB',
    );
  });

  test('also when many entries share the same packed bytes', () => {
    const bytes = makeZip(Array.from({ length: 8 }, () => ({ name: 'a.bin', data: zeros })));
    const first = bytes.indexOf('PK\x01\x02');
    for (let at = first; at !== -1; at = bytes.indexOf('PK\x01\x02', at + 1)) bytes.writeUInt32LE(0, at + 42);
    expect(() => checkArchive(bytes)).toThrow('it unpacks to more than 128 MB');
  });

  test('by the number of entries', () => {
    const bytes = makeZip(Array.from({ length: MAX_ENTRIES + 1 }, () => ({ name: 'a', data: '' })));
    expect(() => checkArchive(bytes)).toThrow(`more than ${MAX_ENTRIES} entries`);
  });
});

test('damage is named wherever it is', () => {
  const whole = makeZip([
    { name: 'a.xml', data: '<a>text</a>' },
    { name: 'b.xml', data: '<b/>' },
  ]);
  for (let length = 0; length < whole.length; length++) {
    expect(() => checkArchive(whole.subarray(0, length))).toThrow(
      'the archive is damaged: its end is missing',
    );
  }
  for (let at = 0; at < whole.length; at++) {
    const changed = Buffer.from(whole);
    changed[at]! ^= 0xff;
    try {
      checkArchive(changed);
    } catch (error) {
      expect(String(error)).toMatch(/the archive is (damaged|refused)/);
    }
  }
});
