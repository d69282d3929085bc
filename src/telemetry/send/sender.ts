import { gzipSync } from 'node:zlib';
import { partialSuccess } from '../otlp/answer.ts';
import type { Encoding } from '../otlp/encoding.ts';
import { json } from '../otlp/json.ts';
import { protobuf } from '../otlp/protobuf.ts';
import { requestsOf, type SpanRequest } from '../otlp/requests.ts';
import { cleanBatch } from '../rules/clean.ts';
import type { Span, SpanBatch } from '../span.ts';
import type { Target } from '../targets/target.ts';
import { shownUrl } from '../targets/url.ts';
import type { Deadline } from './deadline.ts';
import { exchange, type Fetch } from './exchange.ts';
import { isFresh, login, type Token } from './login.ts';
import { asksForRetry, MAX_ATTEMPTS, retryDelay } from './retry.ts';
import { answerWords, strangersWords } from './words.ts';

/** Spans that were not delivered, or of which nobody knows. */
export interface Undelivered {
  spans: readonly Span[];
  /** The request went out and no answer came: the spans may be there. */
  uncertain: boolean;
  why: string;
}

/** What became of the spans of a batch; the four counts add up to all of them. */
export interface Delivery {
  /** Spans that the backend took. */
  sent: number;
  /** Spans that the backend took part in but refused; to send them again would be refused again. */
  rejected: number;
  /** Spans too large to be sent at all. */
  dropped: number;
  undelivered: Undelivered[];
  /** The batch as it was sent: what `undelivered` belongs to. */
  sender: Pick<SpanBatch, 'resource' | 'scope'>;
  /** What was mended in the spans, and what the backend said about them, for people. */
  notes: string[];
}

/** How a sender reaches the world; all but in tests left out. */
export interface SenderTools {
  fetch?: Fetch;
  /** Between 0 and 1. */
  random?: () => number;
}

/**
 * Sends spans to one backend. It keeps the login between deliveries, holds no timer and no connection open by itself,
 * and never throws: whatever happens is in the `Delivery`.
 */
export class Sender {
  readonly target: Target;
  readonly #fetch: Fetch;
  readonly #random: () => number;
  readonly #encoding: Encoding;
  #token: Token | undefined;

  constructor(target: Target, tools: SenderTools = {}) {
    this.target = target;
    this.#fetch = tools.fetch ?? ((url, init) => fetch(url, init));
    this.#random = tools.random ?? Math.random;
    this.#encoding = target.protocol === 'json' ? json : protobuf;
  }

  /** Sends a batch: checked, in requests of a bounded size, each once, all within the deadline. */
  async deliver(given: SpanBatch, deadline: Deadline): Promise<Delivery> {
    const own = { ...given, resource: { ...given.resource, ...this.target.resource } };
    const { batch, problems } = cleanBatch(own);
    const { requests, tooLarge } = requestsOf(batch, this.#encoding);
    const delivery: Delivery = {
      sent: 0,
      rejected: 0,
      dropped: tooLarge.length,
      undelivered: [],
      sender: { resource: batch.resource, scope: batch.scope },
      notes: problems,
    };
    const refused = requests.length > 0 ? await this.#prepare(deadline) : undefined;
    const state: State = { batch, delivery, deadline, renewed: false, stopped: refused };
    for (const request of requests) await this.#sendRequest(request, state);
    return delivery;
  }

  /** Logs in where the backend wants it. @returns why it could not. */
  async #prepare(deadline: Deadline): Promise<string | undefined> {
    const { target } = this;
    if (!target.login || isFresh(this.#token)) return undefined;
    const outcome = await login(this.#fetch, { ...target, login: target.login }, deadline, this.#random);
    if ('refused' in outcome) return outcome.refused;
    this.#token = outcome.token;
    return undefined;
  }

  async #sendRequest(request: SpanRequest, state: State): Promise<void> {
    const { delivery, deadline } = state;
    const leave = (why: string, uncertain = false) => {
      delivery.undelivered.push({ spans: request.spans, uncertain, why });
    };
    for (let attempt = 1; ; attempt++) {
      if (state.stopped !== undefined) return leave(state.stopped);
      const { url } = this.target;
      const answer = await exchange(this.#fetch, this.#outgoing(request.body), deadline);
      if (!('status' in answer)) {
        const why = `${shownUrl(url)}: ${answer.why}`;
        if (answer.failed === 'uncertain') return leave(why, true);
        if (attempt < MAX_ATTEMPTS && (await deadline.wait(this.#pause(attempt, null)))) continue;
        // What cannot be reached for this request cannot for the next one either.
        state.stopped = why;
        return leave(why);
      }
      if (answer.status >= 200 && answer.status < 300) return this.#count(request, answer, delivery);
      const why = answerWords(url, answer, this.#secrets());
      if (asksForRetry(answer)) {
        const pause = this.#pause(attempt, answer.headers.get('retry-after'));
        if (attempt < MAX_ATTEMPTS && (await deadline.wait(pause))) continue;
        state.stopped = why;
      } else if (answer.status === 401 || answer.status === 403) {
        if (await this.#renew(state)) continue;
        state.stopped ??= why;
      } else if (answer.status === 413 && request.spans.length > 1) {
        return this.#halve(request, state);
      }
      return leave(why);
    }
  }

  /** Logs in again, once in a delivery: the token may have been withdrawn. */
  async #renew(state: State): Promise<boolean> {
    if (state.renewed || !this.target.login) return false;
    state.renewed = true;
    this.#token = undefined;
    state.stopped = await this.#prepare(state.deadline);
    return state.stopped === undefined;
  }

  async #halve(request: SpanRequest, state: State): Promise<void> {
    const middle = Math.ceil(request.spans.length / 2);
    for (const spans of [request.spans.slice(0, middle), request.spans.slice(middle)])
      for (const half of requestsOf({ ...state.batch, spans }, this.#encoding).requests)
        await this.#sendRequest(half, state);
  }

  #count(request: SpanRequest, answer: { headers: Headers; body: Buffer }, delivery: Delivery): void {
    const partial = partialSuccess(answer.body, answer.headers.get('content-type'));
    const rejected = Math.min(partial.rejected, request.spans.length);
    delivery.rejected += rejected;
    delivery.sent += request.spans.length - rejected;
    const said = strangersWords(partial.message, this.#secrets());
    if (said !== '') delivery.notes.push(`${this.target.backend} says: ${said}`);
  }

  #outgoing(body: Buffer): { method: 'POST'; url: string; headers: Record<string, string>; body: Buffer } {
    const { target } = this;
    return {
      method: 'POST',
      url: target.url,
      headers: {
        ...target.headers,
        'Content-Type': this.#encoding.contentType,
        ...(target.gzip && { 'Content-Encoding': 'gzip' }),
        ...(this.#token && { Authorization: `Bearer ${this.#token.text}` }),
      },
      body: target.gzip ? gzipSync(body) : body,
    };
  }

  #pause(attempt: number, retryAfter: string | null): number {
    return retryDelay(attempt, retryAfter, this.#random());
  }

  #secrets(): string[] {
    return [...this.target.secrets, ...(this.#token ? [this.#token.text] : [])];
  }
}

interface State {
  batch: SpanBatch;
  delivery: Delivery;
  deadline: Deadline;
  /** The token was renewed already. */
  renewed: boolean;
  /** Why nothing more is sent. */
  stopped: string | undefined;
}
