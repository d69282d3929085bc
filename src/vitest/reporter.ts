import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import type { VerdictRecord } from '../golden/record.ts';
import type { RendererChoice } from '../poml/engines/types.ts';
import { packageVersion } from '../project/version.ts';
import { ANSI, collect, type ObsoleteFolder, PLAIN, type RunEnvironment } from '../report/index.ts';
import { printSummary } from '../report/summary.ts';
import { useColour } from './colour.ts';
import { obsoleteGoldens } from './reporting/obsolete.ts';
import { followPromptFrames } from './reporting/prompt-frames.ts';
import { mayPrint } from './reporting/terminal.ts';

/** Options of the reporter. */
export interface PomlReporterOptions {
  /** Print the report at the end of the run (default `true`). */
  print?: boolean;
  /** What renders in this run (default `builtin`). */
  renderer?: RendererChoice;
}

/**
 * The reporter of prompt tests: at the end of a run traces per prompt, how many were rendered live or from the
 * recording, what changed, failed, is new or obsolete. The plugin adds it by itself; without the plugin name it as
 * `vitest-poml/reporter` first in `test.reporters`.
 *
 * It never changes the exit code and never fails a run: what goes wrong in it is said in one line.
 */
export default class PomlReporter implements Reporter {
  readonly #print: boolean;
  readonly #renderer: RendererChoice;
  #started = Date.now();
  #vitest: Vitest | undefined;

  constructor({ print = true, renderer = 'builtin' }: PomlReporterOptions = {}) {
    this.#print = print;
    this.#renderer = renderer;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunStart(): void {
    this.#started = Date.now();
  }

  /** Errors point into prompts; Vitest shows the lines around such a place only for files it has seen as modules. */
  async onTestCaseResult(test: TestCase): Promise<void> {
    await this.#quietly(() => followPromptFrames(test));
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    await this.#quietly(async () => {
      const vitest = this.#vitest;
      if (!vitest) return;
      // Before the first await: Vitest prints its own summary, with the obsolete ones in it, right after this.
      const obsolete = this.#obsolete(vitest, modules);
      const { root } = vitest.config;
      const model = collect({
        records: modules.flatMap(recordsOf),
        obsolete,
        root,
        environment: this.#environment(vitest),
      });
      if (!this.#print || !mayPrint(vitest)) return;
      await new Promise((resolve) => setImmediate(resolve));
      const style = useColour() ? ANSI : PLAIN;
      const lines = printSummary(model, { root, style });
      if (lines.length > 0)
        vitest.logger.log(`${lines.map((line) => (line === '' ? '' : ` ${line}`)).join('\n')}\n`);
    });
  }

  #environment(vitest: Vitest): RunEnvironment {
    const renderer = typeof this.#renderer === 'string' ? this.#renderer : 'command';
    return {
      version: packageVersion(),
      renderer,
      node: process.version,
      runner: `vitest ${vitest.version}`,
      startedAt: new Date(this.#started).toISOString(),
      duration: Date.now() - this.#started,
    };
  }

  /** Reports the goldens that no test asks for any more; an update removes them. */
  #obsolete(vitest: Vitest, modules: readonly TestModule[]): ObsoleteFolder[] {
    // Merged reports of other runs say nothing about the files here, and tests chosen by name not enough.
    if (vitest.config.mergeReports || vitest.config.testNamePattern) return [];
    const removed = vitest.snapshot.options.updateSnapshot === 'all';
    const folders: ObsoleteFolder[] = [];
    for (const { module, folder, goldens } of modules.flatMap(obsoleteGoldens)) {
      const ids = goldens.map(({ id }) => id);
      // Under the path of a test module: `u` in watch mode runs those again that have something obsolete.
      vitest.snapshot.add({
        filepath: module.moduleId,
        added: 0,
        matched: 0,
        unmatched: 0,
        updated: 0,
        fileDeleted: false,
        unchecked: ids.length,
        uncheckedKeys: ids,
      });
      if (removed)
        for (const file of goldens.flatMap(({ files }) => files))
          rmSync(path.join(folder, file), { force: true });
      folders.push({ folder, ids, removed });
    }
    return folders;
  }

  /** A reporter that throws would be blamed on the run, and hide Vitest's summary. */
  async #quietly(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#vitest?.logger.error(
        ` vitest-poml: the prompt report could not be made: ${(error as Error).message}`,
      );
    }
  }
}

function recordsOf(module: TestModule): VerdictRecord[] {
  const records: VerdictRecord[] = [];
  for (const test of module.children.allTests())
    records.push(...((test.meta() as { poml?: VerdictRecord[] }).poml ?? []));
  return records;
}
