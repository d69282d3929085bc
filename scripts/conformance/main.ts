import { statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { type Arguments, parseArguments, USAGE } from './arguments.ts';
import type { Render } from './check.ts';
import { formatOutcome } from './report.ts';
import { collectCases, runCases } from './run.ts';

/** Runs the command and gives its exit code. The renderer is loaded when there is something to render. */
export async function main(argv: readonly string[], loadRender: () => Promise<Render>): Promise<number> {
  let args: Arguments;
  try {
    args = parseArguments(argv);
  } catch (error) {
    return misuse(error instanceof Error ? error.message : String(error));
  }
  if (args.help) {
    console.log(USAGE);
    return 0;
  }
  const dirs = args.dirs.map((dir) => resolve(dir));
  const missing = dirs.find((dir) => !statSync(dir, { throwIfNoEntry: false })?.isDirectory());
  if (missing !== undefined) return misuse(`${missing} is no folder`);

  const { only } = args;
  const all = dirs.flatMap((dir) => collectCases(dir, args.sessionsOnly));
  const cases = all.filter(
    ({ directory, name }) => only === undefined || `${directory}/${name}`.includes(only),
  );
  if (all.length === 0) return misuse(`no conformance case and no recorded session in ${dirs.join(', ')}`);
  if (cases.length === 0)
    return misuse(`none of the ${all.length} cases holds ${JSON.stringify(only)} in its name`);

  const folders = await runCases(cases, await loadRender(), progress(cases.length));
  const shown = folders.map((folder) => ({
    ...folder,
    directory: relative(process.cwd(), folder.directory) || '.',
  }));
  const failed = folders.reduce((sum, folder) => sum + folder.failures.length, 0);
  console.log(
    args.json
      ? JSON.stringify({ passed: cases.length - failed, failed, folders: shown }, null, 2)
      : formatOutcome(shown, args.shown),
  );
  return failed > 0 ? 1 : 0;
}

function misuse(reason: string): number {
  console.error(`conformance: ${reason}\n\n${USAGE}`);
  return 2;
}

/** Counts on a terminal's stderr, for runs of over a second. */
function progress(total: number): ((count: number) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  const start = Date.now();
  return (count) => {
    if (Date.now() - start > 1000)
      process.stderr.write(`\r${count}/${total}${count === total ? '\r\x1b[K' : ''}`);
  };
}
