import { findSessions, sessionCases } from './applications.ts';
import { findAreas, readArea } from './areas.ts';
import type { BrokenCase, ConformanceCase } from './case.ts';
import { checkCase, type Render } from './check.ts';
import type { FolderOutcome } from './report.ts';

/** Every case in and below a folder: conformance areas, and the traces of recorded applications. */
export function collectCases(dir: string, sessionsOnly: boolean): (ConformanceCase | BrokenCase)[] {
  const areas = sessionsOnly ? [] : findAreas(dir).flatMap(readArea);
  return [...areas, ...findSessions(dir).flatMap(sessionCases)];
}

/** Checks cases one after the other, so that a slow or failing one disturbs no other. */
export async function runCases(
  cases: readonly (ConformanceCase | BrokenCase)[],
  render: Render,
  done?: (count: number) => void,
): Promise<FolderOutcome[]> {
  const folders = new Map<string, FolderOutcome>();
  for (const [index, subject] of cases.entries()) {
    const { directory, name } = subject;
    const folder = folders.get(directory) ?? { directory, passed: 0, failures: [] };
    folders.set(directory, folder);
    const problems = 'reason' in subject ? [subject.reason] : await checkCase(subject, render);
    if (problems.length === 0) folder.passed++;
    else folder.failures.push({ name, problems });
    done?.(index + 1);
  }
  return [...folders.values()];
}
