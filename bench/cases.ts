import { readdirSync } from 'node:fs';
import path from 'node:path';
import { findSessions, sessionCases } from '../scripts/conformance/applications.ts';
import { findAreas, readArea } from '../scripts/conformance/areas.ts';
import type { ConformanceCase } from '../scripts/conformance/case.ts';
import { built } from './built.ts';

const root = path.resolve(import.meta.dirname, '..');

/**
 * The documents that are measured: all recorded cases and traces that render without an error and without
 * anything asynchronous, so that what is timed is rendering and not a picture library.
 */
export function benchCases(): ConformanceCase[] {
  const areas = findAreas(path.join(root, 'fixtures/conformance')).flatMap(readArea);
  const applications = ['examples', 'fixtures/apps'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap((entry) => findSessions(path.join(root, folder, entry.name)))
      .flatMap(sessionCases),
  );
  return [...areas, ...applications].filter(
    (item): item is ConformanceCase => 'markup' in item && renders(item),
  );
}

function renders({ markup, options }: ConformanceCase): boolean {
  try {
    built.renderSync(markup, options);
    return true;
  } catch {
    return false;
  }
}
