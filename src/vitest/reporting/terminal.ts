import type { Vitest } from 'vitest/node';

/** Reporters whose output a program reads; text of ours in between would break it. */
const MACHINE = new Set(['json', 'junit', 'tap', 'tap-flat']);
/** Reporters that print nothing for people. */
const SILENT = new Set(['blob', 'html', 'github-actions', 'hanging-process']);

/**
 * Whether the report may be printed: not where a program reads the output, and not in a run of which only a file
 * is wanted, such as a shard whose reports are merged later.
 */
export function mayPrint({ config }: Pick<Vitest, 'config'>): boolean {
  const others = config.reporters.filter(
    (reporter) => Array.isArray(reporter) || typeof reporter === 'string',
  );
  const names = others.map((reporter) => String(Array.isArray(reporter) ? reporter[0] : reporter));
  const toOutput = names.some((name) => MACHINE.has(name) && !hasFile(config.outputFile, name));
  return !toOutput && (names.length === 0 || names.some((name) => !SILENT.has(name) && !MACHINE.has(name)));
}

function hasFile(outputFile: Vitest['config']['outputFile'], reporter: string): boolean {
  return (
    typeof outputFile === 'string' ||
    (outputFile as Record<string, unknown> | undefined)?.[reporter] !== undefined
  );
}
