import { Reader } from '../read/api.ts';
import type { Deadline } from '../send/deadline.ts';
import { type Delivery, Sender, type SenderTools } from '../send/sender.ts';
import type { Span } from '../span.ts';
import { agentopsLink } from '../targets/agentops.ts';
import { type BackendName, type ResolvedTarget, type Target, TargetError } from '../targets/target.ts';
import { entriesOf, entryUrl, type SpoolEntry } from './entry.ts';
import { type Claim, claim, keep, waiting } from './spool.ts';
import { lookUp } from './stored.ts';

/** How to push. */
export interface PushOptions {
  /** Absolute folder of the spool. */
  dir: string;
  /** Where a backend is now, by options and environment. */
  resolve: (backend: BackendName) => ResolvedTarget;
  deadline: Deadline;
  /** Also send what may have arrived already (default `false`); it may then be there twice. */
  resend?: boolean;
  tools?: SenderTools;
}

/** What a push did, in spans. */
export interface PushReport {
  /** Files that were taken up. */
  entries: number;
  sent: number;
  /** Refused by the backend, or too large for it; given up. */
  failed: number;
  /** Had arrived at the first attempt after all. */
  found: number;
  /** Still waiting. */
  left: { spans: number; why: string }[];
  /** Where the traces are shown that were sent, at most a few. */
  links: string[];
  /** What the backend had to say. */
  notes: string[];
}

const MAX_LINKS = 10;

/**
 * Sends what lies in the spool, each span once. What was sent is deleted; what could not be sent stays. Several
 * pushes may run at once: each takes files that no other has.
 */
export async function push(options: PushOptions): Promise<PushReport> {
  const report: PushReport = { entries: 0, sent: 0, failed: 0, found: 0, left: [], links: [], notes: [] };
  const senders = new Map<BackendName, Sender | string>();
  for (const name of waiting(options.dir)) {
    if (options.deadline.over) break;
    const taken = claim(options.dir, name);
    if (!taken) continue;
    report.entries++;
    await pushEntry(taken, name, { options, report, senders });
  }
  return report;
}

interface Context {
  options: PushOptions;
  report: PushReport;
  senders: Map<BackendName, Sender | string>;
}

async function pushEntry(taken: Claim, name: string, context: Context): Promise<void> {
  const { entry } = taken;
  const { options, report } = context;
  const leave = (why: string) => {
    report.left.push({ spans: entry?.batch.spans.length ?? 0, why });
    taken.release();
  };
  if (!entry)
    return leave(`${name} is no spool file of vitest-poml, or a broken one; look at it and remove it`);
  const sender = senderFor(entry, context);
  if (typeof sender === 'string') return leave(sender);
  const spans = await unsentOf(entry, sender.target, options, report);
  if (typeof spans === 'string') return leave(spans);
  const delivery = await sender.deliver({ ...entry.batch, spans }, options.deadline);
  // What is left is written before the old file goes: a kill in between loses nothing.
  keepRest(delivery, entry, sender, context);
  taken.remove();
  report.sent += delivery.sent;
  report.failed += delivery.rejected + delivery.dropped;
  report.notes.push(...delivery.notes.filter((note) => !report.notes.includes(note)));
  if (delivery.sent > 0) addLinks(spans, sender.target, report);
}

/** The sender of an entry's backend, or in words why it cannot be sent. */
function senderFor(entry: SpoolEntry, { options, senders }: Context): Sender | string {
  const { backend } = entry;
  let sender = senders.get(backend);
  if (sender === undefined) {
    sender = newSender(backend, options);
    senders.set(backend, sender);
  }
  if (typeof sender === 'string') return sender;
  const now = entryUrl(sender.target);
  // A key goes where the environment says, never where a file says.
  return now === entry.url
    ? sender
    : `meant for ${entry.url}, but ${backend} is ${now} here; set its endpoint`;
}

function newSender(backend: BackendName, { resolve, tools }: PushOptions): Sender | string {
  try {
    const resolved = resolve(backend);
    return 'off' in resolved ? resolved.off : new Sender(resolved.target, tools);
  } catch (error) {
    if (error instanceof TargetError) return error.message;
    throw error;
  }
}

/** The spans that have certainly not arrived, or in words why that cannot be said. */
async function unsentOf(
  entry: SpoolEntry,
  target: Target,
  options: PushOptions,
  report: PushReport,
): Promise<readonly Span[] | string> {
  const { spans } = entry.batch;
  if (entry.uncertainSince === undefined || options.resend === true) return spans;
  const unsure = `the last attempt ended without an answer (${entry.why})`;
  if (!target.login)
    return `${unsure}, so it may have arrived; look there, then send it with --resend or delete it`;
  const reader = new Reader(target, options.deadline, options.tools);
  const stored = await lookUp(reader, spans, entry.uncertainSince, Date.now());
  if ('unknown' in stored) return `${unsure}: ${stored.unknown}`;
  report.found += stored.found.length;
  return stored.missing;
}

/** Puts back what was not delivered; its room is what the old file gives free. */
function keepRest(
  delivery: Delivery,
  { createdAt }: SpoolEntry,
  sender: Sender,
  { options, report }: Context,
): void {
  for (const entry of entriesOf(delivery, sender.target, createdAt)) {
    keep(options.dir, entry, Number.POSITIVE_INFINITY);
    report.left.push({ spans: entry.batch.spans.length, why: entry.why });
  }
}

function addLinks(spans: readonly Span[], { appUrl }: Target, report: PushReport): void {
  if (appUrl === undefined) return;
  for (const traceId of new Set(spans.map((span) => span.traceId))) {
    const link = agentopsLink(appUrl, traceId);
    if (report.links.length < MAX_LINKS && !report.links.includes(link)) report.links.push(link);
  }
}
