import type { ResolvedTarget, TargetOptions } from './target.ts';
import { TargetError } from './target.ts';
import { checkedUrl, tracesUrl } from './url.ts';

const API = 'https://api.agentops.ai';
const EXPORTER = 'https://otlp.agentops.ai/v1/traces';
const APP = 'https://app.agentops.ai';

/** AgentOps, hosted or your own. */
export function agentops(options: TargetOptions, env: NodeJS.ProcessEnv): ResolvedTarget {
  const given = options.apiKey ?? env.AGENTOPS_API_KEY;
  if (given === undefined || given.trim() === '') return { off: 'AGENTOPS_API_KEY is not set' };
  const apiKey = agentopsKey(given);
  const secret = options.insecure !== true;
  const api = checkedUrl(
    options.endpoint ?? (env.AGENTOPS_API_ENDPOINT || API),
    'AGENTOPS_API_ENDPOINT',
    secret,
  );
  const exporter = checkedUrl(
    options.exporterEndpoint ?? (env.AGENTOPS_EXPORTER_ENDPOINT || EXPORTER),
    'AGENTOPS_EXPORTER_ENDPOINT',
    secret,
  );
  return {
    target: {
      backend: 'agentops',
      url: tracesUrl(exporter),
      protocol: options.protocol ?? 'protobuf',
      gzip: false,
      headers: { ...options.headers },
      login: { api, apiKey },
      appUrl: checkedUrl(options.appUrl ?? (env.AGENTOPS_APP_URL || APP), 'AGENTOPS_APP_URL', false),
      resource: {},
      secrets: [given.trim(), apiKey, apiKey.replaceAll('-', ''), ...Object.values(options.headers ?? {})],
    },
  };
}

/**
 * An API key as AgentOps takes it: 32 hex digits with dashes, lower case. The server reads other spellings of a UUID
 * too, but not one with a blank at the end.
 */
export function agentopsKey(given: string): string {
  const digits = given
    .trim()
    .replace(/^urn:uuid:/i, '')
    .replace(/^\{(.*)\}$/, '$1')
    .replaceAll('-', '')
    .toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(digits))
    throw new TargetError(
      'AGENTOPS_API_KEY is not a key of AgentOps: 32 hex digits expected. Copy it again from the settings of your project.',
    );
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Where a trace is shown. */
export function agentopsLink(appUrl: string, traceId: string): string {
  return `${appUrl}/sessions?trace_id=${traceId}`;
}
