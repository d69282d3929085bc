import type { Io } from './io.ts';

/** An option of a command, as `util.parseArgs` takes it, with what `--help` says of it. */
export interface OptionSpec {
  type: 'string' | 'boolean';
  short?: string;
  multiple?: boolean;
  /** One line, without a full stop. */
  help: string;
  /** What stands for the value in the help, e.g. `DIR`. */
  value?: string;
}

/** The options of a command by name, dashes as on the command line. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** Options that every command has. */
export const COMMON_OPTIONS = {
  help: { type: 'boolean', short: 'h', help: 'Show this help' },
  root: { type: 'string', value: 'DIR', help: 'Project folder (default: the current one)' },
  config: {
    type: 'string',
    value: 'FILE',
    help: 'Vitest config that holds poml() (default: found in the project folder)',
  },
} as const satisfies OptionSpecs;

/** The values of options, by what their specs say. */
export type OptionValues<Specs extends OptionSpecs> = {
  [Name in keyof Specs]?: Specs[Name]['type'] extends 'boolean'
    ? boolean
    : Specs[Name] extends { multiple: true }
      ? string[]
      : string;
};

/** What a command was called with. */
export interface Arguments<Specs extends OptionSpecs> {
  options: OptionValues<Specs & typeof COMMON_OPTIONS>;
  positionals: string[];
}

/** 0: fine, 1: differences or findings, 2: misuse or bad input. */
export type ExitCode = 0 | 1 | 2;

/** A command of `vitest-poml`. */
export interface Command<Specs extends OptionSpecs = OptionSpecs> {
  /** After the command's name, e.g. `<session>... --to <dir>`. */
  usage: string;
  /** What it does, a few lines, for its `--help`. */
  description: string;
  options: Specs;
  /** @throws UsageError and errors with a message for people (exit code 2) */
  run(args: Arguments<Specs>, io: Io): Promise<ExitCode>;
}

/** Keeps the types of a command's options together. */
export function defineCommand<const Specs extends OptionSpecs>(command: Command<Specs>): Command<Specs> {
  return command;
}

/** The command was called wrongly; the message says how to call it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
