import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { docxHtml } from './docx.ts';
import { makeZip } from './testing/make-zip.ts';

const DOCS = path.resolve(import.meta.dirname, '../../../fixtures/conformance/data/assets/docs');

const document = (name: string) => docxHtml(readFileSync(path.join(DOCS, name)));

/** The least that is a document, with this as its text and these relationships. */
function minimal(body: string, relationships = ''): Buffer {
  return makeZip([
    {
      name: '[Content_Types].xml',
      data: '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
    },
    {
      name: '_rels/.rels',
      data: '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    },
    {
      name: 'word/_rels/document.xml.rels',
      data: `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${relationships}</Relationships>`,
    },
    {
      name: 'word/document.xml',
      data: `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><w:body>${body}</w:body></w:document>`,
    },
  ]);
}

test('headings, lists, tables and links', async () => {
  const html = await document('leave-policy.docx');
  expect(html).toContain('<h2>Requesting leave</h2><ol><li>Ask your lead first.</li>');
  expect(html).toContain(
    '<ul><li>Parental leave<ul><li>up to 14 months</li></ul></li><li>Sabbatical</li></ul>',
  );
  expect(html).toContain('<tr><td><p>6+</p></td><td><p>5 | by agreement</p></td></tr>');
  expect(html).toContain('Every employee gets <strong>28 days</strong>');
});

test('pictures become data URIs', async () => {
  expect(await document('badge-with-alt.docx')).toMatch(/<img alt="[^"]+" src="data:image\/png;base64,/);
});

describe('hostile documents', () => {
  test('one that is none', async () => {
    await expect(document('broken.docx')).rejects.toThrow('the archive is damaged');
    await expect(docxHtml(Buffer.alloc(0))).rejects.toThrow('the archive is damaged');
    await expect(docxHtml(makeZip([{ name: 'a', data: 'x' }]))).rejects.toThrow();
  });

  test('a bomb', async () => {
    const text = `<w:p><w:r><w:t>${'A'.repeat(40 * 1024 * 1024)}</w:t></w:r></w:p>`;
    await expect(docxHtml(minimal(text))).rejects.toThrow('its XML unpacks to more than 32 MB');
  });

  test('a picture that is a file beside the document is not read', async () => {
    const picture = `<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="p"/><a:graphic><a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill><a:blip r:link="x"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`;
    const link = `<Relationship Id="x" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="file:///etc/hostname" TargetMode="External"/>`;
    const bytes = minimal(picture, link);
    const html = await docxHtml(bytes).catch((error: Error) => error.message);
    expect(html).not.toContain('base64');
    expect(html).toMatch(/external|^$/);
  });

  test('plain text stays', async () => {
    expect(await docxHtml(minimal('<w:p><w:r><w:t>plain</w:t></w:r></w:p>'))).toBe('<p>plain</p>');
  });
});
