import type { EngineFailure } from './failure.ts';

/** To the host: render these files. */
export interface HostRequest {
  id: number;
  file: string;
  contextFile: string | undefined;
  stylesheetFile: string | undefined;
  traceDir: string;
  output: string;
  speakerMode: boolean;
  /** Milliseconds since 1970 that `Date` stands still at. */
  now: number | undefined;
  /** Seed of `Math.random`. */
  seed: number | undefined;
}

/** From the host, first of all: whether the engine could be loaded. */
export interface HostReady {
  ready: boolean;
  /** Why it could not. */
  reason?: string;
}

/** From the host, once per request: the render is over, its files are written. */
export interface HostAnswer {
  id: number;
  failure?: EngineFailure;
}
