import type { Difference } from './verdict.ts';

const MAX_PARTS = 3;

/**
 * What differs, in one sentence part: `the human message 3 changed, the system message 1 was added, schema changed in 2 places`.
 * Messages count from 1 here, as people count.
 */
export function describeDifferences(differences: readonly Difference[]): string {
  const parts = new Map<string, Difference[]>();
  for (const difference of differences) {
    const part = partOf(difference);
    parts.set(part, [...(parts.get(part) ?? []), difference]);
  }
  const sentences = Array.from(parts, ([part, found]) => describePart(part, found));
  const rest = sentences.length - MAX_PARTS;
  if (rest <= 0) return sentences.join(', ');
  return `${sentences.slice(0, MAX_PARTS).join(', ')}, and ${rest} more ${rest === 1 ? 'part' : 'parts'} changed`;
}

/** The message, `schema`, `tools`, `runtime` or file that a difference lies in; for a removed message with a mark. */
function partOf({ path, kind, speaker }: Difference): string {
  // Without a speaker it is a part of plain content.
  const message = speaker && /^messages\[\d+\]/.exec(path)?.[0];
  if (message !== undefined) return message === path && kind === 'removed' ? `${message}-` : message;
  return /^(?:messages|schema|tools|runtime|result\.txt)/.exec(path)?.[0] ?? path;
}

function describePart(part: string, found: readonly Difference[]): string {
  const first = found[0]!;
  const number = /^messages\[(\d+)\]/.exec(part)?.[1];
  if (number !== undefined) return describeMessage(Number(number) + 1, first, found);
  if (part === 'messages') return (first.path === part && first.note) || 'the content changed';
  if (part === 'result.txt') return '.result.txt says something else than .result.json';
  if (found.length === 1) {
    if (first.path === part && first.kind === 'moved')
      return `the ${first.note}${part === 'tools' ? '' : ` of ${part}`} changed`;
    const were = first.path === 'tools' ? 'were' : 'was';
    return `${first.path} ${first.kind === 'changed' || first.kind === 'moved' ? 'changed' : `${were} ${first.kind}`}`;
  }
  return `${part} changed in ${found.length} places`;
}

function describeMessage(number: number, first: Difference, found: readonly Difference[]): string {
  const who = `the ${first.speaker} message ${number}`;
  if (first.path === `messages[${number - 1}]` && first.kind !== 'changed') {
    if (first.kind !== 'moved') return `${who} was ${first.kind}`;
    return `${who} moved from place ${Number(/\d+/.exec(first.from ?? '')?.[0] ?? 0) + 1}`;
  }
  const speaker = found.find(({ path }) => path.endsWith('.speaker'));
  if (speaker && found.length === 1)
    return `message ${number} is said by ${speaker.actual} instead of ${speaker.expected}`;
  return `${who} changed`;
}
