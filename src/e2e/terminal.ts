import { spawn, spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { onTestFinished } from 'vitest';
import type { Project } from './project.ts';
import { environment, NODE, VITEST } from './run.ts';

/** Vitest in watch mode reads keys from a terminal only; Python's `pty` gives it one. */
const PTY = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';
const TIMEOUT_MS = 30_000;
const QUIET_MS = 1000;

/** Why there can be no terminal here; `undefined` when there can. */
export function whyNoTerminal(): string | undefined {
  const probe = spawnSync('python3', ['-c', 'import pty'], { stdio: 'ignore' });
  return probe.status === 0 ? undefined : 'python3 with its module pty is needed for a terminal';
}

/** A program that runs on a terminal. */
export interface Terminal {
  /** Waits until it has ended; gives its exit code. */
  ended(): Promise<number | null>;
  /** All that it has printed, control characters too. */
  output(): string;
  /** Waits until the output since the last call matches. */
  until(expected: RegExp): Promise<string>;
  /** Waits until nothing more is printed: of what happens while tests run, Vitest 3.2 misses some. */
  quiet(): Promise<void>;
  press(key: string): void;
}

/** Starts Vitest in watch mode; it is stopped when the test ends. */
export function watchVitest(project: Project, args: string[] = []): Terminal {
  return openTerminal(project, [VITEST, '--watch', ...args]);
}

/** Starts `vitest-poml` on a terminal; it is stopped when the test ends. */
export function openCli(project: Project, args: string[], env: NodeJS.ProcessEnv = {}): Terminal {
  return openTerminal(project, [project.path('node_modules/vitest-poml/dist/cli/main.js'), ...args], env);
}

function openTerminal(project: Project, args: string[], env: NodeJS.ProcessEnv = {}): Terminal {
  const child = spawn('python3', ['-c', PTY, NODE, ...args], {
    cwd: project.dir,
    env: { ...environment(env), TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let seen = '';
  let output = '';
  let wake = () => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    seen += stripVTControlCharacters(text);
    wake();
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => resolve(code));
  });
  onTestFinished(async () => {
    if (child.exitCode === null) child.stdin.write('q');
    // Without its terminal Vitest ends too.
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
  });
  return {
    ended: () => ended,
    output: () => output,
    press: (key) => {
      child.stdin.write(key);
    },
    async quiet() {
      for (let before = -1; before !== seen.length; ) {
        before = seen.length;
        await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
      }
    },
    async until(expected) {
      const end = Date.now() + TIMEOUT_MS;
      for (;;) {
        const match = expected.exec(seen);
        if (match) {
          const part = seen.slice(0, match.index + match[0].length);
          seen = seen.slice(part.length);
          return part;
        }
        const left = end - Date.now();
        if (left <= 0) throw new Error(`Waited for ${expected}, but saw:\n${seen}`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
  };
}
