import type { VerdictRecord } from '../../golden/record.ts';
import { type CauseModel, outcomeOf, type RunModel } from '../../report/model/index.ts';
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

const MAX_CAUSES = 10;

/**
 * What the prompt report says of a whole run: what its gates decided, what it costs, what caused it.
 *
 * @param describe Makes a cause into words that may be sent.
 */
export function modelFacts(
  { gates = [], tokens, price, causes, totals, coverage }: RunModel,
  describe: (cause: CauseModel) => string,
): Attributes {
  // Those that do not hold first.
  const lines = [...gates]
    .sort((one, other) => Number(one.passed) - Number(other.passed))
    .map(({ line }) => line);
  return defined({
    'poml.prompts': totals.prompts,
    'poml.sessions': totals.sessions,
    'poml.causes': causes.length === 0 ? undefined : causes.slice(0, MAX_CAUSES).map(describe),
    'poml.gate.status':
      gates.length === 0 ? undefined : gates.every(({ passed }) => passed) ? 'passed' : 'failed',
    'poml.gate.lines': lines.length === 0 ? undefined : lines,
    'poml.coverage.percent': coverage?.percent,
    'poml.coverage.covered': coverage?.totals.all.covered,
    'poml.coverage.total': coverage?.totals.all.total,
    'poml.tokens.calls': tokens?.counted,
    'poml.tokens.before': tokens?.before,
    'poml.tokens.after': tokens?.after,
    'poml.cost.per_thousand_calls': tokens?.costPerThousand,
    'poml.cost.model': tokens?.costPerThousand === undefined ? undefined : price?.model,
    'poml.cost.price_date': tokens?.costPerThousand === undefined ? undefined : price?.date,
  });
}

/** A cause of changes: its name and place, how many calls it turns red, and where texts may be sent what changed. */
export function causeWords(
  { key, kind, file, line, red, summary }: CauseModel,
  root: string,
  withText: boolean,
): string {
  const place = file === undefined ? '' : ` ${sharedPath(file, root)}${line === undefined ? '' : `:${line}`}`;
  return `${causeName(key, kind)}${place} (${red} red)${withText ? ` ${summary}` : ''}`;
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
