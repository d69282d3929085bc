import type { VerdictRecord } from '../../golden/record.ts';
import { outcomeOf } from '../../report/model/index.ts';
import type { Attributes } from '../span.ts';
import { sharedPath } from './content.ts';

const MAX_PLACES = 3;

/** What a render is and what became of it, without any text of the prompt. */
export function factsOf(record: VerdictRecord, root: string): Attributes {
  const { source, differences, errors, classes, tokens, locations = [], causes = [] } = record;
  const places = locations
    .slice(0, MAX_PLACES)
    .map(
      ({ file, line, column }) =>
        `${file === undefined ? '<markup>' : sharedPath(file, root)}:${line}:${column}`,
    );
  return defined({
    'poml.prompt': record.prompt,
    'poml.outcome': outcomeOf(record),
    'poml.session': record.session === undefined ? undefined : sharedPath(record.session, root),
    'poml.trace': record.trace,
    'poml.golden': record.golden === undefined ? undefined : sharedPath(record.golden, root),
    'poml.source_kind': source?.kind,
    'poml.source_path': source?.path === undefined ? undefined : sharedPath(source.path, root),
    'poml.differences': differences && Object.values(differences).reduce((sum, count) => sum + count, 0),
    'poml.classes': classes,
    'poml.errors': errors,
    'poml.location': places.length > 0 ? places : undefined,
    'poml.causes': causes.length > 0 ? causes.map(({ key, kind }) => causeName(key, kind)) : undefined,
    'poml.tokens.before': tokens?.before,
    'poml.tokens.after': tokens?.after,
  });
}

/** A cause by which renders are found that changed for the same reason: the key without its path. */
function causeName(key: string, kind: string): string {
  return `${kind}:${key.split(':').at(-1) ?? ''}`;
}

/** Leaves out what is not there. */
export function defined(attributes: Record<string, Attributes[string] | undefined>): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      (entry): entry is [string, Attributes[string]] => entry[1] !== undefined,
    ),
  );
}
