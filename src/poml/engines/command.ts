import { RenderError } from '../errors.ts';
import type { RenderedPrompt, RenderOptions } from '../types.ts';
import { engineEnvironment } from './environment.ts';
import { EngineError } from './error.ts';
import type { EngineFailure } from './failure.ts';
import { conclude } from './outcome.ts';
import { createQueue } from './queue.ts';
import { type ProcessEnd, runCommand } from './run-command.ts';
import { parseStderr } from './stderr-error.ts';
import type { Renderer } from './types.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** A command line with POML's options: one process per render, some at a time. */
export class CommandRenderer implements Renderer {
  readonly name: string;
  readonly version = undefined;
  private readonly command: readonly string[];
  private readonly root: string;
  private readonly timeout: number;
  private readonly inTurn: ReturnType<typeof createQueue>;
  private readonly closing = new AbortController();
  private proof: Promise<boolean> | undefined;
  private readonly running = new Set<Promise<unknown>>();

  constructor(command: readonly string[], root: string, timeout: number, concurrency: number) {
    this.name = command.join(' ');
    this.command = command;
    this.root = root;
    this.timeout = timeout;
    this.inTurn = createQueue(concurrency);
  }

  render(markup: string, options: RenderOptions = {}): Promise<RenderedPrompt> {
    const work = this.inTurn(async () => {
      this.refuseWhenClosed();
      const workspace = await openWorkspace(markup, options, this.root);
      try {
        return await this.run(workspace, options);
      } finally {
        await workspace.remove();
      }
    });
    const settled = work.then(
      () => {},
      () => {},
    );
    this.running.add(settled);
    settled.then(() => this.running.delete(settled));
    return work;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.running);
  }

  private async run(workspace: Workspace, options: RenderOptions): Promise<RenderedPrompt> {
    const end = await this.start(workspace, options);
    this.refuseWhenClosed();
    if (end.timedOut) {
      throw new RenderError(`the command ${this.name} did not end within ${this.timeout / 1000} seconds`);
    }
    const left = await workspace.collect();
    const failure = end.code === 0 ? undefined : failureOf(end, this.name);
    if (failure && !left.started && left.result === undefined && !(await this.canRender())) {
      throw new EngineError(`The command ${this.name} cannot render: ${failure.message}`);
    }
    return conclude(workspace, left, failure, options);
  }

  /**
   * Whether the command comes as far as recording a prompt nobody could fail on. Asked once, when it has died over
   * a prompt without a trace: of the prompt, or because it is not what it should be?
   */
  private canRender(): Promise<boolean> {
    this.proof ??= (async () => {
      const workspace = await openWorkspace('<p>Hello</p>', {}, this.root);
      try {
        await this.start(workspace, {});
        const { started, result } = await workspace.collect();
        return started || result !== undefined;
      } finally {
        await workspace.remove();
      }
    })();
    return this.proof;
  }

  private async start(workspace: Workspace, options: RenderOptions): Promise<ProcessEnd> {
    try {
      return await runCommand([...this.command, ...commandArguments(workspace, options)], {
        cwd: this.root,
        env: engineEnvironment(options),
        timeout: this.timeout,
        logFile: workspace.logFile,
        signal: this.closing.signal,
      });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new EngineError(
        `The command ${this.name} cannot be started in ${this.root}: ${reason}. ` +
          'Check that it is installed and on the PATH, or use the built-in renderer.',
        { cause },
      );
    }
  }

  private refuseWhenClosed(): void {
    if (this.closing.signal.aborted) {
      throw new EngineError(`The renderer "${this.name}" is closed. Create another one.`);
    }
  }
}

/** The options of POML's command line, the same for Node's `poml` and Python's `python -m poml`. */
function commandArguments(workspace: Workspace, options: RenderOptions): string[] {
  const { promptFile, contextFile, stylesheetFile, traceDir, outputFile } = workspace;
  return [
    ...['-f', promptFile],
    ...(contextFile === undefined ? [] : ['--context-file', contextFile]),
    ...(stylesheetFile === undefined ? [] : ['--stylesheet-file', stylesheetFile]),
    ...['--chat', String(options.chat ?? true)],
    ...['--strict', 'true'],
    ...['--traceDir', traceDir],
    ...['-o', outputFile],
  ];
}

const SHOWN_OF_STDERR = 2000;

function failureOf(end: ProcessEnd, name: string): EngineFailure {
  const parsed = parseStderr(end.stderr);
  if (parsed && parsed.message !== '') return parsed;
  const how = end.signal === null ? `ended with exit code ${end.code}` : `was ended by ${end.signal}`;
  const said = end.stderr.trim().slice(-SHOWN_OF_STDERR);
  return { message: said === '' ? `${name} ${how} and said nothing` : `${name} ${how}: ${said}` };
}
