import type { ResolvedTarget, TargetOptions } from './target.ts';
import { TargetError } from './target.ts';
import { checkedUrl, tracesUrl } from './url.ts';

const ENDPOINT = 'https://trace.wandb.ai/otel/v1/traces';

/** Weights & Biases Weave, hosted or dedicated. */
export function weave(options: TargetOptions, env: NodeJS.ProcessEnv): ResolvedTarget {
  const apiKey = (options.apiKey ?? env.WANDB_API_KEY)?.trim();
  if (!apiKey) return { off: 'WANDB_API_KEY is not set' };
  if (options.protocol === 'json') throw new TargetError('Weave takes protobuf only: leave protocol out.');
  const { entity, project } = projectOf(options, env);
  return {
    target: {
      backend: 'weave',
      url: tracesUrl(
        checkedUrl(options.endpoint ?? ENDPOINT, 'endpoint', options.insecure !== true),
        '/otel/v1/traces',
      ),
      protocol: 'protobuf',
      gzip: false,
      // Newer servers read the resource, older ones this header.
      headers: { 'wandb-api-key': apiKey, project_id: `${entity}/${project}`, ...options.headers },
      resource: { 'wandb.entity': entity, 'wandb.project': project },
      secrets: [apiKey, ...Object.values(options.headers ?? {})],
    },
  };
}

function projectOf(options: TargetOptions, env: NodeJS.ProcessEnv): { entity: string; project: string } {
  const given =
    options.project ?? env.WEAVE_PROJECT ?? `${env.WANDB_ENTITY ?? ''}/${env.WANDB_PROJECT ?? ''}`;
  const [, entity, project] = /^([^/\s]+)\/([^/\s]+)$/.exec(given.trim()) ?? [];
  if (entity === undefined || project === undefined)
    throw new TargetError(
      "Weave needs the project: set project: 'entity/project', or WANDB_ENTITY and WANDB_PROJECT.",
    );
  return { entity, project };
}
