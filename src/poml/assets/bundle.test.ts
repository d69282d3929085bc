import { readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { layOutBundle } from '../engines/lay-out-bundle.ts';
import { scratch } from '../engines/testing/scratch.ts';
import { renderSync } from '../render.ts';
import type { Bundle } from '../types.ts';

const MARKUP =
  '<poml><include src="_tone.poml"/><document src="../data/terms.txt" parser="txt"/><folder src="../docs" showContent="true"/></poml>';

function bundled(dir: string): Bundle {
  const root = path.join(dir, 'assets');
  const at = (file: string) => path.join(dir, file);
  return {
    root,
    files: {
      [at('prompts/_tone.poml')]: path.join(root, 'a.poml'),
      [at('prompts/_more.poml')]: path.join(root, 'b.poml'),
      [at('data/terms.txt')]: path.join(root, 'c.txt'),
      [at('docs/x.md')]: path.join(root, 'd.md'),
    },
    folders: { [at('docs')]: ['sub/', 'x.md'], [at('docs/sub')]: [] },
  };
}

const ASSETS = {
  'assets/a.poml': '<p>Be kind. <include src="_more.poml"/></p>',
  'assets/b.poml': 'Be brief.',
  'assets/c.txt': 'the terms',
  'assets/d.md': 'the manual',
};

test('files of a bundle are read where the prompt names them, from within includes too', () => {
  const dir = scratch(ASSETS);
  const prompt = renderSync(MARKUP, {
    sourcePath: path.join(dir, 'prompts/main.poml'),
    bundle: bundled(dir),
  });
  const text = String(prompt);
  for (const part of ['Be kind. Be brief.', 'the terms', 'the manual', 'sub']) expect(text).toContain(part);
  expect(prompt.dependencies).toContainEqual({
    path: path.join(dir, 'prompts/_more.poml'),
    reference: '_more.poml',
    kind: 'include',
    asset: path.join(dir, 'assets/b.poml'),
  });
});

test('an asset that leads out of the bundle is refused, and one that is gone is named', () => {
  const secret = path.join(scratch({ 'secret.txt': 'secret' }), 'secret.txt');
  const dir = scratch(ASSETS);
  symlinkSync(secret, path.join(dir, 'assets/link.txt'));
  const render = (asset: string) =>
    renderSync('<p><include src="_tone.poml"/></p>', {
      sourcePath: path.join(dir, 'prompts/main.poml'),
      bundle: { root: path.join(dir, 'assets'), files: { [path.join(dir, 'prompts/_tone.poml')]: asset } },
    });
  for (const asset of [path.join(dir, 'assets/link.txt'), secret]) {
    expect(() => render(asset)).toThrow(/lies outside the folders/);
  }
  expect(() => render(path.join(dir, 'assets/gone.txt'))).toThrow(/gone\.txt/);
});

test('an engine that knows paths only finds the files laid out as the prompt names them', async () => {
  const dir = scratch(ASSETS);
  const to = scratch();
  const source = await layOutBundle(bundled(dir), path.join(to, 'out'), path.join(dir, 'prompts/main.poml'));
  const read = (file: string) => readFileSync(path.resolve(path.dirname(source), file), 'utf8');
  expect(read('_tone.poml')).toBe(ASSETS['assets/a.poml']);
  expect(read('../data/terms.txt')).toBe('the terms');
  expect(renderSync(MARKUP, { sourcePath: source, roots: [to] }).toString()).toBe(
    renderSync(MARKUP, { sourcePath: path.join(dir, 'prompts/main.poml'), bundle: bundled(dir) }).toString(),
  );
});
