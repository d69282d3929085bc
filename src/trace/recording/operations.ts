import { below, emptyCell, enterSpan, type OpenSpan, openSpan } from './flow.ts';
import { isGenerator, overAsyncGenerator, overGenerator } from './generators.ts';
import type { FinishedOperation, OperationKind, SpanPlace, TraceSink } from './sink.ts';
import { newSpan, now } from './span.ts';
import { rootCell, sinks } from './state.ts';

export interface SessionOptions {
  /** Words to find the trace by. */
  tags?: readonly string[];
}

/** A session: the root that the spans of one piece of work hang from. */
export interface TraceSession {
  /** Id of the trace, 32 hex digits: what a link to the dashboard needs. */
  readonly traceId: string;
  /** Runs work as part of the session, wherever it was started. */
  run<T>(work: () => T): T;
  /**
   * Ends the session; what belongs to it later is not shown below it any more. A second call does nothing.
   *
   * @param state How it ended, in your words (default `Success`).
   */
  end(state?: string): void;
}

/**
 * Starts a session: calls of `poml`, agents and operations that follow in this strand of asynchronous work become part
 * of it, as with AgentOps' `start_trace`. Backends get it when it ends; without any it costs nothing.
 *
 * @param name Shown as the name of the trace.
 * @example
 * const session = startSession('checkout', { tags: ['production'] });
 * try { await handle(request); session.end(); } catch (error) { session.end('Fail'); throw error; }
 */
export function startSession(name = 'default', { tags = [] }: SessionOptions = {}): TraceSession {
  const place = newSpan(undefined);
  const open: OpenSpan = { ...place };
  // Dashboards take the name of a trace from the span that starts first.
  const start = now() - 1;
  const targets = sinks();
  enterSpan(open, rootCell());
  return {
    traceId: place.traceId,
    run: (work) => below(open, emptyCell(), rootCell(), work),
    end: (state = 'Success') => {
      if (open.ended) return;
      open.ended = true;
      const span = { ...place, kind: 'session' as const, name, start, end: now(), args: undefined };
      send(targets, { ...span, output: undefined, failed: false, error: undefined, tags, endState: state });
    },
  };
}

/**
 * Wraps a function so that each of its calls is an agent's span, with what it was given and what came of it. What it
 * calls becomes part of it. Also for asynchronous functions and generators.
 *
 * @example const plan = agent('planner', async (goal: string) => { … });
 */
export function agent<Args extends unknown[], Result>(
  name: string,
  work: (...args: Args) => Result,
): (...args: Args) => Result {
  return wrapped('agent', name, work);
}

/**
 * Wraps a function so that each of its calls is an operation's span, with what it was given and what came of it. What it
 * calls becomes part of it. Also for asynchronous functions and generators.
 *
 * @example const triage = operation('triage', (ticket: Ticket) => poml('prompts/triage.poml', { context: { ticket } }));
 */
export function operation<Args extends unknown[], Result>(
  name: string,
  work: (...args: Args) => Result,
): (...args: Args) => Result {
  return wrapped('operation', name, work);
}

function wrapped<Args extends unknown[], Result>(
  kind: OperationKind,
  name: string,
  work: (...args: Args) => Result,
): (...args: Args) => Result {
  return function (this: unknown, ...args: Args): Result {
    const place = newSpan(openSpan());
    const cell = emptyCell();
    const root = rootCell();
    const run = <T>(part: () => T): T => below(place, cell, root, part);
    const end = ender(kind, name, args, place);
    try {
      return observed(
        run(() => work.apply(this, args)),
        run,
        end,
      );
    } catch (error) {
      end.failed(error);
      throw error;
    }
  };
}

/** How a span ends, once. */
export interface Ender {
  done(output: unknown): void;
  failed(error: unknown): void;
}

function ender(kind: OperationKind, name: string, args: readonly unknown[], place: SpanPlace): Ender {
  const targets = sinks();
  const start = now();
  const rest = { tags: [], endState: undefined, call: undefined };
  let ended = false;
  const finish = (output: unknown, failed: boolean, error: unknown) => {
    if (ended) return;
    ended = true;
    send(targets, { ...place, ...rest, kind, name, args, start, end: now(), output, failed, error });
  };
  return {
    done: (output) => finish(output, false, undefined),
    failed: (error) => finish(undefined, true, error),
  };
}

/** The value that a function gave, or one like it that ends the span when it is through. */
function observed<T>(value: T, run: <R>(part: () => R) => R, end: Ender): T {
  if (value instanceof Promise) return overPromise(value, end) as T;
  if (isGenerator(value, Symbol.iterator)) return overGenerator(value, run, end) as T;
  if (isGenerator(value, Symbol.asyncIterator)) return overAsyncGenerator(value, run, end) as T;
  end.done(value);
  return value;
}

function overPromise<T>(promise: Promise<T>, end: Ender): Promise<T> {
  const ended = promise.then(
    (output) => {
      end.done(output);
      return output;
    },
    (error: unknown) => {
      end.failed(error);
      throw error;
    },
  );
  if (promise.constructor === Promise) return ended;
  // A promise with abilities of its own, as those of API clients are, must stay what it is. It reports its own rejection.
  ended.catch(() => {});
  return promise;
}

function send(targets: readonly TraceSink[], operation: Omit<FinishedOperation, 'call'>): void {
  for (const sink of targets) sink.add({ ...operation, call: undefined });
}
