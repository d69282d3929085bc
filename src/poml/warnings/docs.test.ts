import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { render } from '../index.ts';
import { WARNING_CODES } from './codes.ts';

interface Block {
  language: string;
  info: string;
  text: string;
}

const PAGE = path.join(import.meta.dirname, '../../../docs/warnings.md');

/** The sections of the page by code, with their blocks in order. */
function sections(): Map<string, Block[]> {
  const found = new Map<string, Block[]>();
  for (const section of readFileSync(PAGE, 'utf8').split(/^### /m).slice(1)) {
    const code = section.slice(0, section.indexOf('\n')).trim();
    const blocks = [...section.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)\n```$/gm)];
    found.set(
      code,
      blocks.map(([, language, info, text]) => ({ language: language!, info: info!, text: text! })),
    );
  }
  return found;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'poml-warnings-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The codes of each prompt of a section, after the files before it were written. */
async function codesOf(blocks: readonly Block[]): Promise<string[][]> {
  const results: string[][] = [];
  for (const { info, text } of blocks) {
    const file = /file=(\S+)/.exec(info)?.[1];
    if (file) {
      const target = path.join(folder, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, info.includes('base64') ? Buffer.from(text, 'base64') : text);
      continue;
    }
    const context = /context=(.+)$/.exec(info)?.[1];
    const prompt = await render(text, {
      context: context ? (JSON.parse(context) as Record<string, unknown>) : {},
      sourcePath: path.join(folder, 'prompt.poml'),
      roots: [folder],
      strict: false,
    });
    results.push(prompt.warnings.map(({ code }) => code));
  }
  return results;
}

describe('docs/warnings.md', () => {
  it('has a section for every code and none besides', () => {
    expect([...sections().keys()].sort()).toEqual([...WARNING_CODES].sort());
  });

  it.each([...sections()])(
    '%s: the first example raises it, the mended one does not',
    async (code, blocks) => {
      const [wrong, mended, ...more] = await codesOf(blocks);
      expect(more).toEqual([]);
      expect(wrong).toContain(code);
      expect(mended).not.toContain(code);
    },
  );
});
