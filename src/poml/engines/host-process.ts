import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { EngineError } from './error.ts';
import type { HostAnswer, HostReady, HostRequest } from './host-protocol.ts';
import { Tail } from './tail.ts';

const STDERR_KEPT = 4000;

/** The host ended, or was ended for it took too long, before it answered. */
export class HostGone extends Error {}

/** One process with the engine in it. Ask one thing at a time. */
export class HostProcess {
  private readonly child: ChildProcess;
  private readonly stderr = new Tail(STDERR_KEPT);
  private gone = false;

  private constructor(child: ChildProcess) {
    this.child = child;
    child.on('exit', () => {
      this.gone = true;
    });
    // A failing send is told to its callback; without a listener it would end our own process.
    child.on('error', () => {});
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => this.stderr.add(chunk));
  }

  /**
   * Starts the process and waits until the engine is loaded.
   *
   * @param timeout milliseconds
   * @throws EngineError when the engine cannot be loaded
   */
  static async start(
    entry: string,
    cwd: string,
    env: NodeJS.ProcessEnv,
    timeout: number,
  ): Promise<HostProcess> {
    const script = hostScript();
    const child = fork(script.file, [entry], {
      cwd,
      env,
      execArgv: script.nodeOptions,
      // What the engine prints is of no use, and a pipe that nobody reads would stop it.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const host = new HostProcess(child);
    let told: HostReady;
    try {
      told = await host.next<HostReady>((message) => 'ready' in message, timeout);
    } catch (cause) {
      throw unusable(entry, cause instanceof Error ? cause.message : String(cause), cause);
    }
    if (told.ready) return host;
    await host.end();
    throw unusable(entry, told.reason ?? 'it gives no reason');
  }

  get alive(): boolean {
    return !this.gone && this.child.connected;
  }

  /**
   * Has the host render.
   *
   * @param timeout milliseconds
   * @throws HostGone when it ends instead of answering, or does not answer in time, which ends it
   */
  ask(request: HostRequest, timeout: number): Promise<HostAnswer> {
    const answered = this.next<HostAnswer>(({ id }) => id === request.id, timeout);
    // A failure to send means that the process is ending, of which `next` hears.
    this.child.send(request, () => {});
    return answered;
  }

  /** Ends the process and waits for its end. */
  async end(): Promise<void> {
    if (this.gone) return;
    await new Promise<void>((resolve) => {
      this.child.once('exit', () => resolve());
      this.hold(true);
      this.child.kill('SIGKILL');
    });
  }

  private async next<T>(wanted: (message: Record<string, unknown>) => boolean, timeout: number): Promise<T> {
    const { child } = this;
    this.hold(true);
    const ended = new AbortController();
    try {
      return await new Promise<T>((resolve, reject) => {
        const onMessage = (message: unknown) => {
          if (isRecord(message) && wanted(message)) resolve(message as T);
        };
        const onEnd = (how: string) => reject(new HostGone(how));
        const onExit = (code: number | null, signal: string | null) => {
          // The last words are still in the pipe.
          setTimeout(
            () => onEnd(this.lastWords(`the engine's process ended ${describeEnd(code, signal)}`)),
            50,
          );
        };
        const onError = (error: Error) => onEnd(`the engine's process cannot be started: ${error.message}`);
        const timer = setTimeout(() => {
          child.off('exit', onExit);
          const late = this.lastWords(`the engine gave no answer within ${timeout / 1000} seconds`);
          this.end().then(() => onEnd(late), reject);
        }, timeout);
        child.on('message', onMessage).once('exit', onExit).once('error', onError);
        ended.signal.addEventListener('abort', () => {
          clearTimeout(timer);
          child.off('message', onMessage).off('exit', onExit).off('error', onError);
        });
        if (this.gone) onExit(child.exitCode, child.signalCode);
      });
    } finally {
      ended.abort();
      this.stderr.take();
      this.hold(false);
    }
  }

  private lastWords(what: string): string {
    const said = this.stderr.take();
    return said === '' ? what : `${what}; it said last:\n${said}`;
  }

  /** While the host works our process waits for it; an idle one does not keep it from ending. */
  private hold(working: boolean): void {
    const how = working ? 'ref' : 'unref';
    this.child[how]();
    this.child.channel?.[how]();
    (this.child.stderr as Socket | null)?.[how]();
  }
}

function unusable(entry: string, reason: string, cause?: unknown): EngineError {
  return new EngineError(
    `The engine ${entry} cannot be loaded: ${reason}\nReinstall pomljs, or use the built-in renderer.`,
    { cause },
  );
}

function describeEnd(code: number | null, signal: string | null): string {
  return signal === null ? `with exit code ${code}` : `by ${signal}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Run from its TypeScript source (our own tests and scripts) the host needs a loader, as Node 20 knows no types. */
function hostScript(): { file: string; nodeOptions: string[] } {
  const source = import.meta.url.endsWith('.ts');
  return {
    file: fileURLToPath(new URL(source ? './host.ts' : './host.js', import.meta.url)),
    nodeOptions: source ? ['--import', createRequire(import.meta.url).resolve('tsx')] : [],
  };
}
