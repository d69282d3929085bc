import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { TestModule, Vitest } from 'vitest/node';
import { GOLDENS_FOLDER, goldenFolder, slug } from '../../golden/call-golden.ts';
import { findObsolete, type ObsoleteGolden } from '../../golden/obsolete.ts';
import type { VerdictRecord } from '../../golden/record.ts';
import { PendingStore } from '../../project/pending/store.ts';
import { removeFiles } from '../../project/state-folder.ts';
import type { ObsoleteFolder } from '../../report/index.ts';
import { ASSETS_FOLDER, isAssetName, parseCaptured } from '../../trace/captured.ts';
import { CAPTURED_SUFFIX } from '../../trace/names.ts';

/**
 * Finds what nothing asks for any more: goldens of calls, files that captured goldens brought along, captured goldens whose
 * prompt is gone, renders that wait for a review of something that is not there. An update removes it, as far as it is
 * sure: what tests left out did not say what they need, and a merged run only tells.
 */
export function reportObsolete(
  vitest: Vitest,
  modules: readonly TestModule[],
  records: readonly VerdictRecord[],
): ObsoleteFolder[] {
  const { config } = vitest;
  // Tests chosen by name have said too little.
  if (config.testNamePattern) return [];
  const isMerge = config.mergeReports !== undefined;
  const removed = vitest.snapshot.options.updateSnapshot === 'all' && !isMerge;
  const folders: ObsoleteFolder[] = [];
  const gone: string[] = [];
  const seen = new Set<string>();
  for (const { module, folder, goldens } of modules.flatMap(obsoleteGoldens)) {
    // A folder whose test file is gone is met by every module beside it.
    if (seen.has(folder)) continue;
    seen.add(folder);
    const ids = goldens.map(({ id }) => id);
    // Under the path of a test module: `u` in watch mode runs those again that have something obsolete.
    vitest.snapshot.add({
      filepath: module.moduleId,
      added: 0,
      matched: 0,
      unmatched: 0,
      updated: 0,
      fileDeleted: false,
      unchecked: ids.length,
      uncheckedKeys: ids,
    });
    for (const { files } of goldens) gone.push(...files.map((file) => path.join(folder, file)));
    folders.push({ folder, ids, ...(removed && { removed }) });
  }
  for (const folder of new Set(records.flatMap(({ session }) => session ?? []))) {
    const ids = unusedAssets(folder);
    if (ids.length === 0) continue;
    gone.push(...ids.map((id) => path.join(folder, ASSETS_FOLDER, id)));
    folders.push({
      kind: 'asset',
      folder: path.join(folder, ASSETS_FOLDER),
      ids,
      ...(removed && { removed }),
    });
  }
  if (removed && gone.length > 0) removeFiles(gone, config.root);
  if (!isMerge && !process.env.CI)
    new PendingStore(config.root).clean(modules.map(({ moduleId }) => moduleId));
  return [...folders, ...orphans(records)];
}

/**
 * The files in `assets` of a session that none of its captured goldens names; none when one of these cannot be read, since
 * nobody knows then what it needs.
 */
function unusedAssets(session: string): string[] {
  const assets = (namesIn(path.join(session, ASSETS_FOLDER)) ?? []).filter(isAssetName);
  if (assets.length === 0) return [];
  const used = new Set<string>();
  try {
    for (const name of namesIn(session) ?? []) {
      if (!name.endsWith(CAPTURED_SUFFIX)) continue;
      const file = path.join(session, name);
      for (const { asset } of parseCaptured(readFileSync(file, 'utf8'), file, session).files)
        if (asset !== undefined) used.add(asset);
    }
  } catch {
    return [];
  }
  return assets.filter((name) => !used.has(name));
}

/** Captured goldens whose prompt is not there any more, by session. */
function orphans(records: readonly VerdictRecord[]): ObsoleteFolder[] {
  const sessions = new Map<string, string[]>();
  for (const { session, trace, golden, source } of records) {
    if (session === undefined || trace === undefined || source?.whyNotLive === undefined) continue;
    if (!existsSync(golden + CAPTURED_SUFFIX)) continue;
    sessions.set(session, [...(sessions.get(session) ?? []), trace]);
  }
  return Array.from(sessions, ([folder, ids]) => ({ kind: 'orphan', folder, ids }));
}

/** Goldens of calls that no test asks for any more. */
interface ObsoleteGoldens {
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
function obsoleteGoldens(module: TestModule): ObsoleteGoldens[] {
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
