import type { Attributes, AttributeValue, Span, SpanBatch, SpanStatus } from '../span.ts';
import { safeNames } from './names.ts';
import { bounded, cutText, MAX_ATTRIBUTES } from './sizes.ts';
import { safeValue } from './values.ts';

/** Where a span says what of it was cut: `agentops.task.input=1200000`, characters. */
export const CUT_ATTRIBUTE = 'poml.cut';

const MAX_NAME = 200;
const MAX_MESSAGE = 1000;

/**
 * Spans as they may be sent: values that make a trace unreadable for ever on the server are left out or mended, names
 * that would get lost on the way back are renamed, and sizes are bounded.
 *
 * @returns The batch, and what was changed, each in words and once.
 */
export function cleanBatch(batch: SpanBatch): { batch: SpanBatch; problems: string[] } {
  const problems = new Set<string>();
  const cleaning: Cleaning = { note: (problem) => problems.add(problem), names: new Map() };
  const cleaned = {
    resource: cleanAttributes(batch.resource, cleaning),
    scope: batch.scope,
    spans: batch.spans.map((span) => cleanSpan(span, cleaning)),
  };
  return { batch: cleaned, problems: [...problems] };
}

interface Cleaning {
  note(problem: string): void;
  /** Safe names by the names of a span: many spans have the same. */
  names: Map<string, ReturnType<typeof safeNames>>;
}

function cleanSpan(span: Span, cleaning: Cleaning): Span {
  return {
    ...span,
    name: cleanName(span.name),
    endTime: span.endTime < span.startTime ? span.startTime : span.endTime,
    attributes: cleanAttributes(span.attributes, cleaning),
    status: cleanStatus(span.status),
    ...(span.events && {
      events: span.events.map((event) => ({
        ...event,
        attributes: cleanAttributes(event.attributes, cleaning),
      })),
    }),
  };
}

function cleanAttributes(attributes: Attributes, { note, names: known }: Cleaning): Attributes {
  const cleaned: [string, AttributeValue][] = [];
  const cuts: string[] = [];
  const given = Object.keys(attributes);
  const key = JSON.stringify(given);
  const names = known.get(key) ?? safeNames(given);
  known.set(key, names);
  for (const { name, safe } of names.slice(0, MAX_ATTRIBUTES)) {
    const value = safeValue(safe, attributes[name]);
    if (value === undefined) {
      if (attributes[name] !== undefined && attributes[name] !== null)
        note(`${name} was left out: not a value to send`);
      continue;
    }
    if (safe !== name) note(`${name} was sent as ${safe}`);
    const fit = bounded(safe, value);
    if (fit.cut !== undefined) cuts.push(`${safe}=${fit.cut}`);
    cleaned.push([safe, fit.value]);
  }
  if (names.length > MAX_ATTRIBUTES)
    note(`${names.length - MAX_ATTRIBUTES} attributes of a span were left out`);
  if (cuts.length > 0) cleaned.push([CUT_ATTRIBUTE, cuts]);
  return Object.fromEntries(cleaned);
}

/** AgentOps takes spans with these beginnings for those of other frameworks. */
const FOREIGN = /^(?:adk|ag2|agno)\./;

function cleanName(name: string): string {
  const line = oneLine(name) || 'unnamed';
  const own = FOREIGN.test(line) ? `test ${line}` : line;
  const suffix = /\.\w{1,20}$/.exec(own)?.[0] ?? '';
  return own.length <= MAX_NAME
    ? own
    : cutText(own.slice(0, -suffix.length || undefined), MAX_NAME - suffix.length) + suffix;
}

/** The dashboard shows a message only up to its last full stop, so one that holds any ends with one. */
function cleanStatus(status: SpanStatus): SpanStatus {
  if (status.code !== 'error') return status;
  const line = cutText(oneLine(status.message), MAX_MESSAGE);
  return { code: 'error', message: line.includes('.') && !line.endsWith('.') ? `${line}.` : line };
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029\s]+/g, ' ').trim();
}
