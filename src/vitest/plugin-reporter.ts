import type { Vitest } from 'vitest/node';
import PomlReporter, { type PomlReporterOptions } from './reporter.ts';

const served = new WeakSet<Vitest>();

/**
 * Adds the reporter once per Vitest, whatever the number of projects. First, since what is obsolete must be known when
 * Vitest prints its summary.
 */
export function addReporter(vitest: Vitest, options: PomlReporterOptions): void {
  if (served.has(vitest)) return;
  served.add(vitest);
  const reporters = vitest.config.reporters as unknown[];
  if (!reporters.some(isOurs)) reporters.unshift(new PomlReporter(options));
}

/** Reporters of Vitest that never look at what a prompt was rendered to; its blob keeps that for others. */
const INCURIOUS: ReadonlySet<unknown> = new Set([
  ...['default', 'verbose', 'dot', 'basic', 'tree', 'minimal', 'agent'],
  ...['json', 'junit', 'tap', 'tap-flat', 'html', 'github-actions', 'hanging-process'],
]);

/** Whether a reporter may ask what prompts that differ were rendered to: all of that goes through one pipe. */
export function asksForRenders({ config }: Pick<Vitest, 'config'>): boolean {
  return (config.reporters as unknown[]).some(
    (reporter) => !isOurs(reporter) && !INCURIOUS.has(nameOf(reporter)),
  );
}

function isOurs(reporter: unknown): boolean {
  return reporter instanceof PomlReporter || nameOf(reporter) === 'vitest-poml/reporter';
}

function nameOf(reporter: unknown): unknown {
  return Array.isArray(reporter) ? reporter[0] : reporter;
}
