import { existsSync, readdirSync } from 'node:fs';
import { expect } from 'vitest';
import { config, desk } from '../../../e2e/desk.ts';
import { createProject, type Project } from '../../../e2e/project.ts';
import type { Result } from '../../../e2e/run.ts';
import type { AgentOpsServer } from '../../../telemetry/testing/server.ts';

/** A run of a CI. */
export const CI = { CI: '1' };
/** The one line of the reporter. */
export const LINE = /^ *(?:AgentOps|MLflow|Weave|OpenTelemetry): .*$/gm;

/** A small application of two prompts and three recorded calls, with a reporter for each of these options. */
export function project(...options: string[]): Project {
  const reporters = (options.length === 0 ? ['{}'] : options).map(
    (own) => `['vitest-poml/agentops', ${own}]`,
  );
  return createProject({
    ...desk(),
    'vitest.config.ts': config(
      "{ sessions: 'pomlruns/*' }",
      `{ reporters: ['default', ${reporters.join(', ')}] }`,
    ),
  });
}

/** Options that make a reporter use a server, whatever the environment says. */
export function using({ url, env }: AgentOpsServer, more: object = {}): string {
  return JSON.stringify({ apiKey: env.AGENTOPS_API_KEY, endpoint: url, exporterEndpoint: url, ...more });
}

/** The same, and one edit that changes two of the three. */
export function changedProject(...options: string[]): Project {
  const changed = project(...options);
  changed.edit('prompts/greet.poml', 'Hello', 'Hi');
  return changed;
}

/** The reporter's line, and that it is one. */
export function lineOf({ output }: Result): string {
  const lines = output.match(LINE) ?? [];
  expect(lines).toHaveLength(1);
  return lines[0]?.trim() ?? '';
}

/** All that a run prints but the reporter's line and what differs from run to run. */
export function without({ output }: Result): string {
  return output
    .replace(LINE, '')
    .replace(/^ *(?:Start at|Duration) .*$/gm, '')
    .replace(/\d+ ?ms|\d+\.\d+s/g, '')
    .replace(/vitest-poml-project-\w+/g, 'project')
    .replace(/\n\s*\n+/g, '\n');
}

/** Where a project keeps what was not delivered. */
export const spoolOf = (dir: Project) => dir.path('.vitest-poml/spool');

/** Names of what waits there. */
export function spooled(dir: Project): string[] {
  return existsSync(spoolOf(dir)) ? readdirSync(spoolOf(dir)).filter((name) => name.endsWith('.json')) : [];
}
