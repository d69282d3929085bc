import type { CompiledDocument } from '../template/document.ts';
import { attributes } from './attributes.ts';
import { expressions } from './expressions.ts';
import type { Finding } from './finding.ts';
import {
  closingTags,
  droppedMarkup,
  emptyAttributes,
  referencesInAttributes,
  repeatedAttributes,
  unknownEscapes,
} from './markup.ts';
import { includes, lets, runtimes, settings, values, whiteSpace } from './structure.ts';
import { type Check, visitDocument } from './visit.ts';

const CHECKS: readonly Check[] = [
  closingTags,
  referencesInAttributes,
  repeatedAttributes,
  emptyAttributes,
  unknownEscapes,
  attributes,
  expressions,
  includes,
  settings,
  lets,
  whiteSpace,
  values,
];

/** Findings by document. A compiled document stands for its text, so that this is a cache by content. */
const known = new WeakMap<CompiledDocument, readonly Finding[]>();

/** What a document's text tells by itself, whatever it is rendered with. */
export function documentFindings(document: CompiledDocument): readonly Finding[] {
  let findings = known.get(document);
  if (findings === undefined) {
    findings = [...droppedMarkup(document), ...visitDocument(document, CHECKS), ...runtimes(document)];
    known.set(document, findings);
  }
  return findings;
}
