import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface Arguments {
  documents: number;
  seed: number;
  /** Number of the first document. */
  from: number;
  workers: number;
  help: boolean;
}

export const USAGE = `usage: npm run fuzz -- [--documents N] [--seed N] [--from N] [--workers N]

Renders generated documents and checks what must hold for every document: only a RenderError is thrown, time and
memory are bounded, the result is the same each time and well formed, places lie inside their sources, and the
caller's objects stay as they were.

  --documents N  how many documents (default 1000)
  --seed N       which documents: the same number gives the same documents (default 1)
  --from N       number of the first document (default 0), to look at a failure again
  --workers N    processes to use (default 1)

Exit code: 0 all pass, 1 some fail, 2 misuse.`;

/** Reads the command line. @throws Error with one line that says what is wrong with it */
export function parseArguments(argv: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      documents: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      workers: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const number = (name: 'documents' | 'seed' | 'from' | 'workers', least = 0): number => {
    const value = Number(values[name]);
    if (!/^\d+$/.test(values[name]) || value < least) {
      throw new Error(`--${name} takes a number of at least ${least}, not ${JSON.stringify(values[name])}`);
    }
    return value;
  };
  return {
    documents: number('documents'),
    seed: number('seed'),
    from: number('from'),
    workers: number('workers', 1),
    help: values.help,
  };
}
