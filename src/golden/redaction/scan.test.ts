import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeZip } from '../../poml/assets/testing/make-zip.ts';
import { folderWith } from '../../trace/testing/session-folder.ts';
import { AllowListError, readAllowList } from './allow-list.ts';
import { maskedPath, scanFiles } from './scan.ts';

test('finds in files, in .env, in names and in links, at the place', () => {
  const dir = folderWith({
    's/0001.a.context.json': JSON.stringify(
      { a: 'x', mail: 'line\nann@firm.de', more: '"8.8.8.8"' },
      null,
      2,
    ),
    's/0001.a.env': 'SOURCE_PATH=/home/ann.smith/app/a.poml\n',
    's/0002.bob@firm.de.poml': '<p/>',
    's/picture.png': Buffer.from([0x89, 0x50, 0, 1]),
    's/node_modules/x.txt': 'eve@firm.de',
  });
  symlinkSync('/Users/carl.jones/prompts/a.poml', path.join(dir, 's/0001.a.source.poml'));
  const { findings, files, skipped } = scanFiles([path.join(dir, 's')], dir, {});
  const shown = findings.map(({ file, line, column, detector, masked }) => [
    path.basename(file),
    line,
    column,
    detector,
    masked,
  ]);
  expect(shown).toEqual([
    ['0001.a.context.json', 3, 18, 'email', 'an…'],
    ['0001.a.context.json', 4, 14, 'ip', '8…'],
    ['0001.a.env', 1, 19, 'home', 'an…'],
    ['0001.a.source.poml', 1, 8, 'home', 'ca…'],
    ['0002.bob@firm.de.poml', undefined, undefined, 'email', '00…ml'],
  ]);
  expect(files).toBe(4);
  expect(skipped.map((file) => path.basename(file))).toEqual(['picture.png']);
  expect(maskedPath('s/bob.smith@firm.de/x', {})).toBe('s/bo…de/x');
});

test('Word and Excel files are looked into, for words over several tags and in attributes too', () => {
  const dir = folderWith({
    'a.docx': makeZip([
      {
        name: 'word/document.xml',
        data: '<w:p><w:r><w:t>ann@</w:t></w:r><w:r><w:t>firm.de</w:t></w:r></w:p>',
      },
      { name: 'word/_rels/document.xml.rels', data: '<Relationship Target="mailto:bob@firm.de"/>' },
    ]),
    'broken.docx': Buffer.from('PK\u0003\u0004 broken'),
  });
  const { findings, skipped } = scanFiles([dir], dir, {});
  expect(findings.map(({ file, masked }) => [path.basename(file), masked])).toEqual([
    ['a.docx', 'an…'],
    ['a.docx', 'bo…'],
  ]);
  expect(skipped.map((file) => path.basename(file))).toEqual(['broken.docx']);
});

test('long base64, as of pictures, is passed over, with the text around it looked at', () => {
  const dir = folderWith({
    'a.json': JSON.stringify({ base64: 'QUtJQUFBQUFB'.repeat(100), mail: 'ann@firm.de' }),
  });
  expect(scanFiles([dir], dir, {}).findings).toMatchObject([{ detector: 'email', line: 1 }]);
});

test('the allow file holds values and expressions, and refuses what is none', () => {
  const dir = folderWith({ '.vitest-poml-allow': '# harmless\nann@firm.de\n\n/.*@brightwater\\.de/\n' });
  const isAllowed = readAllowList(dir);
  expect(['ann@firm.de', 'x@brightwater.de', 'eve@firm.de', '# harmless'].map(isAllowed)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  const broken = folderWith({ '.vitest-poml-allow': '/(/\n' });
  expect(() => readAllowList(broken)).toThrow(AllowListError);
  expect(() => readAllowList(broken)).toThrow(/\.vitest-poml-allow:1/);
  expect(readAllowList(folderWith({}))('x')).toBe(false);
});
