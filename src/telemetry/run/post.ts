import { escapeLine } from '../../report/escape.ts';
import { shownPath } from '../../report/paths.ts';
import { plural } from '../../report/rows.ts';
import { Deadline } from '../send/deadline.ts';
import { type Delivery, Sender, type SenderTools } from '../send/sender.ts';
import { entriesOf } from '../spool/entry.ts';
import { keep } from '../spool/spool.ts';
import { agentopsLink } from '../targets/agentops.ts';
import type { BackendName, Target } from '../targets/target.ts';
import type { MappedRun } from './map-run.ts';

/** How a run is posted. */
export interface PostOptions {
  target: Target;
  /** Milliseconds that everything may take together. */
  timeout: number;
  /** Absolute folder for what is not delivered. */
  spool: string;
  /** Absolute folder of the project. */
  root: string;
  tools?: SenderTools;
}

/** How the backends are called. */
export const TITLES: Record<BackendName, string> = {
  agentops: 'AgentOps',
  mlflow: 'MLflow',
  weave: 'Weave',
  otlp: 'OpenTelemetry',
};

/**
 * Sends a run, keeps what could not be delivered, and says in one line what became of it. Never throws and never takes
 * longer than its time, but for the writing of the spool.
 */
export async function postRun(run: MappedRun, options: PostOptions): Promise<string> {
  const { target } = options;
  const deadline = new Deadline(options.timeout);
  try {
    const delivery = await new Sender(target, options.tools).deliver(run.batch, deadline);
    const kept = keepUndelivered(delivery, options);
    return words(delivery, run, kept, options);
  } catch (error) {
    return `the run could not be posted: ${escapeLine((error as Error).message)}`;
  } finally {
    deadline.clear();
  }
}

/** @returns Why they could not be kept, or nothing. */
function keepUndelivered(delivery: Delivery, { target, spool }: PostOptions): string | undefined {
  try {
    for (const entry of entriesOf(delivery, target, Date.now())) keep(spool, entry);
    return undefined;
  } catch (error) {
    return escapeLine((error as Error).message);
  }
}

function words(
  delivery: Delivery,
  run: MappedRun,
  notKept: string | undefined,
  { target, spool, root }: PostOptions,
): string {
  const { sent, rejected, dropped, undelivered, notes } = delivery;
  const failed = undelivered.reduce((sum, { spans }) => sum + spans.length, 0);
  const said = notes.find((note) => note.includes(' says: '));
  const parts = [
    sent > 0 || failed === 0 ? `${plural(sent, 'span')} sent` : '',
    failed > 0 ? `${plural(failed, 'span')} not delivered: ${undelivered[0]?.why}` : '',
    rejected > 0 ? `${plural(rejected, 'span')} refused${said === undefined ? '' : ` (${said})`}` : '',
    dropped > 0 ? `${plural(dropped, 'span')} dropped as too large` : '',
    run.omitted > 0 ? `${plural(run.omitted, 'passed test')} left out` : '',
  ].filter((part) => part !== '');
  const spooled =
    failed === 0
      ? ''
      : notKept === undefined
        ? `; kept in ${shownPath(spool, root)}, send it with npx vitest-poml push`
        : `; and not kept: ${notKept}`;
  const whole = failed === 0 && sent > 0 && target.appUrl !== undefined;
  return `${parts.join(', ')}${spooled}${whole ? `, ${agentopsLink(target.appUrl ?? '', run.traceId)}` : ''}`;
}
