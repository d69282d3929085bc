import type { Cause } from '../causes.ts';
import { type ChangedFile, causeOfEdit } from './describe.ts';
import { editsBetween, takeBack } from './edits.ts';

/** An edit of a prompt, and the text without it. */
export interface EditCause {
  cause: Cause;
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
  return editsBetween(oldText, newText).map((edit) => ({
    cause: causeOfEdit(edit, { kind, file, name, oldText, newText }),
    without: { markup: takeBack(edit, oldText, newText) },
  }));
}
