import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { GoldenFiles } from '../../golden/tools.ts';
import type { Pending } from '../../project/pending/pending.ts';
import { textsOf } from './screen.ts';

/** What a program of the user did: nothing to say, or why it could not be used. */
export type ProgramResult = string | undefined;

/** Editors that take a place in this form. */
const AT_LINE: [editors: RegExp, args: (file: string, line: number) => string[]][] = [
  [/^(?:code|codium|cursor|windsurf)(?:\.cmd|\.exe)?$/, (file, line) => ['--goto', `${file}:${line}`]],
  [/^(?:vi|vim|nvim|nano|emacs|emacsclient|micro|hx|kak)$/, (file, line) => [`+${line}`, file]],
  [/^(?:subl|zed)$/, (file, line) => [`${file}:${line}`]],
];

/** Opens the prompt of a pending where it changed. */
export async function openEditor(
  { causes, source }: Pending,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ProgramResult> {
  const command = env.VISUAL || env.EDITOR;
  if (!command) return 'Set $VISUAL or $EDITOR to open prompts.';
  const place = causes.find(({ file, line }) => file !== undefined && line !== undefined);
  const file = place?.file ?? source;
  if (file === undefined) return 'There is no file to open.';
  const [program, ...args] = words(command);
  const editor = AT_LINE.find(([names]) => names.test(path.basename(program ?? '')));
  const target = editor && place ? editor[1](file, place.line ?? 1) : [file];
  return run(program ?? '', [...args, ...target]);
}

/** Shows golden and render as the model reads them in the user's own tool: two files, the golden first. */
export async function openDiffTool(
  pending: Pending,
  env: Readonly<Record<string, string | undefined>>,
  files: Pick<GoldenFiles, 'read'>,
): Promise<ProgramResult> {
  const command = env.VITEST_POML_DIFF_TOOL;
  if (!command) return "Set VITEST_POML_DIFF_TOOL, e.g. to 'delta --side-by-side' or 'code --wait --diff'.";
  const folder = mkdtempSync(path.join(tmpdir(), 'vitest-poml-review-'));
  try {
    const { before = '', after } = textsOf(pending, files, '.result.txt');
    const sides = (['golden', 'render'] as const).map((side) => path.join(folder, `${side}.txt`));
    writeFileSync(sides[0]!, before);
    writeFileSync(sides[1]!, after);
    const [program, ...args] = words(command);
    return await run(program ?? '', [...args, ...sides]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The words of a command, quotes around those with blanks. */
export function words(command: string): string[] {
  return Array.from(
    command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g),
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
}

/** Runs a program on the user's terminal. Diff tools end with 1 where there are differences. */
function run(program: string, args: readonly string[]): Promise<ProgramResult> {
  return new Promise((resolve) => {
    spawn(program, args, { stdio: 'inherit', shell: process.platform === 'win32' })
      .on('error', (error: NodeJS.ErrnoException) =>
        resolve(error.code === 'ENOENT' ? `There is no program ${program}.` : `${program}: ${error.message}`),
      )
      .on('close', (code) =>
        resolve(code === 0 || code === 1 ? undefined : `${program} ended with ${code}.`),
      );
  });
}
