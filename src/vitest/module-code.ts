import { readFileSync } from 'node:fs';
import { sessionLabel } from '../golden/subject.ts';
import { escapeLine } from '../report/escape.ts';
import { ownFile } from './own-files.ts';
import type { SessionModule } from './session-modules.ts';
import { slashed } from './session-modules.ts';

/** Code for Vite. */
export interface GeneratedCode {
  code: string;
  map: { version: 3; sources: string[]; names: string[]; mappings: string };
}

/**
 * The code that stands for a prompt file: `import triage from './triage.poml'`.
 *
 * @param file Absolute path of the prompt.
 * @param dependencies Files that the prompt reads, absolute: edges of the module graph for watch mode, `related` and `--changed`.
 */
export function promptModuleCode(file: string, dependencies: readonly string[]): GeneratedCode {
  const lines = [
    `import { promptModule } from ${literal(ownFile('prompt-module'))};`,
    `const prompt = promptModule(${JSON.stringify(file)});`,
    'export default prompt;',
    'export const { render, path, markup } = prompt;',
    ...edges(dependencies),
  ];
  return unmapped(lines.join('\n'));
}

/** How the test module of a session is written. */
export interface SessionCode {
  /** Shown in place of the file's name: the session folder, from the project root. */
  name: string;
  /** Files that make the session run again, absolute. */
  dependencies: readonly string[];
  /** Ids of the traces to run; left out, all. */
  only?: ReadonlySet<string> | undefined;
  /**
   * One literal test per trace, so that editors and `vitest list` see them without running anything. Only a run has no
   * eyes for it, and Vite needs longer for 10,000 lines than many a session for its renders.
   */
  literal: boolean;
}

/** The test module of a session. */
export function sessionModuleCode(
  module: SessionModule,
  { name, dependencies, only, literal: isLiteral }: SessionCode,
): GeneratedCode {
  const { session, dir } = module;
  const traces = only ? session.traces.filter(({ id }) => only.has(id)) : session.traces;
  const ids = traces.map(({ id }) => id);
  const text = (value: string) => JSON.stringify(value);
  // What names of files hold is printed with the names of tests.
  const shown = ids.map(escapeLine);
  const isPlain = shown.every((title, i) => title === ids[i]);
  const tests =
    isLiteral || !isPlain
      ? ids.map((id, i) => `  test(${text(shown[i]!)}, run(${text(id)}), timeout);`)
      : [`  for (const id of [${ids.map(text).join()}]) test(id, run(id), timeout);`];
  const lines = [
    "import { describe, test } from 'vitest';",
    `import { sessionTests } from ${literal(ownFile('session-tests'))};`,
    `const { run, timeout } = sessionTests(${JSON.stringify({ dir, name: escapeLine(name) })});`,
    `describe(${text(escapeLine(sessionLabel(dir)))}, () => {`,
    ...tests,
    '});',
    ...edges(dependencies),
  ];
  // Errors may point into the markup itself, so its lines must stay free of code that is mapped elsewhere.
  const free = linesOf(module.file);
  return {
    code: '\n'.repeat(free) + lines.join('\n'),
    // Editors and `vitest list` want a place for every test; the first line of the file is as good as any.
    map: {
      version: 3,
      sources: [module.file],
      names: [],
      mappings: ';'.repeat(free) + lines.map(() => 'AAAA').join(';'),
    },
  };
}

/** Code without a map: places in it mean the file as it is on disk. */
export function unmapped(code: string): GeneratedCode {
  return { code, map: { version: 3, sources: [], names: [], mappings: '' } };
}

/** Imports that never run: Vite follows them, nothing loads them. */
function edges(files: readonly string[]): string[] {
  return files.length === 0
    ? []
    : ['() => [', ...files.map((file) => `  () => import(${literal(file)}),`), '];'];
}

/** An absolute path as an import specifier. */
function literal(file: string): string {
  const path = slashed(file);
  return JSON.stringify(/^[a-z]:/i.test(path) ? `/@fs/${path}` : path);
}

function linesOf(file: string): number {
  return readFileSync(file, 'utf8').split('\n').length;
}
