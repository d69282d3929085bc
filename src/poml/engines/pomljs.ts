import { RenderError } from '../errors.ts';
import type { RenderedPrompt, RenderOptions } from '../types.ts';
import { engineEnvironment } from './environment.ts';
import { EngineError } from './error.ts';
import { HostGone, HostProcess } from './host-process.ts';
import type { HostAnswer } from './host-protocol.ts';
import { conclude } from './outcome.ts';
import { createQueue } from './queue.ts';
import { type FoundPackage, resolvePackage } from './resolve-package.ts';
import type { Renderer } from './types.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** Milliseconds that loading may take, however short renders are to be: the engine has megabytes of code. */
const LOADING = 60_000;

/**
 * The real engine in one process, started with the first render and again after a crash, a hang, or when another
 * locale or time zone is wanted. Renders wait for each other: the engine keeps its errors in one list per process.
 */
export class PomljsRenderer implements Renderer {
  readonly name = 'pomljs';
  readonly version: string | undefined;
  private readonly engine: FoundPackage;
  private readonly root: string;
  private readonly timeout: number;
  private readonly inTurn = createQueue(1);
  private host: { process: HostProcess; environment: string } | undefined;
  private requests = 0;
  private closed = false;

  /** @throws EngineError when the package is not installed */
  constructor(root: string, explicit: string | undefined, timeout: number) {
    this.engine = resolvePackage(root, explicit);
    this.version = this.engine.version;
    this.root = root;
    this.timeout = timeout;
  }

  render(markup: string, options: RenderOptions = {}): Promise<RenderedPrompt> {
    return this.inTurn(async () => {
      this.refuseWhenClosed();
      const workspace = await openWorkspace(markup, options, this.root);
      try {
        const { failure } = await this.ask(workspace, options);
        return conclude(workspace, await workspace.collect(), failure, options);
      } catch (error) {
        if (!(error instanceof HostGone)) throw error;
        this.refuseWhenClosed();
        throw new RenderError(error.message, undefined, undefined, { cause: error });
      } finally {
        await workspace.remove();
      }
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.host?.process.end();
    // Whoever waits is refused; after that nothing is on disk any more.
    await this.inTurn(async () => this.host?.process.end());
  }

  private async ask(workspace: Workspace, options: RenderOptions): Promise<HostAnswer> {
    const host = await this.hostFor(options);
    this.refuseWhenClosed();
    return host.ask(
      {
        id: ++this.requests,
        file: workspace.promptFile,
        contextFile: workspace.contextFile,
        stylesheetFile: workspace.stylesheetFile,
        traceDir: workspace.traceDir,
        output: workspace.outputFile,
        speakerMode: options.chat ?? true,
        now: options.now instanceof Date ? options.now.getTime() : options.now,
        seed: options.seed,
      },
      this.timeout,
    );
  }

  private async hostFor(options: RenderOptions): Promise<HostProcess> {
    const environment = `${options.locale ?? ''} ${options.timeZone ?? ''}`;
    if (this.host?.environment === environment && this.host.process.alive) return this.host.process;
    await this.host?.process.end();
    this.host = undefined;
    const process = await HostProcess.start(
      this.engine.entry,
      this.root,
      engineEnvironment(options),
      Math.max(this.timeout, LOADING),
    );
    this.host = { process, environment };
    return process;
  }

  private refuseWhenClosed(): void {
    if (this.closed) throw new EngineError('The renderer "pomljs" is closed. Create another one.');
  }
}
