import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { TestModule } from 'vitest/node';
import { GOLDENS_FOLDER, goldenFolder, slug } from '../../golden/call-golden.ts';
import { findObsolete, type ObsoleteGolden } from '../../golden/obsolete.ts';
import type { VerdictRecord } from '../../golden/record.ts';

/** Goldens of calls that no test asks for any more. */
export interface ObsoleteGoldens {
  /** The test module that shows it. */
  module: TestModule;
  /** Absolute folder of the goldens. */
  folder: string;
  goldens: ObsoleteGolden[];
}

/**
 * The obsolete goldens beside a test module.
 *
 * Only a test that has passed says what it needs; whatever belongs to one that failed or was left out (a name
 * filter, `skip`, `only`) is not obsolete, and nothing is when the module could not be loaded.
 */
export function obsoleteGoldens(module: TestModule): ObsoleteGoldens[] {
  const all = path.join(path.dirname(module.moduleId), GOLDENS_FOLDER);
  const folders = namesIn(all);
  if (!folders || module.errors().length > 0) return [];
  const own = goldenFolder(module.moduleId);
  const found: ObsoleteGoldens[] = [];
  for (const name of folders) {
    const folder = path.join(all, name);
    const names = namesIn(folder) ?? [];
    if (folder === own) found.push({ module, folder, goldens: ofModule(module, names) });
    else if (isOrphan(folder)) found.push({ module, folder, goldens: findObsolete(names, []) });
  }
  return found.filter(({ goldens }) => goldens.length > 0);
}

function ofModule(module: TestModule, names: readonly string[]): ObsoleteGolden[] {
  const used: string[] = [];
  const unknown = new Set<string>();
  const tests = [...module.children.allTests()];
  // A module of which nothing ran was only looked at.
  if (tests.every((test) => test.result().state === 'skipped')) return [];
  for (const test of tests) {
    for (const { golden } of (test.meta() as { poml?: VerdictRecord[] }).poml ?? [])
      if (golden) used.push(golden);
    if (test.result().state !== 'passed') unknown.add(slug(test.fullName));
  }
  return findObsolete(names, used).filter(({ id }) => !unknown.has(id.replace(/^\d+\./, '')));
}

/** Whether the test file of a golden folder is gone. */
function isOrphan(folder: string): boolean {
  const testFile = path.join(path.dirname(path.dirname(folder)), path.basename(folder));
  return !statSync(testFile, { throwIfNoEntry: false });
}

function namesIn(folder: string): string[] | undefined {
  try {
    return readdirSync(folder);
  } catch {
    return undefined;
  }
}
