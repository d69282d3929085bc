import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { RenderOptions } from '../../src/poml/types.ts';
import { reviveBuffers } from '../../src/trace/index.ts';
import type { BrokenCase, ConformanceCase } from './case.ts';

/** Folders below (and including) a folder that hold conformance cases, sorted. */
export function findAreas(dir: string): string[] {
  const entries = readdirSync(dir, { withFileTypes: true });
  const names = new Set(entries.map((entry) => entry.name));
  const own = [...names].some((name) => isCase(name, names)) ? [dir] : [];
  const inner = entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .flatMap((entry) => findAreas(join(dir, entry.name)));
  return [...own, ...inner].sort();
}

/** Reads the cases of one folder; the layout is described in fixtures/conformance/README.md. */
export function readArea(dir: string): (ConformanceCase | BrokenCase)[] {
  const names = new Set(readdirSync(dir));
  const markups = [...names].filter((name) => isCase(name, names)).sort();
  return markups.map((name) => readCase(dir, name.slice(0, -'.poml'.length)));
}

/** Traces (`0001.x.poml`) have the same endings, but are no cases. */
function isCase(name: string, names: ReadonlySet<string>): boolean {
  if (!name.endsWith('.poml') || name.startsWith('_') || /^\d{4,}\./.test(name)) return false;
  const stem = name.slice(0, -'.poml'.length);
  return names.has(`${stem}.result.json`) || names.has(`${stem}.error.txt`);
}

function readCase(dir: string, name: string): ConformanceCase | BrokenCase {
  const file = (suffix: string): string => join(dir, name + suffix);
  const has = (suffix: string): boolean => existsSync(file(suffix));
  const json = (suffix: string): Record<string, unknown> | undefined =>
    has(suffix) ? (JSON.parse(readFileSync(file(suffix), 'utf8')) as Record<string, unknown>) : undefined;
  try {
    const { chat } = json('.options.json') ?? {};
    const options: RenderOptions = {
      sourcePath: file('.poml'),
      chat: chat !== false,
      locale: 'en-US',
      timeZone: 'UTC',
    };
    const context = json('.context.json');
    const stylesheet = json('.stylesheet.json');
    if (context) options.context = reviveBuffers(context) as Record<string, unknown>;
    if (stylesheet) options.stylesheet = reviveBuffers(stylesheet) as Record<string, unknown>;
    const mustFail = has('.error.txt');
    return {
      name,
      directory: dir,
      markup: readFileSync(file('.poml'), 'utf8'),
      options,
      expected: has('.result.json')
        ? {
            json: readFileSync(file('.result.json'), 'utf8'),
            text: readFileSync(file('.result.txt'), 'utf8'),
          }
        : undefined,
      mustFail,
      lenient: mustFail,
      exactness: name.startsWith('platform-') ? 'decoded' : 'bytes',
      blanksMayDiffer: name.startsWith('platform-document-pdf-'),
    };
  } catch (error) {
    return { name, directory: dir, reason: `${basename(dir)}/${name} cannot be read: ${String(error)}` };
  }
}
