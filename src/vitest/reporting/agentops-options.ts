import { nearest } from '../../project/nearest.ts';
import type { ContentMode, Redact, TargetOptions } from '../../telemetry/index.ts';

/** Options of the reporter `vitest-poml/agentops`; all may be left out. */
export interface AgentOpsOptions extends TargetOptions {
  /** Further tags of the trace. */
  tags?: string[];
  /** Which texts of prompts are sent (default `regressions`). */
  content?: ContentMode;
  /** What is taken out of every text before it is sent. */
  redact?: Redact;
  /** Milliseconds that the end of a run waits at most (default 10,000). */
  timeout?: number;
  /** When a run is posted (default `ci`). */
  when?: 'ci' | 'always' | 'regression';
  /** Name of the trace (default `AGENTOPS_TRACE_NAME`, else `prompt_tests`). */
  name?: string;
  /** A span for every test, or only for those that failed (default `all`). */
  cases?: 'all' | 'regressions';
  /** Give each render its tokens as those of a model's call, though none was called (default `false`). */
  usage?: boolean;
  /** Post runs with the `blob` reporter too, which are otherwise posted when they are merged (default `false`). */
  shards?: boolean;
}

type Check = (value: unknown) => string | undefined;

const text: Check = (value) => (typeof value === 'string' ? undefined : 'must be a text');
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');
const oneOf =
  (...allowed: string[]): Check =>
  (value) =>
    allowed.includes(value as string)
      ? undefined
      : `must be one of ${allowed.map((name) => `'${name}'`).join(', ')}`;

/** What each option may be. A wrong one is refused when Vitest starts: it might be the one that keeps texts at home. */
const CHECKS: Readonly<Record<keyof AgentOpsOptions, Check>> = {
  backend: oneOf('agentops', 'mlflow', 'weave', 'otlp'),
  apiKey: text,
  endpoint: text,
  exporterEndpoint: text,
  appUrl: text,
  headers: (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((header) => typeof header === 'string')
      ? undefined
      : 'must be an object of texts',
  experimentId: text,
  project: text,
  protocol: oneOf('protobuf', 'json'),
  insecure: flag,
  tags: (value) =>
    Array.isArray(value) && value.every((tag) => typeof tag === 'string')
      ? undefined
      : 'must be a list of texts',
  content: oneOf('all', 'regressions', 'none'),
  redact: (value) =>
    typeof value === 'function' || [value].flat().every((pattern) => pattern instanceof RegExp)
      ? undefined
      : 'must be a regular expression, a list of them, or a function',
  timeout: (value) =>
    typeof value === 'number' && value > 0 && value <= MAX_TIMEOUT
      ? undefined
      : `must be milliseconds, at most ${MAX_TIMEOUT}`,
  when: oneOf('ci', 'always', 'regression'),
  name: text,
  cases: oneOf('all', 'regressions'),
  usage: flag,
  shards: flag,
};

const MAX_TIMEOUT = 600_000;

/** @throws TypeError for an option that does not exist or cannot have its value. */
export function checkOptions(options: AgentOpsOptions): AgentOpsOptions {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(CHECKS, name)) {
      const near = nearest(name, Object.keys(CHECKS));
      throw new TypeError(
        `vitest-poml/agentops has no option ${name}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
      );
    }
    const fault = value === undefined ? undefined : CHECKS[name as keyof AgentOpsOptions](value);
    if (fault !== undefined) throw new TypeError(`vitest-poml/agentops: the option ${name} ${fault}.`);
  }
  return options;
}

/** The tags of a run: those of the environment, then those of the options. */
export function tagsOf({ tags = [] }: AgentOpsOptions, env: NodeJS.ProcessEnv): string[] {
  const given = (env.AGENTOPS_DEFAULT_TAGS ?? '').split(',').map((tag) => tag.trim());
  return ['vitest-poml', ...given.filter((tag) => tag !== ''), ...tags];
}
