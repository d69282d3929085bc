// The process that the real engine runs in: loads it once, then renders what it is asked to, one after the other.
// It speaks over Node's message channel, so whatever the engine prints cannot be taken for an answer. Results go
// through the files that POML's tracer writes: the public `commandLine` gives nothing back.

import { pathToFileURL } from 'node:url';
import type { EngineFailure } from './failure.ts';
import type { HostAnswer, HostReady, HostRequest } from './host-protocol.ts';
import { pinned } from './pinned.ts';

type CommandLine = (args: Record<string, unknown>) => Promise<void>;

// Taken at once: a prompt's expressions can replace what they reach.
const send = process.send?.bind(process);

function tell(message: HostReady | HostAnswer): void {
  send?.(message);
}

async function loadCommandLine(entry: string): Promise<CommandLine> {
  const loaded = (await import(pathToFileURL(entry).href)) as Record<string, unknown>;
  const inner = loaded.default as Record<string, unknown> | undefined;
  const commandLine = loaded.commandLine ?? inner?.commandLine;
  if (typeof commandLine !== 'function') throw new Error('it exports no function commandLine');
  return commandLine as CommandLine;
}

async function answer(commandLine: CommandLine, request: HostRequest): Promise<HostAnswer> {
  const { id, now, seed, ...files } = request;
  try {
    await pinned(now, seed, () => commandLine({ ...files, trim: true, strict: true }));
    return { id };
  } catch (error) {
    return { id, failure: describe(error) };
  }
}

function describe(error: unknown): EngineFailure {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, startIndex, endIndex, sourcePath } = error as Error & Record<string, unknown>;
  return {
    message: message || error.name,
    ...(typeof startIndex === 'number' && { startIndex }),
    ...(typeof endIndex === 'number' && { endIndex }),
    ...(typeof sourcePath === 'string' && { sourcePath }),
  };
}

function lastWords(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const [, , entry = ''] = process.argv;
// Nobody is left to render for.
process.on('disconnect', () => process.exit(0));
// What the engine leaves behind of one render must not end the next.
process.on('unhandledRejection', (reason) => console.error(lastWords(reason)));
// Node would print the source line first, which in a bundle is megabytes, and the message would not get through.
process.on('uncaughtException', (error) => {
  console.error(lastWords(error));
  process.exit(1);
});

try {
  const commandLine = await loadCommandLine(entry);
  process.on('message', async (request: HostRequest) => tell(await answer(commandLine, request)));
  tell({ ready: true });
} catch (error) {
  tell({ ready: false, reason: error instanceof Error ? error.message : String(error) });
}
