import { type Arguments, parseArguments, USAGE } from './arguments.ts';
import { runRow } from './run.ts';

/** Runs the command and gives its exit code. */
export function main(argv: readonly string[]): number {
  let args: Arguments;
  try {
    args = parseArguments(argv);
  } catch (error) {
    console.error(`matrix: ${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  if (args.help) console.log(USAGE);
  else if (args.list) for (const { name } of args.rows) console.log(name);
  else return runRows(args);
  return 0;
}

function runRows({ rows, quick }: Arguments): number {
  let exitCode = 0;
  const total = { passed: 0, failed: 0 };
  for (const row of rows) {
    console.error(`${row.name} …`);
    try {
      const { passed, failed, skipped, failures } = runRow(row, quick);
      console.log(`${row.name}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
      for (const failure of failures) console.log(`  ${failure}`);
      if (failed > 0 || passed === 0) exitCode = Math.max(exitCode, 1);
      total.passed += passed;
      total.failed += failed;
    } catch (error) {
      console.log(`${row.name}: could not be run: ${(error as Error).message}`);
      exitCode = 2;
    }
  }
  // The last line of a run is what .ci/run counts.
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return exitCode;
}
