import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A temporary folder, removed when the running test ends. */
export function temporaryFolder(): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'vitest-poml-')));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Writes files (path below `dir` -> content), folders included. */
export function writeFiles(dir: string, files: Record<string, string | Uint8Array>): string {
  for (const [name, content] of Object.entries(files)) {
    const path = join(dir, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return dir;
}

/** A temporary folder with these files. */
export function folderWith(files: Record<string, string | Uint8Array>): string {
  return writeFiles(temporaryFolder(), files);
}

/** The text of a `.result.json` as POML writes it. */
export function resultJson(messages: unknown): string {
  return JSON.stringify({ messages }, null, 2);
}
