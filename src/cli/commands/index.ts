import type { Command } from '../command.ts';

/** A command as the list of all shows it; its code is loaded only when it runs. */
export interface CommandEntry {
  /** One line for the list of commands. */
  summary: string;
  // biome-ignore lint/suspicious/noExplicitAny: a command takes the options of its own specs only
  load(): Promise<Command<any>>;
}

/** All commands, in the order of the help. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  init: {
    summary: 'Set a project up: config, an example test, a workflow',
    load: async () => (await import('./init.ts')).init,
  },
  render: {
    summary: 'Render a recorded call or a prompt file',
    load: async () => (await import('./render.ts')).render,
  },
  capture: {
    summary: 'Make goldens of recorded calls: portable, few, and without personal data',
    load: async () => (await import('./capture.ts')).capture,
  },
  scan: {
    summary: 'Look for secrets and personal data in goldens',
    load: async () => (await import('./scan.ts')).scan,
  },
  diff: {
    summary: 'Compare two sessions, two versions of the prompts, or two engines',
    load: async () => (await import('./diff.ts')).diff,
  },
  check: {
    summary: 'Prove that goldens depend on nothing but their inputs',
    load: async () => (await import('./check.ts')).check,
  },
  coverage: {
    summary: 'Show which parts of their prompts recorded calls exercise',
    load: async () => (await import('./coverage.ts')).coverage,
  },
  report: {
    summary: 'Make a report of the last run, or of several as one',
    load: async () => (await import('./report.ts')).report,
  },
  pull: {
    summary: 'Make a session of a trace in AgentOps',
    load: async () => (await import('./pull.ts')).pull,
  },
  push: {
    summary: 'Send test runs that could not be delivered',
    load: async () => (await import('./push.ts')).push,
  },
  review: {
    summary: 'Walk through what the last local run found different',
    load: async () => (await import('./review.ts')).review,
  },
  accept: {
    summary: 'Write pending renders as their goldens',
    load: async () => (await import('./accept.ts')).accept,
  },
  reject: {
    summary: 'Forget pending renders and keep the goldens',
    load: async () => (await import('./reject.ts')).reject,
  },
  pending: {
    summary: 'List what waits for a decision',
    load: async () => (await import('./pending.ts')).pending,
  },
};
