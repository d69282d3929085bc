import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Work that ends does so in a moment, also on a busy machine. */
const HANGS_AFTER_MS = 40_000;

/** A process that does pieces of work, for what may never end or may take the whole process with it. */
export interface BoundedProcess<Order, Answer> {
  /** Has it do one piece. @throws Error when it takes too long, and when the process dies of it */
  run(order: Order): Promise<Answer>;
  /** Ends the process. */
  close(): void;
}

/**
 * Starts a process where there is something to do. A test that runs a hostile program in its own process could not end
 * it: nothing interrupts a loop.
 *
 * @param module What runs there: answers every message with one message, in order.
 */
export function boundedProcess<Order extends object, Answer>(module: URL): BoundedProcess<Order, Answer> {
  let child: ChildProcess | undefined;
  const start = (): ChildProcess =>
    fork(fileURLToPath(module), {
      execArgv: ['--import', 'tsx', '--max-old-space-size=1024'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
  const close = (): void => {
    child?.kill('SIGKILL');
    child = undefined;
  };
  return {
    close,
    run(order) {
      child ??= start();
      const running = child;
      return new Promise((resolve, reject) => {
        const over = (): void => {
          clearTimeout(timer);
          running.off('message', answered).off('exit', died);
        };
        const answered = (answer: unknown): void => {
          over();
          resolve(answer as Answer);
        };
        const lost = (how: string): void => {
          over();
          close();
          reject(new Error(`${how}: ${JSON.stringify(order).slice(0, 200)}`));
        };
        const died = (): void => lost('The process died of this');
        const timer = setTimeout(() => lost(`This ran for ${HANGS_AFTER_MS / 1000} s`), HANGS_AFTER_MS);
        running.on('message', answered).on('exit', died);
        running.send(order);
      });
    },
  };
}
