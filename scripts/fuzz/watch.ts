import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { WorkerMessage, WorkOrder } from '../../src/poml/testing/fuzz/worker.ts';

const WORKER = fileURLToPath(new URL('../../src/poml/testing/fuzz/worker.ts', import.meta.url));

/** How long a worker may work on one document before it counts as hanging, in milliseconds. */
const HANGS_AFTER = 60_000;
const MINIMISING_TAKES = 180_000;

/** What a worker found, or what became of it. */
export type Report =
  | Exclude<WorkerMessage, { kind: 'started' } | { kind: 'minimising' }>
  | { kind: 'lost'; index: number; reason: string };

/** Has a process check documents; one that hangs or dies is replaced, and the document it was at is reported. */
export async function watchWorker(order: WorkOrder, report: (report: Report) => void): Promise<void> {
  for (let from = order.from; from < order.end; ) {
    const lost = await runOnce({ ...order, from }, report);
    if (lost === undefined) return;
    from = lost + order.step;
  }
}

/** Gives the document at which the process was lost, or `undefined` when it came to the end. */
function runOnce(order: WorkOrder, report: (report: Report) => void): Promise<number | undefined> {
  return new Promise((resolve) => {
    const child = fork(WORKER, {
      execArgv: [...process.execArgv, '--max-old-space-size=3072'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let index = order.from;
    let known = false;
    let reason: string | undefined;
    let timer: NodeJS.Timeout | undefined;
    const within = (milliseconds: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        reason = `still at work after ${milliseconds / 1000} s`;
        child.kill('SIGKILL');
      }, milliseconds);
    };
    child.on('message', (message: WorkerMessage) => {
      index = message.index;
      if (message.kind === 'started') {
        known = false;
        within(HANGS_AFTER);
      } else if (message.kind === 'minimising') {
        within(MINIMISING_TAKES);
      } else {
        known = true;
        report(message);
      }
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return resolve(undefined);
      // A fault that was reported already only could not be made smaller.
      if (!known)
        report({ kind: 'lost', index, reason: reason ?? `the process ended with ${signal ?? code}` });
      resolve(index);
    });
    within(HANGS_AFTER);
    child.send(order);
  });
}
