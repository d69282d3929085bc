import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { literalReferences } from './references.ts';

function files(contents: Record<string, string>): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'references-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const [name, text] of Object.entries(contents)) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), text);
  }
  return dir;
}

function references(contents: Record<string, string>, main = 'main.poml'): string[] {
  const dir = files(contents);
  const found = literalReferences(path.join(dir, main), contents[main] ?? '');
  return found.map((file) => path.relative(dir, file).replaceAll('\\', '/')).sort();
}

test('finds what a prompt and its includes name, each from the folder that POML looks in', () => {
  expect(
    references({
      'main.poml':
        '<poml><include src="parts/a.poml"/><img src="photo.png"/><let name="x" src="data.json"/></poml>',
      'parts/a.poml': '<p><Include src="b.txt"/><document src="doc.txt"/></p>',
      'parts/b.txt': 'plain <include src="c.poml"/>',
      'parts/c.poml': '<p/>',
      'doc.txt': 'a component in an include starts in the folder of the main file',
      'parts/doc.txt': 'so this is another one',
      'photo.png': '',
      'data.json': '{}',
    }),
  ).toEqual(['data.json', 'doc.txt', 'parts/a.poml', 'parts/b.txt', 'parts/c.poml', 'photo.png']);
});

test('leaves out what is computed, remote, missing, a folder, or the prompt itself', () => {
  expect(
    references({
      'main.poml':
        '<include src="{{ name }}.poml"/><img src="https://a.b/c.png"/><img src="data:image/png;base64,AA"/><img src="gone.png"/><folder src="parts"/><include src="main.poml"/><img src=""/>',
      'parts/a.poml': '',
    }),
  ).toEqual([]);
});

test('ends where prompts include each other, and takes any text', () => {
  expect(
    references({
      'main.poml': '<include src="a.poml"/>',
      'a.poml': '<include src="main.poml"/><include src="a.poml"/>',
    }),
  ).toEqual(['a.poml']);
  expect(references({ 'main.poml': '<<< not {{ <p src= markup' })).toEqual([]);
});
