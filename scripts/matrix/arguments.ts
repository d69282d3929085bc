import { parseArgs } from 'node:util';
import { ROWS, type Row } from './rows.ts';

/** What the command line asks for. */
export interface Arguments {
  rows: readonly Row[];
  quick: boolean;
  list: boolean;
  help: boolean;
}

export const USAGE = `usage: npm run matrix -- [ROW...] [--quick] [--list]

Runs the end-to-end tests with every supported Vitest and with Jest, those of the commands, and the unit tests, on every
supported Node. There is no row for Vitest 5 on Node 20: it needs Node 22.12. Vitest and Node are installed as npm packages
into a folder below the system's temporary one and kept there.

  ROW      a piece of a row's name: node22, vitest5, node24-jest (default: all rows)
  --quick  of each row only what shows quickly that nothing works
  --list   the names of the rows, and no run

Exit code: 0 all pass, 1 some fail, 2 misuse, or a row that could not be run.`;

/** Reads the command line. @throws Error with one line that says what is wrong with it */
export function parseArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const unknown = positionals.find((piece) => !ROWS.some(({ name }) => name.includes(piece)));
  if (unknown !== undefined) {
    throw new Error(
      `no row has ${JSON.stringify(unknown)} in its name; there are ${ROWS.map(({ name }) => name).join(', ')}`,
    );
  }
  const rows = ROWS.filter(
    ({ name }) => positionals.length === 0 || positionals.some((piece) => name.includes(piece)),
  );
  return { rows, ...values };
}
