import { locationOf } from '../source.ts';
import type { RenderWarning } from '../types.ts';
import { changedContext, emptyDeclarations, hostGlobals, runtimeObjects } from './context.ts';
import { dataFindings } from './data.ts';
import {
  cutElements,
  emptySelectors,
  foldedValues,
  idleLimits,
  idleOptions,
  unusedAlternatives,
} from './elements.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import { instanceFindings } from './instances.ts';
import { emptyMessages, ignoredSpeakers, lostRoots, lostText } from './messages.ts';
import { documentFindings } from './static.ts';
import { stylesheetFindings } from './stylesheets.ts';
import { silentValues } from './values.ts';

/** Families whose findings depend on what the prompt was rendered with. */
const FAMILIES: readonly ((evidence: Evidence) => Finding[])[] = [
  // First, as looking at components again counts as a match.
  stylesheetFindings,
  lostText,
  emptyMessages,
  ignoredSpeakers,
  lostRoots,
  cutElements,
  idleLimits,
  idleOptions,
  unusedAlternatives,
  foldedValues,
  dataFindings,
  emptySelectors,
  emptyDeclarations,
  silentValues,
  instanceFindings,
  runtimeObjects,
  hostGlobals,
  changedContext,
];

/**
 * All warnings of a render, by place: each place once per kind, also for a file that was included several times.
 * Nothing here runs before somebody asks for the warnings.
 */
export function collectWarnings(evidence: Evidence): RenderWarning[] {
  const findings: Finding[] = [
    ...evidence.recorded.list(),
    ...evidence.recorded.documents.flatMap(documentFindings),
  ];
  for (const family of FAMILIES) for (const finding of family(evidence)) findings.push(finding);
  const styled = styledProperties(evidence);
  const kept = firstOfEach(findings.filter(({ unlessStyled }) => !unlessStyled || !styled.has(unlessStyled)));
  const warnings = kept.map(({ code, message, origin, location }) => ({
    code,
    message,
    location: location ?? (origin && locationOf(origin)),
  }));
  return inOrder(warnings, evidence.document.file.path);
}

/** As many of each kind are listed: a place costs a look at its whole file. */
const MOST_OF_A_KIND = 100;

/** Each place once per kind, and not too many of a kind. */
function firstOfEach(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  return findings.filter(({ code, message, origin, location }) => {
    const file = origin?.file.path ?? location?.file ?? '';
    const start = origin?.start ?? location?.offset;
    const key = `${code}\0${file}\0${start ?? message}`;
    const count = counts.get(code) ?? 0;
    if (seen.has(key) || count >= MOST_OF_A_KIND) return false;
    seen.add(key);
    counts.set(code, count + 1);
    return true;
  });
}

/** The properties that rules of the stylesheet set, in lower case. */
function styledProperties({ stylesheet }: Evidence): ReadonlySet<string> {
  const names = new Set<string>();
  for (const props of Object.values(stylesheet.sheet)) {
    if (props === null || typeof props !== 'object') continue;
    for (const name of Object.keys(props)) names.add(name.toLowerCase());
  }
  return names;
}

/** The prompt's own file first, then the others as they came; by place within a file. */
function inOrder(warnings: RenderWarning[], main: string | undefined): RenderWarning[] {
  const files = new Map<string | undefined, number>([[main, 0]]);
  for (const { location } of warnings) {
    if (!files.has(location?.file)) files.set(location?.file, files.size);
  }
  const rank = ({ location }: RenderWarning) => files.get(location?.file) ?? 0;
  return warnings.sort((a, b) => rank(a) - rank(b) || (a.location?.offset ?? 0) - (b.location?.offset ?? 0));
}
