import { isRecord } from '../../trace/json.ts';
import type { Deadline } from '../send/deadline.ts';
import { type Answer, exchange, type Fetch } from '../send/exchange.ts';
import { isFresh, login, type Token } from '../send/login.ts';
import { asksForRetry, MAX_ATTEMPTS, retryDelay } from '../send/retry.ts';
import type { SenderTools } from '../send/sender.ts';
import { answerWords } from '../send/words.ts';
import type { Target } from '../targets/target.ts';
import { shownUrl } from '../targets/url.ts';

/** AgentOps could not be read; the message says why, without secrets. */
export class ReadError extends Error {
  override readonly name = 'ReadError';
}

/** A trace as AgentOps' public API tells it: its spans without attributes, in no order. */
export interface StoredTrace {
  traceId: string;
  projectId: string;
  spans: StoredSummary[];
}

export interface StoredSummary {
  spanId: string;
  name: string;
  /** ISO 8601, as the server writes it. */
  startTime: string;
}

/** Most bytes of one answer: all spans of a trace, or all attributes of one span. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Reads traces of AgentOps. Reading twice does no harm, so whatever may pass is tried again within the deadline. */
export class Reader {
  readonly #target: Target & Required<Pick<Target, 'login'>>;
  readonly #fetch: Fetch;
  readonly #random: () => number;
  readonly #deadline: Deadline;
  #token: Promise<Token> | undefined;

  /** @param target Of the backend `agentops`. */
  constructor(target: Target, deadline: Deadline, tools: SenderTools = {}) {
    if (!target.login) throw new ReadError(`Traces of ${target.backend} cannot be read back.`);
    this.#target = { ...target, login: target.login };
    this.#deadline = deadline;
    this.#fetch = tools.fetch ?? ((url, init) => fetch(url, init));
    this.#random = tools.random ?? Math.random;
  }

  /**
   * One trace.
   *
   * @returns `undefined` when there is none of this id in the project of the key, or not yet.
   * @throws ReadError
   */
  async trace(traceId: string): Promise<StoredTrace | undefined> {
    const value = await this.#get(`/public/v1/traces/${traceId}`);
    if (value === undefined) return undefined;
    if (!isRecord(value) || !Array.isArray(value.spans)) throw this.#strange('a trace');
    const spans = value.spans.filter(isRecord).flatMap((span): StoredSummary[] => {
      const { span_id: spanId, span_name: name, start_time: startTime } = span;
      const valid = typeof spanId === 'string' && /^[0-9a-f]{1,32}$/.test(spanId);
      return valid ? [{ spanId, name: text(name), startTime: text(startTime) }] : [];
    });
    return { traceId, projectId: text(value.project_id), spans };
  }

  /** One span with its attributes, nested and all texts, as the server sends it; `undefined` when there is none. */
  async span(spanId: string): Promise<Record<string, unknown> | undefined> {
    const value = await this.#get(`/public/v1/spans/${spanId}`);
    if (value !== undefined && !isRecord(value)) throw this.#strange('a span');
    return value;
  }

  async #get(path: string): Promise<unknown> {
    const url = this.#target.login.api + path;
    let renewed = false;
    for (let attempt = 1; ; attempt++) {
      const token = await this.#login();
      const answer = await exchange(
        this.#fetch,
        { method: 'GET', url, headers: { Authorization: `Bearer ${token.text}` }, mostBytes: MAX_BYTES },
        this.#deadline,
      );
      if ('status' in answer && answer.status === 200) return this.#parse(answer, url);
      if ('status' in answer && answer.status === 404) return undefined;
      if ('status' in answer && isTokenFault(answer) && !renewed) {
        renewed = true;
        this.#token = undefined;
        continue;
      }
      const passing = !('status' in answer) || asksForRetry(answer);
      const retryAfter = 'status' in answer ? answer.headers.get('retry-after') : null;
      const pause = retryDelay(attempt, retryAfter, this.#random());
      if (passing && attempt < MAX_ATTEMPTS && (await this.#deadline.wait(pause))) continue;
      const secrets = [...this.#target.secrets, token.text];
      throw new ReadError(
        'status' in answer ? answerWords(url, answer, secrets) : `${shownUrl(url)}: ${answer.why}`,
      );
    }
  }

  /** One login for all that is read at once. */
  async #login(): Promise<Token> {
    const known = await this.#token;
    if (isFresh(known)) return known;
    this.#token = login(this.#fetch, this.#target, this.#deadline, this.#random).then((outcome) => {
      if ('refused' in outcome) throw new ReadError(outcome.refused);
      return outcome.token;
    });
    return this.#token;
  }

  #parse({ body }: Answer, url: string): unknown {
    try {
      return JSON.parse(body.toString('utf8'));
    } catch {
      throw new ReadError(`${shownUrl(url)} answered with something that is no JSON.`);
    }
  }

  #strange(what: string): ReadError {
    return new ReadError(`${shownUrl(this.#target.login.api)} answered with something that is not ${what}.`);
  }
}

/** A bad, missing or expired token: 400 by AgentOps' public API, 401 by what may stand in front of it. */
function isTokenFault({ status, body }: Answer): boolean {
  return (
    status === 401 || status === 403 || (status === 400 && /token|authorization/i.test(body.toString('utf8')))
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
