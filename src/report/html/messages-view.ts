import type {
  ShownDifference,
  ShownMessage,
  ShownPart,
  ShownResult,
  VerdictDetail,
} from '../../golden/detail.ts';
import { isMedia } from '../../golden/messages.ts';
import { clip } from '../escape.ts';
import { textOf } from '../values.ts';
import { diffView, type Marks, wholeView } from './diff-view.ts';
import { type Html, html } from './markup.ts';
import { goldenMedia, mediaPair, mediaView } from './media-view.ts';

/** Whether a stretch of a message of the render, by its offsets, is to be marked. */
export type MessageMarks = (message: number, start: number, end: number) => boolean;

/**
 * A changed call as the model reads it: its messages in their order, each with what became of it, then schema, tools and
 * runtime where they changed.
 *
 * @param marks Which stretches of the messages are marked, as those that come from one change.
 */
export function messagesView(detail: VerdictDetail, marks: MessageMarks): Html[] {
  const { golden, render, differences } = detail;
  const messages = render?.messages ?? [];
  const views = messages.map((message, i) =>
    messageView(message, { detail, message: i, marks: (start, end) => marks(i, start, end) }),
  );
  // What is gone stands where it stood in the golden, counted from the start.
  for (const { path, kind, speaker, expected } of differences) {
    const gone = kind === 'removed' && speaker && /^messages\[(\d+)\]$/.exec(path);
    if (!gone) continue;
    const before = golden?.messages[Number(gone[1])] ?? turn(expected, speaker);
    views.splice(Math.min(Number(gone[1]), views.length), 0, wholeMessage(before, 'removed'));
  }
  return [...views, ...valuesView(differences)];
}

/** The whole of a result, with nothing to compare it with. */
export function resultView({ messages }: ShownResult): Html[] {
  return messages.map((message) => wholeMessage(message, 'added'));
}

/** Where a difference is shown. */
interface Place {
  detail: VerdictDetail;
  /** Position of the message in the render. */
  message: number;
  marks: Marks;
}

