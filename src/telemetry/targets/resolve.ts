import { agentops } from './agentops.ts';
import { mlflow } from './mlflow.ts';
import { otlp } from './otlp.ts';
import type { ResolvedTarget, TargetOptions } from './target.ts';
import { BACKENDS, TargetError } from './target.ts';
import { weave } from './weave.ts';

const RESOLVERS = { agentops, mlflow, weave, otlp };

/**
 * Makes out where spans go, from options and environment.
 *
 * @throws TargetError when something there cannot be right.
 * @example resolveTarget({ backend: 'otlp', endpoint: 'http://localhost:4318' }, process.env)
 */
export function resolveTarget(options: TargetOptions, env: NodeJS.ProcessEnv): ResolvedTarget {
  const name = options.backend ?? 'agentops';
  if (!BACKENDS.includes(name))
    throw new TargetError(`backend is ${JSON.stringify(name)}; it must be one of ${BACKENDS.join(', ')}.`);
  const resolved = RESOLVERS[name](options, env);
  if ('target' in resolved) checkHeaders(resolved.target.headers);
  return resolved;
}

function checkHeaders(headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      new Headers([[name, value]]);
    } catch {
      throw new TargetError(
        `The header ${JSON.stringify(name)} cannot be sent: its name or value holds a character that no header may.`,
      );
    }
  }
}
