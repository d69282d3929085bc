import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface Arguments {
  dirs: string[];
  /** Only cases whose name or folder holds this text. */
  only: string | undefined;
  json: boolean;
  sessionsOnly: boolean;
  /** Failures shown in full per folder. */
  shown: number;
  help: boolean;
}

export const USAGE = `usage: npm run conformance -- [DIR...] [--only TEXT] [--sessions] [--max N] [--json]

Renders every conformance case and every trace of recorded applications in and below the folders
(default: fixtures/conformance and fixtures/conformance-own) and compares with what POML wrote.

  --only TEXT   only cases whose name or folder holds TEXT
  --sessions    only recorded sessions
  --max N       failures shown in full per folder (default 10)
  --json        print the outcome as JSON

Exit code: 0 all pass, 1 some fail, 2 misuse.`;

/** Reads the command line. @throws Error with one line that says what is wrong with it */
export function parseArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      sessions: { type: 'boolean', default: false },
      max: { type: 'string', default: '10' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (!/^\d+$/.test(values.max)) throw new Error(`--max takes a number, not ${JSON.stringify(values.max)}`);
  return {
    dirs: positionals.length > 0 ? positionals : ['fixtures/conformance', 'fixtures/conformance-own'],
    only: values.only,
    json: values.json,
    sessionsOnly: values.sessions,
    shown: Number(values.max),
    help: values.help,
  };
}
