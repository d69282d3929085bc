import { escapeLine } from '../../report/escape.ts';
import { TargetError } from './target.ts';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Checks an address and gives it without a slash at the end.
 *
 * @param where What the user calls it, for errors: `AGENTOPS_API_ENDPOINT`.
 * @param secret Whether a key or token goes there, which plain `http:` would show to everybody on the way.
 */
export function checkedUrl(value: string, where: string, secret: boolean): string {
  let url: URL;
  try {
    url = new URL(value.trim());
  } catch {
    throw new TargetError(
      `${where} is no URL: ${escapeLine(withoutSecrets(value))}. Write it with https://.`,
    );
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new TargetError(`${where} must start with https:// (or http:// on this machine).`);
  if (url.username !== '' || url.password !== '')
    throw new TargetError(`${where} holds a user name or password. Give them as a header instead.`);
  if (url.protocol === 'http:' && secret && !LOOPBACK.test(url.hostname))
    throw new TargetError(
      `${where} is plain http:// on another machine, and a key would go there unprotected. Use https://, or set insecure: true.`,
    );
  return url.href.replace(/\/+$/, '');
}

/** The address of a collector: its path is added when the address lacks one of the kind. */
export function tracesUrl(base: string, path = '/v1/traces'): string {
  const url = new URL(base);
  if (!/\/v1\/traces$/.test(url.pathname)) url.pathname = url.pathname.replace(/\/+$/, '') + path;
  return url.href;
}

/** An address for people: without what may be secret in it. */
export function shownUrl(value: string): string {
  const url = new URL(value);
  return escapeLine(`${url.origin}${url.pathname}`);
}

function withoutSecrets(value: string): string {
  return value.replace(/\/\/[^/@]*@/, '//…@').slice(0, 200);
}
