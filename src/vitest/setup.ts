/**
 * Registers the matchers. The plugin adds this file by itself; without the plugin put `vitest-poml/setup` into
 * `test.setupFiles`.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import './matcher-types.ts';
import type { matchers as allMatchers } from './matchers/all.ts';
import { MATCHER_NAMES, registerMatchers } from './matchers/register.ts';

let matchers: typeof allMatchers | undefined;

async function load(): Promise<typeof allMatchers> {
  matchers ??= (await import('./matchers/all.ts')).matchers;
  return matchers;
}

registerMatchers((name) => matchers?.[name] ?? load().then((all) => all[name]));

// Setup files run for every test file, most of which may have nothing to do with prompts; those are not made to wait
// for the renderer. Where the matchers are hidden in another module, the first call loads it.
if (mentionsMatchers(expect.getState().testPath)) await load();

function mentionsMatchers(testFile: string | undefined): boolean {
  try {
    const text = testFile === undefined ? '' : readFileSync(testFile, 'utf8');
    return MATCHER_NAMES.some((name) => text.includes(name));
  } catch {
    return false;
  }
}
