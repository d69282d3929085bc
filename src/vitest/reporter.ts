import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import type { VerdictRecord } from '../golden/record.ts';
import type { ProjectOptions } from '../project/options.ts';
import { annotations, printsSummary, type ReportPlace, writeReports } from '../project/reports.ts';
import { resolveSettings } from '../project/settings.ts';
import { packageVersion } from '../project/version.ts';
import { priceOf } from '../report/cost/prices.ts';
import { checkGates } from '../report/gates/check-gates.ts';
import {
  ANSI,
  collect,
  escapeLine,
  type ObsoleteFolder,
  PLAIN,
  type RunEnvironment,
  type RunModel,
} from '../report/index.ts';
import { defaultReports, type ReportChoice } from '../report/outputs/choices.ts';
import { MAX_ANNOTATIONS } from '../report/outputs/index.ts';
import { printSummary } from '../report/summary.ts';
import { useColour } from './colour.ts';
import { areTestsChosen } from './reporting/chosen.ts';
import type { CoverageCounts } from './reporting/coverage.ts';
import { foldFailures } from './reporting/fold.ts';
import { reportObsolete } from './reporting/obsolete.ts';
import { followPromptFrames } from './reporting/prompt-frames.ts';
import { keepRunModel } from './reporting/run-model.ts';
import { isReadByProgram, mayPrint, reporterNames } from './reporting/terminal.ts';

/** Options of the reporter, of the same meaning as those of the plugin. */
export type PomlReporterOptions = Pick<
  ProjectOptions,
  'reports' | 'gates' | 'model' | 'prices' | 'renderer' | 'coverage' | 'prompts' | 'roots' | 'sourceRoots'
>;

/**
 * The reporter of prompt tests: at the end of a run traces per prompt, how many were rendered live or from the
 * recording, what changed, failed, is new or obsolete. The plugin adds it by itself; without the plugin name it as
 * `vitest-poml/reporter` first in `test.reporters`.
 *
 * It changes the exit code only where a gate is set and does not hold, and never fails a run: what goes wrong in it is said
 * in one line.
 */
export default class PomlReporter implements Reporter {
  readonly #options: PomlReporterOptions;
  readonly #reports: readonly ReportChoice[];
  #coverage: CoverageCounts | undefined;
  #started = Date.now();
  #vitest: Vitest | undefined;
  #restartFolding: () => void = () => {};

  constructor(options: PomlReporterOptions = {}) {
    this.#options = options;
    this.#reports = options.reports ?? defaultReports(process.env);
  }

