import { lineAndColumn } from '../../poml/errors.ts';
import type { Redactor } from '../redaction/redactor.ts';
import { findingsInText } from '../redaction/scan.ts';
import type { DraftFolder } from './draft-folder.ts';

/** What of that which was to be replaced is still there. */
export interface LeftValues {
  /** Places, in words that do not tell the values. */
  places: string[];
  /** Paths that name ordinary words, which stay where the prompt itself uses them. */
  words: string[];
}

/** Looks through all files of a draft: what a template computes, or a file that cannot be redacted holds, may be left. */
export function leftIn(draft: DraftFolder, redactor: Redactor): LeftValues {
  const places = new Set<string>();
  const words = new Set<string>();
  for (const [file, text] of draft.texts()) {
    for (const { start, known, isWord } of redactor.leftIn(text)) {
      if (isWord) words.add(known.rule);
      else
        places.add(leftPlace(known.rule, known.value.length, `${file}:${lineAndColumn(text, start).line}`));
    }
    for (const { detector, line } of findingsInText(file, text, redactor.rules))
      places.add(`something that looks like ${detector} still stands in ${file}:${line}`);
  }
  return { places: [...places], words: [...words] };
}

function leftPlace(rule: string, length: number, place: string): string {
  return `a value of ${rule} (${length} characters) still stands in ${place}`;
}
