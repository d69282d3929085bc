import { COMMON_OPTIONS, type Command, type OptionSpec } from './command.ts';
import type { CommandEntry } from './commands/index.ts';

/** The list of commands. */
export function mainHelp(commands: Readonly<Record<string, CommandEntry>>): string {
  const wide = Math.max(...Object.keys(commands).map((name) => name.length));
  const rows = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(wide)}  ${summary}`);
  return `${[
    'Golden prompt tests for POML.',
    '',
    'Usage: vitest-poml <command> [options]',
    '',
    ...rows,
    '',
    '`vitest-poml <command> --help` tells more. Exit codes: 0 fine, 1 differences or findings, 2 misuse or bad input.',
  ].join('\n')}\n`;
}

/** The help of one command. */
export function commandHelp(name: string, command: Command): string {
  const options = { ...command.options, ...COMMON_OPTIONS };
  const heads = Object.entries(options).map(([option, spec]) => optionHead(option, spec));
  const wide = Math.max(...heads.map((head) => head.length));
  const rows = Object.values(options).map(({ help }, i) => `  ${heads[i]!.padEnd(wide)}  ${help}`);
  return `${[`Usage: vitest-poml ${name} ${command.usage}`, '', command.description, '', ...rows].join('\n')}\n`;
}

function optionHead(name: string, { type, short, value }: OptionSpec): string {
  const long = `--${name}${type === 'string' ? ` ${value ?? 'VALUE'}` : ''}`;
  return short === undefined ? `    ${long}` : `-${short}, ${long}`;
}
