import type { Attributes } from '../span.ts';
import type { ResolvedTarget, TargetOptions } from './target.ts';
import { TargetError } from './target.ts';
import { checkedUrl, tracesUrl } from './url.ts';

const ENDPOINT = 'http://localhost:4318';
const VARIABLES = 'OTEL_EXPORTER_OTLP';

/** Any OpenTelemetry collector, by the variables that OpenTelemetry's own SDKs read. Only this backend reads them. */
export function otlp(options: TargetOptions, env: NodeJS.ProcessEnv): ResolvedTarget {
  if (/^true$/i.test(env.OTEL_SDK_DISABLED ?? '')) return { off: 'OTEL_SDK_DISABLED is true' };
  if (env.OTEL_TRACES_EXPORTER === 'none') return { off: 'OTEL_TRACES_EXPORTER is none' };
  const headers = { ...parseHeaders(variable(env, 'HEADERS')), ...options.headers };
  const secret = Object.keys(headers).length > 0 && options.insecure !== true;
  return {
    target: {
      backend: 'otlp',
      url: urlOf(options, env, secret),
      protocol: options.protocol ?? protocolOf(variable(env, 'PROTOCOL')),
      gzip: variable(env, 'COMPRESSION') === 'gzip',
      headers,
      resource: resourceOf(env),
      secrets: Object.values(headers),
    },
  };
}

/** The variable for traces wins over the one for everything. */
function variable(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return env[`${VARIABLES}_TRACES_${name}`]?.trim() || env[`${VARIABLES}_${name}`]?.trim() || undefined;
}

function urlOf(options: TargetOptions, env: NodeJS.ProcessEnv, secret: boolean): string {
  if (options.endpoint !== undefined) return tracesUrl(checkedUrl(options.endpoint, 'endpoint', secret));
  const exact = env[`${VARIABLES}_TRACES_ENDPOINT`]?.trim();
  // The one for traces is used as it is.
  if (exact) return new URL(checkedUrl(exact, `${VARIABLES}_TRACES_ENDPOINT`, secret)).href;
  const base = env[`${VARIABLES}_ENDPOINT`]?.trim() || ENDPOINT;
  return `${checkedUrl(base, `${VARIABLES}_ENDPOINT`, secret)}/v1/traces`;
}

function protocolOf(given: string | undefined): 'protobuf' | 'json' {
  if (given === undefined || given === 'http/protobuf') return 'protobuf';
  if (given === 'http/json') return 'json';
  throw new TargetError(
    `${VARIABLES}_PROTOCOL is ${JSON.stringify(given)}; http/protobuf and http/json can be sent, grpc cannot. Most collectors take http/protobuf on port 4318.`,
  );
}

/** `name=value,name=value`, values percent-encoded; what is none of these is passed over. */
export function parseHeaders(given: string | undefined): Record<string, string> {
  return Object.fromEntries(pairs(given));
}

function resourceOf(env: NodeJS.ProcessEnv): Attributes {
  const attributes: Attributes = Object.fromEntries(pairs(env.OTEL_RESOURCE_ATTRIBUTES));
  if (env.OTEL_SERVICE_NAME) attributes['service.name'] = env.OTEL_SERVICE_NAME;
  return attributes;
}

function pairs(given: string | undefined): [string, string][] {
  return (given ?? '').split(',').flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    return at > 0 && name !== '' ? [[name, decoded(pair.slice(at + 1).trim())]] : [];
  });
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