function messageView(message: ShownMessage, where: Place): Html {
  const { detail, message: i, marks } = where;
  const plain = message.speaker === undefined;
  const place = plain ? 'messages' : `messages[${i}]`;
  const own = detail.differences.filter(
    ({ path, kind, speaker }) =>
      (path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`)) &&
      !(kind === 'removed' && path === place && speaker),
  );
  if (own.length === 0) return unchanged(message);
  const whole = own.find(({ path, kind }) => path === place && kind !== 'changed');
  if (whole && !plain) {
    if (whole.kind === 'added') return wholeMessage(message, 'added', marks);
    const from = Number(/\d+/.exec(whole.from ?? '')?.[0] ?? 0) + 1;
    return html`<div class="message">${speakerView(message, html`<span class="tag moved">moved from place ${from} to ${i + 1}</span>`)}${textView(message)}</div>`;
  }
  const content = plain ? place : `${place}.content`;
  const left = new Set(own);
  const starts = partStarts(message);
  const parts = message.parts.map((part, j) => {
    const found = own.filter(
      ({ path, kind }) =>
        kind !== 'removed' &&
        (path === `${content}[${j}]` ||
          path.startsWith(`${content}[${j}].`) ||
          path.startsWith(`${content}[${j}][`) ||
          (j === 0 && (path === content || path.startsWith(`${content}.`)))),
    );
    for (const difference of found) left.delete(difference);
    const start = starts[j] ?? 0;
    const shifted: Marks = (from, to) => marks(from + start, to + start);
    return found.length > 0
      ? found.map((difference) => differenceView(difference, { ...where, marks: shifted }))
      : message.parts.length > 1
        ? partView(part)
        : [];
  });
  return html`<div class="message">${speakerView(message, html`<span class="tag changed">changed</span>`)}${[...left].map((difference) => differenceView(difference, { ...where, marks: () => false }))}${parts}</div>`;
}

/** One difference within a message, or of schema, tools or runtime. */
function differenceView(difference: ShownDifference, where?: Place): Html {
  const { path, kind, note } = difference;
  const inner = path.replace(/^messages\[\d+\]\.?/, '');
  const named = !/^(?:content|messages|result\.txt)?(?:\[\d+\])?$/.test(inner);
  const isText = !named;
  const head = named
    ? html`<p class="names"><code>${clip(inner, 200)}</code> <span class="tag ${kind}">${kind}</span>${note === undefined ? '' : ` ${note}`}</p>`
    : note === undefined
      ? ''
      : html`<p class="names">${note}</p>`;
  return html`${head}${valueView(difference, isText, where)}`;
}

function valueView(difference: ShownDifference, isText: boolean, where: Place | undefined): Html {
  const { kind, expected, actual } = difference;
  if (isMedia(expected) || isMedia(actual)) return mediaDifference(difference, where);
  if (kind === 'added' || expected === undefined)
    return wholeView('added', textOf(actual, isText), where?.marks);
  if (kind === 'removed' || actual === undefined) return wholeView('removed', textOf(expected, isText));
  return diffView(textOf(expected, isText), textOf(actual, isText), where?.marks);
}

/** Two pictures of a difference, taken from the messages that hold them. */
function mediaDifference({ path, kind }: ShownDifference, where: Place | undefined): Html {
  const at = /^messages(?:\[\d+\]\.content)?\[(\d+)\]$/.exec(path);
  if (!where || !at) return html`<p class="names">a picture or sound: ${kind}</p>`;
  const { detail, message } = where;
  const part = Number(at[1]);
  const now = kind === 'removed' ? undefined : detail.render?.messages[message]?.parts[part];
  const before = kind === 'added' ? undefined : goldenMedia(detail.golden, detail.render, message, part);
  return mediaPair(before, now?.kind === 'media' ? now : undefined);
}

/** Schema, tools, runtime and whatever lies in no message. */
function valuesView(differences: readonly ShownDifference[]): Html[] {
  const groups = new Map<string, ShownDifference[]>();
  for (const difference of differences) {
    const part = /^(?:schema|tools|runtime|result\.txt)/.exec(difference.path)?.[0];
    if (part !== undefined) groups.set(part, [...(groups.get(part) ?? []), difference]);
  }
  return Array.from(groups, ([part, found]) => {
    const [first] = found;
    const whole = first && found.length === 1 && first.path === part ? first : undefined;
    const kind = whole?.kind ?? 'changed';
    const views = whole
      ? valueView(whole, false, undefined)
      : found.map((difference) => differenceView(difference));
    return html`<div class="message"><p class="speaker">${part}<span class="tag ${kind}">${kind}</span></p>${views}</div>`;
  });
}

function unchanged(message: ShownMessage): Html {
  const first = message.parts.find((part) => part.kind === 'text');
  const line = first?.kind === 'text' ? (first.text.trim().split('\n', 1)[0] ?? '') : '';
  return html`<div class="message"><details class="plain"><summary><b>${message.speaker ?? 'content'}</b> <span class="tag">same</span> ${clip(line, 90)}</summary>${message.parts.map(partBody)}</details></div>`;
}

function wholeMessage(message: ShownMessage, kind: 'added' | 'removed', marks?: Marks): Html {
  const starts = partStarts(message);
  const parts = message.parts.map((part, i) =>
    part.kind === 'text'
      ? wholeView(kind, part.text, marks && ((from, to) => marks(from + starts[i]!, to + starts[i]!)))
      : part.kind === 'data'
        ? wholeView(kind, textOf(part.value, false))
        : mediaView(part),
  );
  return html`<div class="message">${speakerView(message, html`<span class="tag ${kind}">${kind}</span>`)}${parts}</div>`;
}

/** How far into a message each of its parts begins; whatever is no text counts as one character. */
function partStarts({ parts }: ShownMessage): number[] {
  let at = 0;
  return parts.map((part) => {
    const start = at;
    at += part.kind === 'text' ? part.text.length + (part.cut ?? 0) : 1;
    return start;
  });
}

function speakerView({ speaker }: ShownMessage, tag: Html): Html {
  return html`<p class="speaker ${speaker ?? 'content'}">${speaker ?? 'content'}${tag}</p>`;
}

function textView({ parts }: ShownMessage): Html {
  return html`<details class="plain"><summary>show the text</summary>${parts.map(partBody)}</details>`;
}

function partView(part: ShownPart): Html {
  return html`<details class="plain"><summary><span class="tag">same</span> ${part.kind === 'text' ? clip(part.text.trim().split('\n', 1)[0] ?? '', 90) : part.type}</summary>${partBody(part)}</details>`;
}

function partBody(part: ShownPart): Html {
  if (part.kind === 'media') return mediaView(part);
  if (part.kind === 'data') return html`<pre>${textOf(part.value, false)}</pre>`;
  const cut = part.cut === undefined ? '' : `\n… ${part.cut.toLocaleString('en-US')} more characters`;
  return html`<pre>${part.text}${cut}</pre>`;
}

/** A removed message that is in its difference only. */
function turn(expected: unknown, speaker: NonNullable<ShownMessage['speaker']>): ShownMessage {
  const content = (expected as { content?: unknown } | undefined)?.content;
  return { speaker, parts: [{ kind: 'text', text: textOf(content, true) }] };
}
