import type { Origin, SourceFile } from '../source.ts';
import { type CompiledDocument, compileDocument } from './document.ts';

const CAPACITY = 500;

/** Compiled documents by content, the least recently used first. */
const documents = new Map<string, CompiledDocument>();

/** The compiled form of a file, made once for the same text at the same path, included from the same place. */
export function cachedDocument(file: SourceFile): CompiledDocument {
  const key = `${file.path ?? ''}\0${file.includedFrom.map(placeKey).join('\0')}\0${file.text}`;
  const known = documents.get(key);
  if (known !== undefined) {
    documents.delete(key);
    documents.set(key, known);
    return known;
  }
  const document = compileDocument(file);
  if (documents.size >= CAPACITY) documents.delete(documents.keys().next().value!);
  documents.set(key, document);
  return document;
}

function placeKey({ file, start }: Origin): string {
  return `${file.path ?? ''}:${start}`;
}

/** Forgets all compiled documents, for measurements. */
export function clearDocumentCache(): void {
  documents.clear();
}
