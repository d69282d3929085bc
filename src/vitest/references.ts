import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type MarkupNode, parseMarkup } from '../poml/markup/index.ts';

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

/** The values of `src` with their tags, in any text. */
function sources(markup: string): { tag: string; src: string }[] {
  const list: { tag: string; src: string }[] = [];
  const visit = (node: MarkupNode): void => {
    if (node.kind === 'text') return;
    for (const { name, value } of node.attributes) {
      const isPath = value && !value.includes('\0') && !/^[a-z][a-z0-9+.-]+:/i.test(value);
      if (name.toLowerCase() === 'src' && isPath) list.push({ tag: node.name.toLowerCase(), src: value });
    }
    node.children.forEach(visit);
  };
  try {
    const { root } = parseMarkup(markup);
    if (root) visit(root);
  } catch {
    // What is nested too deeply to be rendered names nothing.
  }
  return list;
}

function isFile(target: string): boolean {
  return statSync(target, { throwIfNoEntry: false })?.isFile() ?? false;
}
