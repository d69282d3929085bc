import type { Attributes } from '../span.ts';

/** The backends that spans can be sent to. `otlp` is any OpenTelemetry collector. */
export const BACKENDS = ['agentops', 'mlflow', 'weave', 'otlp'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** Where spans go. What is left out comes from the backend's own environment variables, then from its defaults. */
export interface TargetOptions {
  /** Default `agentops`. */
  backend?: BackendName;
  /** AgentOps and Weave. Better in `AGENTOPS_API_KEY` or `WANDB_API_KEY`: a key in a file ends up in a repository. */
  apiKey?: string;
  /** AgentOps: base of the API. MLflow: the tracking server. Weave, OTLP: the collector, with or without its path. */
  endpoint?: string;
  /** AgentOps: the collector, with or without `/v1/traces`. */
  exporterEndpoint?: string;
  /** AgentOps: base of the links to a trace. */
  appUrl?: string;
  /** Further headers for this backend only. */
  headers?: Record<string, string>;
  /** MLflow: the experiment that traces are shown in. */
  experimentId?: string;
  /** Weave: `entity/project`. */
  project?: string;
  /** Default `protobuf`; MLflow and Weave take nothing else. */
  protocol?: 'protobuf' | 'json';
  /** Let keys and tokens go over plain `http:` to another machine (default `false`). */
  insecure?: boolean;
}

/** A backend as it was made out: everything needed to send spans to it. */
export interface Target {
  backend: BackendName;
  /** Where requests go, complete. */
  url: string;
  protocol: 'protobuf' | 'json';
  gzip: boolean;
  /** Sent to this target and to nobody else. */
  headers: Record<string, string>;
  /** AgentOps: where the key is exchanged for a token, which is waited for before anything is sent. */
  login?: { api: string; apiKey: string };
  /** AgentOps: base of links, without a slash at the end. */
  appUrl?: string;
  /** What the backend wants to know of the sender. */
  resource: Attributes;
  /** Texts that must not be shown anywhere. */
  secrets: readonly string[];
}

/** A target, or in one sentence why nothing is sent: it was switched off, or there is no key. */
export type ResolvedTarget = { target: Target } | { off: string };

/** Something in the options or the environment that cannot be right; the message says what and how to mend it. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
}
