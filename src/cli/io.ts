import { ANSI, PLAIN, type Style } from '../report/index.ts';

/** What a command may touch of the process. Tests give their own. */
export interface Io {
  /** Absolute folder that the command was called in. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Writes to standard output: results only. */
  out(text: string): void;
  /** Writes to standard error: errors, progress, hints. */
  err(text: string): void;
  /** For results: colours where standard output is a terminal. */
  style: Style;
  /** Whether somebody sits at a terminal: both input and output are one, and this is no CI. */
  interactive: boolean;
  /** Columns of the terminal; 80 where there is none. */
  columns: number;
}

/** The process's own input and output. */
export function processIo(): Io {
  const { env, stdin, stdout } = process;
  return {
    cwd: process.cwd(),
    env,
    out: (text) => void stdout.write(text),
    err: (text) => void process.stderr.write(text),
    style: useColour(stdout.isTTY === true, env) ? ANSI : PLAIN,
    interactive: stdin.isTTY === true && stdout.isTTY === true && !isSet(env.CI),
    columns: stdout.columns ?? 80,
  };
}

/** `NO_COLOR` and `FORCE_COLOR` win over what the terminal is. */
function useColour(isTerminal: boolean, env: Io['env']): boolean {
  if (isSet(env.NO_COLOR)) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTerminal && env.TERM !== 'dumb';
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}
