import { type Locator, locatorFor } from '../locate.ts';
import type { Origin } from '../source.ts';
import type { ElementNode } from '../tree/nodes.ts';
import type { SourceLocation } from '../types.ts';
import { cuttingPoints, type Piece, piecesBetween } from '../writers/content.ts';
import { flattenMarks, type Mark, PLACEHOLDER } from '../writers/output.ts';
import type { Evidence } from './evidence.ts';
import { excerpt, type Finding } from './finding.ts';
import { isWritten, nameAt, originOf, originOfNode, tagPlace, walk } from './places.ts';

interface Gap {
  readonly start: number;
  readonly end: number;
}

/** What of the output lies in none of the pieces. */
function gapsBetween(pieces: readonly Piece[], length: number): Gap[] {
  const gaps: Gap[] = [];
  let at = 0;
  for (const { start, end } of [...pieces].sort((a, b) => a.start - b.start)) {
    if (start > at) gaps.push({ start: at, end: start });
    at = Math.max(at, end);
  }
  if (length > at) gaps.push({ start: at, end: length });
  return gaps;
}

/** More than this is not told apart any more: each has to be looked up. */
const MOST_LOST = 100;

/** Text that lies between messages: POML cuts the output where elements begin and end, and takes whole parts only. */
export function lostText({ output, messages }: Evidence): Finding[] {
  const { text } = output;
  if (text === '') return [];
  const marks = flattenMarks(output.marks);
  const points = cuttingPoints(output, marks);
  const pieces = messages
    ? messages.flatMap((message) => message.pieces)
    : piecesBetween(output, points, points[0]!, points.at(-1)!, false);
  const texts = marks.filter(({ node }) => node.kind === 'text').sort((a, b) => a.start - b.start);
  const locate = locatorFor(output, undefined);
  const findings: Finding[] = [];
  let next = 0;
  for (const gap of gapsBetween(pieces, text.length)) {
    if (findings.length >= MOST_LOST) break;
    if (text.slice(gap.start, gap.end) === PLACEHOLDER) {
      findings.push({
        code: 'letter-lost',
        message: LETTER,
        origin: undefined,
        ...placed(locate(0, gap.start)),
      });
      continue;
    }
    while (next < texts.length && texts[next]!.end < gap.start) next++;
    const inside: Mark[] = [];
    for (let at = next; at < texts.length && texts[at]!.start < gap.end; at++) inside.push(texts[at]!);
    findings.push(...lostIn(gap, inside, text, locate));
  }
  return findings;
}

const LETTER = `a text of the one letter ${PLACEHOLDER} is lost: POML uses it for the place of a picture; add another character`;
const MEND = 'put it into an element, or give it the speaker of its neighbours';

function placed(location: SourceLocation | undefined): { location?: SourceLocation } {
  return location ? { location } : {};
}

function lost(words: string, location: SourceLocation | undefined): Finding {
  return {
    code: 'text-lost',
    message: `"${excerpt(words)}" reaches no message, because the speaker changes beside it: ${MEND}`,
    origin: undefined,
    ...placed(location),
  };
}

function lostIn(gap: Gap, marks: readonly Mark[], text: string, locate: Locator): Finding[] {
  const findings: Finding[] = [];
  for (const mark of marks) {
    const start = Math.max(gap.start, mark.start);
    const words = text.slice(start, Math.min(gap.end, mark.end + 1));
    if (words.trim() === '') continue;
    const first = locate(0, start + words.length - words.trimStart().length);
    const last = locate(0, start + words.trimEnd().length - 1);
    const whole = first && last && last.file === first.file && last.endOffset > first.offset;
    findings.push(lost(words, whole ? { ...first, endOffset: last.endOffset } : first));
  }
  const words = text.slice(gap.start, gap.end);
  if (findings.length === 0 && /[\p{L}\p{N}]/u.test(words)) findings.push(lost(words, locate(0, gap.start)));
  return findings;
}

/** Messages that hold nothing. */
export function emptyMessages({ output, messages, root, document, failed }: Evidence): Finding[] {
  if (failed || !messages?.some(({ content }) => content.length === 0)) return [];
  const marks = flattenMarks(output.marks);
  const findings: Finding[] = [];
  let from = 0;
  for (const { content, speaker, pieces } of messages) {
    if (content.length > 0) {
      from = Math.max(from, pieces.at(-1)?.end ?? 0);
      continue;
    }
    if (findings.length >= MOST_LOST) break;
    const later = marks.filter(({ start }) => start >= from);
    const mark =
      later.find(({ node }) => node.kind === 'element' && node.attributes.speaker === speaker) ?? later[0];
    const whole = document.root?.origin;
    const origin =
      (messages.length > 1 && mark && originOfNode(mark.node)) || (root && originOf(root)) || whole;
    findings.push({
      code: 'message-empty',
      message: `a message of the ${speaker} is empty: ${
        messages.length > 1
          ? `${nameAt(origin)} leaves nothing of its own in it; leave it out with if, or give it content`
          : 'the prompt has no content'
      }`,
      origin: origin && tagPlace(origin),
    });
  }
  return findings;
}

/** Speakers below HTML, data and tool responses: what is written there is one piece of one message. */
export function ignoredSpeakers({ recorded, root, messages, output, failed }: Evidence): Finding[] {
  if (failed || root === undefined || messages === undefined) return [];
  const marked = new Set<unknown>(flattenMarks(output.marks).map(({ node }) => node));
  const dropped = new Set<unknown>(recorded.dropped);
  const alone = messages.length === 1 ? messages[0]!.speaker : undefined;
  const findings: Finding[] = [];
  const visit = (node: typeof root, around: string | undefined): void => {
    if (dropped.has(node)) return;
    const own = node.attributes.speaker;
    const lost = own !== undefined && own !== around && own !== alone && !marked.has(node);
    const origin = lost ? originOf(node) : undefined;
    if (lost && isMeant(origin) && holdsText(node)) {
      findings.push({
        code: 'speaker-ignored',
        message: `the speaker of ${nameAt(origin)} is ignored: what stands in HTML, in data or in a tool response is part of one message; put the speaker on an element around it`,
        origin: origin && tagPlace(origin),
      });
    }
    for (const child of node.children) if (child.kind === 'element') visit(child, own ?? around);
  };
  visit(root, undefined);
  return findings;
}

/** Whether the author wrote who speaks; inputs and outputs of examples are turns only where they can be. */
function isMeant(origin: Origin | undefined): boolean {
  if (origin === undefined) return false;
  return isWritten(origin, 'speaker') || /msg|message|conversation/i.test(nameAt(origin));
}

function holdsText(node: ElementNode): boolean {
  for (const { node: inner } of walk(node))
    if (inner.kind === 'text' && inner.text.trim() !== '') return true;
  return false;
}

/** Of a prompt whose root is a loop or an include of several elements only the first is written. */
export function lostRoots({ nodes, root }: Evidence): Finding[] {
  const lost = nodes.filter((node) => node !== root && node.kind === 'element');
  if (lost.length === 0) return [];
  const first = lost[0] as NonNullable<typeof root>;
  const origin = originOf(first);
  return [
    {
      code: 'root-parts-lost',
      message: `the root of a prompt is one element: ${lost.length} more after the first ${
        lost.length === 1 ? 'is' : 'are'
      } lost; put a <poml> around them`,
      origin: origin && tagPlace(origin),
    },
  ];
}
