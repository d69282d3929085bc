import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { Deadline } from '../send/deadline.ts';
import { resolveTarget } from '../targets/resolve.ts';
import type { Target } from '../targets/target.ts';
import { type AgentOpsServer, startAgentOps } from './server.ts';

// Real servers and files, on a machine that may do other things too.
vi.setConfig({ testTimeout: 60_000 });

/** An AgentOps that is stopped when the test ends. */
export async function testServer(tls?: { key: string; cert: string }): Promise<AgentOpsServer> {
  const started = await startAgentOps(tls);
  onTestFinished(() => started.close());
  return started;
}

/** AgentOps as these variables say. */
export function testTarget(env: NodeJS.ProcessEnv): Target {
  const resolved = resolveTarget({}, env);
  if ('off' in resolved) throw new Error(resolved.off);
  return resolved.target;
}

/** A deadline that holds no timer once the test has ended. */
export function testDeadline(milliseconds = 30_000): Deadline {
  const deadline = new Deadline(milliseconds);
  onTestFinished(() => deadline.clear());
  return deadline;
}

/** A folder that is removed when the test ends. */
export function testFolder(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'poml-telemetry-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
