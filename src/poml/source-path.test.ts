import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { render } from './render.ts';

const base = mkdtempSync(path.join(realpathSync(tmpdir()), 'source-path-'));
const project = path.join(base, 'project');
const recorded = path.join(project, 'pomlruns/1/0001.ask.poml');
const markup = '<poml><include src="part.poml" /><document src="facts.txt" /></poml>';

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

beforeAll(() => {
  write(path.join(project, 'package.json'), '{}');
  write(path.join(project, 'prompts/part.poml'), '<p>the part</p>');
  write(path.join(project, 'prompts/facts.txt'), 'the facts');
  write(path.join(base, 'elsewhere/part.poml'), '<p>not yours</p>');
  write(recorded, markup);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

test.each(['0001.ask.poml', '0001.ask.source.poml'])(
  'files of a recorded prompt %s are taken from where it was',
  async (name) => {
    write(
      path.join(project, 'pomlruns/1/0001.ask.env'),
      `A=1\r\nSOURCE_PATH=${project}/prompts/ask.poml\r\n`,
    );
    const prompt = await render(markup, { sourcePath: path.join(path.dirname(recorded), name) });
    expect(String(prompt)).toContain('the part\n\nthe facts');
    expect(prompt.dependencies.map((file) => path.relative(project, file.path))).toEqual([
      'prompts/part.poml',
      'prompts/facts.txt',
    ]);
  },
);

test('a place on another machine is found through moved', async () => {
  write(path.join(project, 'pomlruns/1/0001.ask.env'), 'SOURCE_PATH=/srv/app/prompts/ask.poml\n');
  const prompt = await render(markup, { sourcePath: recorded, moved: { '/srv/app': project } });
  expect(String(prompt)).toContain('the part');
});

test.each(['elsewhere/ask.poml', 'project/../elsewhere/ask.poml'])(
  'a place outside of the roots (%s) counts for nothing',
  async (place) => {
    write(path.join(project, 'pomlruns/1/0001.ask.env'), `SOURCE_PATH=${base}/${place}\n`);
    await expect(render(markup, { sourcePath: recorded })).rejects.toThrow('"part.poml" does not exist');
  },
);
