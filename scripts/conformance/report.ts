/** What became of one folder. */
export interface FolderOutcome {
  directory: string;
  passed: number;
  failures: { name: string; problems: string[] }[];
}

/** The outcome of a run as lines for people: per folder the first differences, then the sum. */
export function formatOutcome(folders: readonly FolderOutcome[], shown: number): string {
  const lines: string[] = [];
  for (const { directory, passed, failures } of folders) {
    lines.push(`${directory}: ${counts(passed, failures.length)}`);
    for (const { name, problems } of failures.slice(0, shown)) {
      lines.push(
        `  ✗ ${name}`,
        ...problems.flatMap((problem) => problem.split('\n').map((line) => `      ${line}`)),
      );
    }
    const rest = failures.slice(shown).map((failure) => failure.name);
    if (rest.length > 0) lines.push(`  … and ${rest.length} more: ${listed(rest)}`);
  }
  const passed = folders.reduce((sum, folder) => sum + folder.passed, 0);
  const failed = folders.reduce((sum, folder) => sum + folder.failures.length, 0);
  return [...lines, counts(passed, failed)].join('\n');
}

const LISTED = 40;

function listed(names: readonly string[]): string {
  return names.length > LISTED ? `${names.slice(0, LISTED).join(', ')}, …` : names.join(', ');
}

function counts(passed: number, failed: number): string {
  return `${passed} passed, ${failed} failed`;
}
