import { isRecord } from '../../trace/json.ts';
import type { Target } from '../targets/target.ts';
import { shownUrl } from '../targets/url.ts';
import type { Deadline } from './deadline.ts';
import { type Answer, exchange, type Fetch, type NoAnswer } from './exchange.ts';
import { asksForRetry, MAX_ATTEMPTS, retryDelay } from './retry.ts';
import { answerWords } from './words.ts';

/** A token of AgentOps. As secret as the key, which stands in it in clear. */
export interface Token {
  text: string;
  /** Milliseconds since 1970. */
  expires: number;
}

/** A token, or in words why there is none. */
export type LoginOutcome = { token: Token } | { refused: string };

const RENEW_MS = 60_000;

/** Whether a token is good for the next minute. */
export function isFresh(token: Token | undefined, now: number = Date.now()): token is Token {
  return token !== undefined && token.expires - now > RENEW_MS;
}

/** Exchanges the API key for a token. To ask twice does no harm, so every failure that may pass is tried again. */
export async function login(
  fetch: Fetch,
  target: Target & Required<Pick<Target, 'login'>>,
  deadline: Deadline,
  random: () => number,
): Promise<LoginOutcome> {
  const url = `${target.login.api}/v3/auth/token`;
  for (let attempt = 1; ; attempt++) {
    const answer = await exchange(
      fetch,
      {
        method: 'POST',
        url,
        headers: { 'Content-Type': 'application/json' },
        body: Buffer.from(JSON.stringify({ api_key: target.login.apiKey }), 'utf8'),
      },
      deadline,
    );
    const token = 'status' in answer && answer.status === 200 ? tokenOf(answer) : undefined;
    if (token) return { token };
    const passing = !('status' in answer) || answer.status === 500 || asksForRetry(answer);
    const pause = retryDelay(
      attempt,
      'status' in answer ? answer.headers.get('retry-after') : null,
      random(),
    );
    if (!passing || attempt === MAX_ATTEMPTS || !(await deadline.wait(pause)))
      return { refused: refusal(url, answer, target.secrets) };
  }
}

function refusal(url: string, answer: Answer | NoAnswer, secrets: readonly string[]): string {
  if (!('status' in answer)) return `no login at ${shownUrl(url)}: ${answer.why}`;
  if (answer.status === 200) return `${shownUrl(url)} answered without a token`;
  if (answer.status === 400 || answer.status === 403)
    return `AgentOps does not know this API key (${answer.status}); copy it again from the settings of your project`;
  return `no login: ${answerWords(url, answer, secrets)}`;
}

function tokenOf({ body }: Answer): Token | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    const text = isRecord(value) && typeof value.token === 'string' ? value.token : '';
    // It becomes a header.
    return /^[\x21-\x7e]+$/.test(text) ? { text, expires: expiryOf(text) } : undefined;
  } catch {
    return undefined;
  }
}

/** When a JWT ends, from its `exp`; one that does not say lasts. */
function expiryOf(token: string): number {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    if (isRecord(claims) && typeof claims.exp === 'number') return claims.exp * 1000;
  } catch {
    // No JWT; the server says when it has enough of it.
  }
  return Number.POSITIVE_INFINITY;
}
