import { parseArgs } from 'node:util';
import { nearest } from '../project/nearest.ts';
import { packageVersion } from '../project/version.ts';
import { escapeLines } from '../report/index.ts';
import {
  type Arguments,
  COMMON_OPTIONS,
  type Command,
  type ExitCode,
  type OptionSpecs,
  UsageError,
} from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { commandHelp, mainHelp } from './help.ts';
import type { Io } from './io.ts';

/**
 * Runs one command line.
 *
 * @param args Without the program's own name.
 * @returns The exit code. Errors are said in one message on standard error; only a bug shows its stack.
 */
export async function runCommandLine(args: readonly string[], io: Io): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    (name === undefined ? io.err : io.out)(mainHelp(COMMANDS));
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === '-v') {
    io.out(`${packageVersion()}\n`);
    return 0;
  }
  try {
    if (!Object.hasOwn(COMMANDS, name)) throw new UsageError(unknownCommand(name));
    const command: Command = await COMMANDS[name]!.load();
    const parsed = parse(name, command, rest);
    if (parsed.options.help) {
      io.out(commandHelp(name, command));
      return 0;
    }
    return await command.run(parsed, io);
  } catch (error) {
    io.err(`vitest-poml: ${escapeLines(errorText(error))}\n`);
    return 2;
  }
}

function parse(name: string, command: Command, args: readonly string[]): Arguments<OptionSpecs> {
  const specs: OptionSpecs = { ...command.options, ...COMMON_OPTIONS };
  const config = Object.fromEntries(
    Object.entries(specs).map(([option, { type, short, multiple }]) => [
      option,
      { type, ...(short !== undefined && { short }), ...(multiple && { multiple }) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: config, allowPositionals: true });
    return { options: values as Arguments<OptionSpecs>['options'], positionals };
  } catch (error) {
    throw new UsageError(
      `${wrongOption(error as Error, specs)}\nUsage: vitest-poml ${name} ${command.usage}`,
    );
  }
}

/** Node's words for a wrong option, with the one that was probably meant. */
function wrongOption({ message }: Error, specs: OptionSpecs): string {
  const [, given] = /^Unknown option '--?([^']+)'/.exec(message) ?? [];
  if (given === undefined) return message.split('\n', 1)[0]!;
  const near = nearest(given, Object.keys(specs));
  const hint = near === undefined ? '' : ` Did you mean --${near}?`;
  return `There is no option --${given}.${hint}`;
}

function unknownCommand(name: string): string {
  const near = nearest(name, Object.keys(COMMANDS));
  const hint =
    near === undefined ? `Commands: ${Object.keys(COMMANDS).join(', ')}.` : `Did you mean ${near}?`;
  return `There is no command ${name}. ${hint}`;
}

/** Errors meant for people are named classes of ours or of Node's file system; anything else is a bug and shows where it is. */
function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isBug = ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'].includes(error.name);
  return isBug ? (error.stack ?? error.message) : error.message;
}
