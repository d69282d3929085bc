import type { ResolvedTarget, TargetOptions } from './target.ts';
import { TargetError } from './target.ts';
import { checkedUrl, tracesUrl } from './url.ts';

/** An MLflow tracking server, 3.6 or later. */
export function mlflow(options: TargetOptions, env: NodeJS.ProcessEnv): ResolvedTarget {
  const given = options.endpoint ?? env.MLFLOW_TRACKING_URI;
  if (!given) return { off: 'MLFLOW_TRACKING_URI is not set' };
  const experimentId = options.experimentId ?? env.MLFLOW_EXPERIMENT_ID;
  if (!experimentId)
    throw new TargetError('MLflow needs the experiment: set MLFLOW_EXPERIMENT_ID (0 is the default one).');
  if (options.protocol === 'json') throw new TargetError('MLflow takes protobuf only: leave protocol out.');
  const authorization = authorizationOf(options, env);
  const secret = authorization !== undefined && options.insecure !== true;
  const headers = {
    ...authorization,
    'x-mlflow-experiment-id': experimentId,
    ...options.headers,
  };
  return {
    target: {
      backend: 'mlflow',
      url: tracesUrl(checkedUrl(given, 'MLFLOW_TRACKING_URI', secret)),
      protocol: 'protobuf',
      gzip: false,
      headers,
      resource: {},
      secrets: [
        ...Object.values({ ...authorization, ...options.headers }),
        ...[options.apiKey, env.MLFLOW_TRACKING_TOKEN, env.MLFLOW_TRACKING_PASSWORD].filter((text) => !!text),
      ] as string[],
    },
  };
}

function authorizationOf(
  options: TargetOptions,
  env: NodeJS.ProcessEnv,
): { Authorization: string } | undefined {
  const token = options.apiKey ?? env.MLFLOW_TRACKING_TOKEN;
  if (token) return { Authorization: `Bearer ${token.trim()}` };
  const { MLFLOW_TRACKING_USERNAME: user, MLFLOW_TRACKING_PASSWORD: password } = env;
  if (!user || !password) return undefined;
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}
