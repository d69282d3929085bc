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
    for (const { value, rule, isWord } of redactor.leftIn(text)) {
      const line = text.slice(0, text.indexOf(value)).split('\n').length;
      if (isWord) words.add(rule);
      else places.add(`a value of ${rule} (${value.length} characters) still stands in ${file}:${line}`);
    }
    for (const { detector, line } of findingsInText(file, text, redactor.rules))
      places.add(`something that looks like ${detector} still stands in ${file}:${line}`);
  }
  return { places: [...places], words: [...words] };
}
