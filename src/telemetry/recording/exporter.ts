import {
  type FinishedOperation,
  packageVersion,
  type RemoteBackend,
  type TraceSink,
} from '../../trace/recording/index.ts';
import type { Delivery, Sender } from '../send/sender.ts';
import type { Span } from '../span.ts';
import { spanOf } from './spans.ts';

/** How long spans are gathered before they are sent. */
const GATHER_MS = 1000;
/** How long one delivery may take when nobody waits for it. */
const DELIVERY_MS = 5000;
/** Spans, and characters of theirs, that wait at most: a backend that is down must not fill the memory. */
const MAX_WAITING = 2048;
const MAX_CHARACTERS = 32 * 1024 * 1024;

/** Spans of a backend on their way: gathered for a moment, sent together, forgotten when they cannot be delivered. */
export class Exporter implements TraceSink {
  readonly #backend: RemoteBackend;
  readonly #sender: Promise<Sender | undefined>;
  #waiting: Span[] = [];
  #characters = 0;
  #dropped = 0;
  /** Holds the process a second at most, so that a program which simply ends delivers what it has. */
  #timer: NodeJS.Timeout | undefined;
  #delivery: Promise<void> | undefined;
  /** Whether the last delivery failed, and the process was warned of it. */
  #failing = false;
  #off = false;

  /** @param env The variables that say where the backend is. */
  constructor(backend: RemoteBackend, env: NodeJS.ProcessEnv) {
    this.#backend = backend;
    this.#sender = this.#connect(env);
  }

  add(operation: FinishedOperation): void {
    if (this.#off) return;
    if (this.#waiting.length >= MAX_WAITING || this.#characters > MAX_CHARACTERS) {
      this.#dropped++;
      return;
    }
    try {
      const span = spanOf(operation, this.#backend);
      this.#waiting.push(span);
      this.#characters += sizeOf(span);
    } catch (error) {
      this.#warn(`a span could not be made (${error instanceof Error ? error.message : String(error)})`);
    }
    this.#schedule();
  }

  async flush(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    while (this.#delivery || this.#waiting.length > 0) {
      const left = end - performance.now();
      if (left <= 0) return;
      await (this.#delivery ?? this.#deliver(left));
    }
  }

  #schedule(): void {
    if (this.#delivery || this.#timer) return;
    this.#timer = setTimeout(() => void this.#deliver(DELIVERY_MS), GATHER_MS);
  }

  #deliver(milliseconds: number): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#delivery = this.#send(milliseconds)
      .catch((error: unknown) => this.#fail(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        this.#delivery = undefined;
        if (this.#waiting.length > 0) this.#schedule();
      });
    return this.#delivery;
  }

  async #send(milliseconds: number): Promise<void> {
    const sender = await this.#sender;
    const spans = this.#waiting;
    this.#waiting = [];
    this.#characters = 0;
    if (!sender) return;
    const { Deadline } = await import('../send/deadline.ts');
    const deadline = new Deadline(milliseconds);
    try {
      const scope = { name: 'vitest-poml', version: packageVersion() };
      this.#report(await sender.deliver({ resource: { 'service.name': 'poml' }, scope, spans }, deadline));
    } finally {
      deadline.clear();
    }
  }

  async #connect(env: NodeJS.ProcessEnv): Promise<Sender | undefined> {
    try {
      const [{ resolveTarget }, { Sender }] = await Promise.all([
        import('../targets/resolve.ts'),
        import('../send/sender.ts'),
      ]);
      const resolved = resolveTarget({ backend: this.#backend }, env);
      if ('target' in resolved) return new Sender(resolved.target);
      this.#stop(resolved.off);
    } catch (error) {
      this.#stop(error instanceof Error ? error.message : String(error));
    }
    return undefined;
  }

  #stop(why: string): void {
    this.#off = true;
    this.#waiting = [];
    this.#warn(`nothing is sent: ${why}`);
  }

  #report({ undelivered, rejected, dropped }: Delivery): void {
    const lost = undelivered.reduce(
      (sum, { spans }) => sum + spans.length,
      rejected + dropped + this.#dropped,
    );
    this.#dropped = 0;
    if (lost === 0) this.#failing = false;
    else
      this.#fail(
        `${lost} span(s) were not delivered: ${undelivered[0]?.why ?? 'too many, too large, or refused'}`,
      );
  }

  /** Warns once until it works again: a backend that is down for a day is one piece of news. */
  #fail(why: string): void {
    if (!this.#failing) this.#warn(why);
    this.#failing = true;
  }

  #warn(what: string): void {
    process.emitWarning(`${this.#backend}: ${what}. Calls of poml go on as ever.`, {
      code: 'VITEST_POML_TELEMETRY',
    });
  }
}

function sizeOf({ attributes }: Span): number {
  return Object.values(attributes).reduce((sum: number, value) => sum + String(value).length, 0);
}
