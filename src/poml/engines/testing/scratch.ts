import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The stand-in for the package `pomljs`. */
export const FAKE_PACKAGE = fileURLToPath(new URL('./fake-pomljs', import.meta.url));

/** The stand-in for the command `poml`. */
export const FAKE_COMMAND = [process.execPath, fileURLToPath(new URL('./fake-cli.js', import.meta.url))];

/** A folder with these files, gone after the test. */
export function scratch(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'engines-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

/** Has temporary files go into a folder of this test alone, and tells what lies there. */
export function ownTemporaryFolder(): () => string[] {
  const folder = scratch();
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  onTestFinished(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  // The loader that runs TypeScript keeps its cache there, too.
  return () => readdirSync(folder).filter((name) => name.startsWith('vitest-poml-engine-'));
}
