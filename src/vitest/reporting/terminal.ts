import type { Vitest } from 'vitest/node';

/** Reporters whose output a program reads; text of ours in between would break it. */
const MACHINE = new Set(['json', 'junit', 'tap', 'tap-flat']);
/** Reporters that print nothing for people. */
const SILENT = new Set(['blob', 'html', 'github-actions', 'hanging-process']);

/**
 * Whether the report may be printed: not where a program reads the output, and not in a run of which only a file
 * is wanted, such as a shard whose reports are merged later.
 */
export function mayPrint(vitest: Pick<Vitest, 'config'>): boolean {
  const names = reporterNames(vitest);
  return (
    !isReadByProgram(vitest) &&
    (names.length === 0 || names.some((name) => !SILENT.has(name) && !MACHINE.has(name)))
  );
}

/** Whether a program reads the output: what others print would break it. */
export function isReadByProgram(vitest: Pick<Vitest, 'config'>): boolean {
  const { outputFile } = vitest.config;
  return reporterNames(vitest).some((name) => MACHINE.has(name) && !hasFile(outputFile, name));
}

/** The names of Vitest's own reporters in a run, and of files with others. */
export function reporterNames({ config }: Pick<Vitest, 'config'>): string[] {
  const others = config.reporters.filter(
    (reporter) => Array.isArray(reporter) || typeof reporter === 'string',
  );
  return others.map((reporter) => String(Array.isArray(reporter) ? reporter[0] : reporter));
}

function hasFile(outputFile: Vitest['config']['outputFile'], reporter: string): boolean {
  return (
    typeof outputFile === 'string' ||
    (outputFile as Record<string, unknown> | undefined)?.[reporter] !== undefined
  );
}