  async onInit(vitest: Vitest): Promise<void> {
    this.#vitest = vitest;
    await this.#quietly(async () => {
      this.#restartFolding = foldFailures(vitest);
      const settings = resolveSettings(this.#options, vitest.config.root);
      if (!settings.coverage) return;
      // What Vitest 3.2 tells in `onFinished` is written at once by its blob reporter: nothing may have to be loaded then.
      const { CoverageCounts } = await import('./reporting/coverage.ts');
      this.#coverage = new CoverageCounts(settings);
    });
  }

  onTestRunStart(): void {
    this.#restartFolding();
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
      const records = modules.flatMap(recordsOf);
      const obsolete = reportObsolete(vitest, modules, records);
      const model = this.#collect(vitest, records, obsolete);
      keepRunModel(vitest, model);
      if (model.gates?.some(({ passed }) => !passed) && !vitest.config.watch) process.exitCode = 1;
      const place: ReportPlace = { root: vitest.config.root, env: process.env };
      // GitHub shows only the first annotations of a step; Vitest's own, one for each test, come after these.
      if (annotates(vitest, model))
        for (const line of annotations(model, this.#reports, place)) vitest.logger.log(line);
      await new Promise((resolve) => setImmediate(resolve));
      const printing = printsSummary(this.#reports) && mayPrint(vitest);
      if (printing) this.#print(vitest, model);
      if (model.records.length === 0) return;
      const reports = isShard(vitest) ? this.#reports.filter(isNoGithub) : this.#reports;
      const { told, failed } = writeReports(model, reports, place);
      if (printing && told.length > 0)
        vitest.logger.log(`${told.map((line) => ` ${escapeLine(line)}\n`).join('')}`);
      for (const line of failed) vitest.logger.error(` vitest-poml: ${escapeLine(line)}`);
    });
  }

  #collect(vitest: Vitest, records: readonly VerdictRecord[], obsolete: readonly ObsoleteFolder[]): RunModel {
    const { model: name, prices, gates } = this.#options;
    const untold = records.find(({ noTokens }) => noTokens !== undefined)?.noTokens;
    const chosen = areTestsChosen(vitest);
    const price = priceOf(name, prices);
    const model = collect({
      records,
      obsolete,
      root: vitest.config.root,
      environment: this.#environment(vitest),
      price,
      notes: [
        ...(untold === undefined ? [] : [`Tokens were not counted: ${untold}`]),
        ...(price === undefined && records.some(({ tokens }) => tokens !== undefined)
          ? [`No cost is shown: no price is known of the model "${name}", set it with the option "prices"`]
          : []),
        ...(chosen && gates?.minCoverage !== undefined
          ? ['minCoverage is not decided on: only some of the tests were to run']
          : []),
      ],
      chosen,
      // In watch mode only some modules have run again.
      coverage: this.#coverage?.model(vitest.state.getTestModules()),
    });
    // A part of the calls cannot decide on the whole: the run that merges the shards does.
    return gates && !isShard(vitest) ? { ...model, gates: checkGates(model, gates) } : model;
  }

  #print(vitest: Vitest, model: RunModel): void {
    const lines = printSummary(model, { style: useColour() ? ANSI : PLAIN });
    if (lines.length > 0)
      vitest.logger.log(`${lines.map((line) => (line === '' ? '' : ` ${line}`)).join('\n')}\n`);
  }

  /** Vitest's own coverage is known: prompts get rows in it. */
  async onCoverage(coverage: unknown): Promise<void> {
    await this.#quietly(async () => this.#join(coverage));
  }

  /** Vitest 3.2 calls `onCoverage` only after its blob reporter has written what the coverage was. */
  async onFinished(_files: unknown, _errors: unknown, coverage: unknown): Promise<void> {
    await this.#quietly(async () => this.#join(coverage));
  }

  #join(coverage: unknown): void {
    if (this.#vitest) this.#coverage?.join(this.#vitest.state.getTestModules(), coverage);
  }

  #environment(vitest: Vitest): RunEnvironment {
    const { renderer = 'builtin' } = this.#options;
    return {
      version: packageVersion(),
      renderer: typeof renderer === 'string' ? renderer : 'command',
      node: process.version,
      runner: `vitest ${vitest.version}`,
      startedAt: new Date(this.#started).toISOString(),
      duration: Date.now() - this.#started,
    };
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

/** Only some of the test files run here; the reports of all are merged later. */
function isShard({ config }: Vitest): boolean {
  return config.shard !== undefined;
}

/** Where Vitest's own reporter annotates every failing test and GitHub shows them all, ours would say the same twice. */
function annotates(vitest: Vitest, { totals, gates = [] }: RunModel): boolean {
  if (isShard(vitest) || isReadByProgram(vitest)) return false;
  const own = reporterNames(vitest).includes('github-actions');
  return !own || totals.red > MAX_ANNOTATIONS || gates.some(({ passed }) => !passed);
}

function isNoGithub(choice: ReportChoice): boolean {
  return choice !== 'github';
}

function recordsOf(module: TestModule): VerdictRecord[] {
  const records: VerdictRecord[] = [];
  for (const test of module.children.allTests())
    records.push(...((test.meta() as { poml?: VerdictRecord[] }).poml ?? []));
  return records;
}
