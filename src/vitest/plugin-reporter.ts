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
  const isOurs = (reporter: unknown) =>
    reporter instanceof PomlReporter || nameOf(reporter) === 'vitest-poml/reporter';
  if (!reporters.some(isOurs)) reporters.unshift(new PomlReporter(options));
}

function nameOf(reporter: unknown): unknown {
  return Array.isArray(reporter) ? reporter[0] : reporter;
}
