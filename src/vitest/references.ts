import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Parser } from 'htmlparser2';

/** Prompts that include each other without end are cut here; a real one has a handful. */
const MAX_FILES = 1000;
/** Text that can hold further references; a document or a picture cannot. */
const TEMPLATED = new Set(['.poml', '.txt', '.md', '.xml', '']);

/**
 * The files that a prompt and its includes name literally and that exist, absolute and without doubles. Used for
 * watching only: a name that is computed (`src="{{ … }}"`) is known after a render alone.
 *
 * As POML resolves them: includes and data start in the folder of the file that names them, documents, pictures
 * and the like in that of the main file.
 *
 * @param file Absolute path of the prompt.
 */
export function literalReferences(file: string, markup: string): string[] {
  const found = new Set<string>();
  const visit = (from: string, text: string): void => {
    for (const { tag, src } of sources(text)) {
      const isSplice = tag === 'include' || tag === 'let';
      const target = path.resolve(path.dirname(isSplice ? from : file), src);
      if (target === file || found.has(target) || found.size >= MAX_FILES || !isFile(target)) continue;
      found.add(target);
      if (tag === 'include' && TEMPLATED.has(path.extname(target).toLowerCase()))
        visit(target, readFileSync(target, 'utf8'));
    }
  };
  visit(file, markup);
  return [...found];
}

/** The values of `src` with their tags. */
function sources(markup: string): { tag: string; src: string }[] {
  const list: { tag: string; src: string }[] = [];
  const parser = new Parser(
    {
      onopentag(tag, attributes) {
        for (const [name, src] of Object.entries(attributes)) {
          const isPath = src !== '' && !src.includes('\0') && !/^[a-z][a-z0-9+.-]+:/i.test(src);
          if (name.toLowerCase() === 'src' && isPath) list.push({ tag: tag.toLowerCase(), src });
        }
      },
    },
    { xmlMode: true },
  );
  parser.end(markup);
  return list;
}

function isFile(target: string): boolean {
  return statSync(target, { throwIfNoEntry: false })?.isFile() ?? false;
}
