import type { Cause } from '../causes.ts';
import { type ChangedFile, causeOfEdit } from './describe.ts';
import { type Edit, editsBetween, takeBack, toldPlaces } from './edits.ts';

/** An edit of a prompt, or one place of it, and the text without the whole edit. */
export interface EditCause {
  cause: Cause;
  /** Of an edit in one place that only exchanges text: the words, and where the new ones stand. */
  literal?: { before: string; after: string; start: number; end: number };
  without: { markup: string };
}

/** A run of thousands of traces knows few pairs of texts. */
const CAPACITY = 200;
const known = new Map<string, Map<string, EditCause[]>>();

/**
 * The edits that made the text of a prompt from a recorded one, worked out once for each pair of texts.
 *
 * @param file Absolute path of the prompt.
 * @param name Names a file as on every machine.
 */
export function editCauses(
  oldText: string,
  newText: string,
  file: string | undefined,
  name: (file: string) => string,
  kind: ChangedFile['kind'] = 'markup',
): EditCause[] {
  if (oldText === newText) return [];
  const shown = file === undefined ? undefined : name(file);
  let pairs = known.get(oldText);
  if (!pairs) {
    pairs = new Map();
    if (known.size >= CAPACITY) known.delete(known.keys().next().value!);
    known.set(oldText, pairs);
  }
  const key = `${kind}\0${shown ?? ''}\0${newText}`;
  const found = pairs.get(key) ?? make(oldText, newText, file, shown, kind);
  // In watch mode one text is held against ever new ones.
  if (pairs.size >= CAPACITY) pairs.clear();
  pairs.set(key, found);
  return found;
}

function make(
  oldText: string,
  newText: string,
  file: string | undefined,
  name: string | undefined,
  kind: ChangedFile['kind'],
): EditCause[] {
  return editsBetween(oldText, newText).flatMap((edit) => {
    const literal = literalOf(edit, oldText, newText);
    const without = { markup: takeBack(edit, oldText, newText) };
    return toldPlaces(edit, oldText, newText).map((places) => ({
      cause: causeOfEdit({ ...edit, places }, { kind, file, name, oldText, newText }),
      ...(literal && { literal }),
      without,
    }));
  });
}

function literalOf({ places, blank }: Edit, oldText: string, newText: string): EditCause['literal'] {
  const [place] = places;
  if (!place || places.length > 1 || blank) return undefined;
  const before = oldText.slice(place.old.start, place.old.end);
  const after = newText.slice(place.new.start, place.new.end);
  // Markup and expressions do not come out as they are written.
  const isText = /^[^<>{}&\\"]*$/;
  if (!isText.test(before) || !isText.test(after) || after === '') return undefined;
  return { before, after, start: place.new.start, end: place.new.end };
}
