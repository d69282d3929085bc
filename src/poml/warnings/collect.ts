import { locationOf } from '../source.ts';
import type { RenderWarning } from '../types.ts';
import { changedContext, emptyDeclarations, runtimeObjects } from './context.ts';
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
  changedContext,
];

/**
 * All warnings of a render, by place: each place once per kind, also for a file that was included several times.
 * Nothing here runs before somebody asks for the warnings.
 */
export function collectWarnings(evidence: Evidence): RenderWarning[] {
  const findings: Finding[] = [...evidence.recorded.documents].flatMap(documentFindings);
  for (const family of FAMILIES) findings.push(...family(evidence));
  const styled = styledProperties(evidence);
  const warnings = [...evidence.recorded.list()];
  for (const { code, message, origin, location, unlessStyled } of findings) {
    if (unlessStyled !== undefined && styled.has(unlessStyled)) continue;
    warnings.push({ code, message, location: location ?? (origin && locationOf(origin)) });
  }
  return inOrder(withoutRepeats(warnings), evidence.document.file.path);
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

function withoutRepeats(warnings: readonly RenderWarning[]): RenderWarning[] {
  const seen = new Set<string>();
  return warnings.filter(({ code, location, message }) => {
    const place = location ? `${location.file ?? ''}\0${location.offset}` : message;
    const key = `${code}\0${place}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
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
