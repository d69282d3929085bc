import { clip, escapeLine } from '../../report/escape.ts';
import { isRecord } from '../../trace/json.ts';
import { shownUrl } from '../targets/url.ts';
import type { Answer } from './exchange.ts';

const MAX_WORDS = 200;

/** What an answer that is no success says, on one line. */
export function answerWords(
  url: string,
  { status, headers, body }: Answer,
  secrets: readonly string[],
): string {
  if (status >= 300 && status < 400) {
    const target = headers.get('location');
    return `${shownUrl(url)} answered ${status} (it moved${target === null ? '' : ` to ${shownTarget(target, url)}`}; name the new address)`;
  }
  const said = strangersWords(messageOf(body), secrets);
  return `${shownUrl(url)} answered ${status}${said === '' ? '' : `: ${said}`}`;
}

/** A text of the other side, safe to show: on one line, short, and without our secrets, should it repeat them. */
export function strangersWords(text: string, secrets: readonly string[]): string {
  let shown = text.replace(JWT, '…');
  // Longest first: a key may be part of a token.
  for (const secret of [...secrets].sort((one, other) => other.length - one.length))
    if (secret.length > 3) shown = shown.replaceAll(new RegExp(literal(secret), 'gi'), '…');
  return clip(escapeLine(shown.trim()), MAX_WORDS);
}

/** Tokens of AgentOps hold the key in clear; of whoever this one is. */
const JWT = /\beyJ[\w-]+\.[\w-]+(?:\.[\w-]+)?/g;

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/** The message in an error body: the two shapes of AgentOps, that of OTLP, or plain text. */
function messageOf(body: Buffer): string {
  const text = body.toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) return '';
    const said = value.error ?? value.detail ?? value.message;
    return typeof said === 'string' ? said : '';
  } catch {
    return /^[\x20-\x7e\s]*$/.test(text) && !text.includes('<') ? text : '';
  }
}

function shownTarget(location: string, base: string): string {
  try {
    return shownUrl(new URL(location, base).href);
  } catch {
    return 'somewhere else';
  }
}
