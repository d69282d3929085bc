import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';

/** How a process ended. */
export interface ProcessEnd {
  code: number | null;
  signal: string | null;
  timedOut: boolean;
  /** The end of what it wrote to stderr. */
  stderr: string;
}

export interface RunOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Milliseconds after which it is killed. */
  timeout: number;
  /** Takes its stderr: an engine that fails in a pipe is cut off before its message, behind megabytes of source. */
  logFile: string;
  /** Kills it. */
  signal: AbortSignal;
}

const STDERR_KEPT = 65_536;

/**
 * Runs a program to its end, without a shell.
 *
 * @throws the system's error (`ENOENT`, …) when it cannot be started
 */
export async function runCommand(command: readonly string[], options: RunOptions): Promise<ProcessEnd> {
  const [program = '', ...args] = command;
  const log = openSync(options.logFile, 'w');
  let ended: Omit<ProcessEnd, 'stderr'>;
  try {
    ended = await new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        cwd: options.cwd,
        env: options.env,
        stdio: ['ignore', 'ignore', log],
        windowsHide: true,
        // Its own group: Python's command starts Node, and both must go.
        detached: process.platform !== 'win32',
      });
      let timedOut = false;
      const kill = () => killGroup(child.pid, () => child.kill('SIGKILL'));
      const timer = setTimeout(() => {
        timedOut = true;
        kill();
      }, options.timeout);
      const settle = () => {
        clearTimeout(timer);
        options.signal.removeEventListener('abort', kill);
      };
      options.signal.addEventListener('abort', kill);
      if (options.signal.aborted) kill();
      child.once('error', (error) => {
        settle();
        reject(error);
      });
      child.once('exit', (code, signal) => {
        settle();
        resolve({ code, signal, timedOut });
      });
    });
  } finally {
    closeSync(log);
  }
  return { ...ended, stderr: await readEnd(options.logFile) };
}

function killGroup(pid: number | undefined, otherwise: () => void): void {
  if (pid === undefined || process.platform === 'win32') {
    otherwise();
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    otherwise();
  }
}

async function readEnd(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, STDERR_KEPT);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    await handle.close();
  }
}
