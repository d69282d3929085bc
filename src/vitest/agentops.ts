import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { statePath } from '../project/state-folder.ts';
import { packageVersion } from '../project/version.ts';
import { escapeLine } from '../report/index.ts';
import {
  isCi,
  type MappingOptions,
  mapRun,
  originAttributes,
  originOf,
  originTags,
  postRun,
  resolveTarget,
  runStatus,
  TITLES,
} from '../telemetry/index.ts';
import { type AgentOpsOptions, checkOptions, tagsOf } from './reporting/agentops-options.ts';
import { runModelOf } from './reporting/run-model.ts';
import { mayPrint } from './reporting/terminal.ts';
import { testRun } from './reporting/test-run.ts';

export type { AgentOpsOptions } from './reporting/agentops-options.ts';

/**
 * Posts each run of prompt tests as one trace to AgentOps, or to another OpenTelemetry backend.
 *
 * It logs in and sends once, when the run is over, within one time limit; it says in one line what became of it, and
 * changes neither the exit code nor anything else of the run. What could not be delivered waits for
 * `vitest-poml push`.
 *
 * @example reporters: ['default', ['vitest-poml/agentops', { tags: ['prompts'] }]]
 */
export default class AgentOpsReporter implements Reporter {
  readonly #options: AgentOpsOptions;
  #vitest: Vitest | undefined;
  #stopped = false;

  /** @throws TypeError for an option that does not exist or cannot have its value. */
  constructor(options: AgentOpsOptions = {}) {
    this.#options = checkOptions(options);
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
    // A run that is stopped at the first failure is reported, one that somebody stops is not.
    vitest.onCancel((reason) => {
      this.#stopped = reason === 'keyboard-input';
    });
  }

  onTestRunStart(): void {
    this.#stopped = false;
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const vitest = this.#vitest;
    if (!vitest) return;
    let line: string;
    try {
      line = await this.#post(vitest, modules);
    } catch (error) {
      // A reporter that throws would be blamed on the run.
      line = `the run was not posted: ${escapeLine((error as Error).message)}`;
    }
    // Below Vitest's own summary, which is printed by then.
    await new Promise((resolve) => setImmediate(resolve));
    const text = ` ${TITLES[this.#options.backend ?? 'agentops']}: ${line}\n`;
    if (mayPrint(vitest)) vitest.logger.log(text);
    // Standard output is read by a program.
    else vitest.logger.error(text);
  }

  /** @returns What became of it. */
  async #post(vitest: Vitest, modules: readonly TestModule[]): Promise<string> {
    const { content = 'regressions', redact, timeout = 10_000, when = 'ci', cases = 'all' } = this.#options;
    const { env } = process;
    const resolved = resolveTarget(this.#options, env);
    if ('off' in resolved) return `${resolved.off}, so nothing was posted`;
    if (when === 'ci' && !isCi(env)) return "not posted, since this is no CI; when: 'always' posts it";
    if (isShard(vitest) && this.#options.shards !== true)
      return 'this shard is posted by the run that merges it';
    if (this.#stopped) return 'the run was stopped, so nothing was posted';
    const { root } = vitest.config;
    const name = this.#options.name ?? (env.AGENTOPS_TRACE_NAME?.trim() || 'prompt_tests');
    const model = runModelOf(vitest);
    const run = testRun(modules, { name, root, runner: `vitest ${vitest.version}`, ...(model && { model }) });
    if (run.cases.length === 0) return 'no prompt was tested, so nothing was posted';
    if (when === 'regression' && runStatus(run).code === 'ok') return 'no regression, so nothing was posted';
    const origin = originOf(env, root);
    const mapping: MappingOptions = {
      content,
      redact,
      cases,
      usage: this.#options.usage === true,
      tags: [...tagsOf(this.#options, env), ...originTags(origin)],
      version: packageVersion(),
      origin: originAttributes(origin),
    };
    const spool = statePath(root, 'spool');
    return postRun(mapRun(run, mapping), { target: resolved.target, timeout, spool, root });
  }
}

/** A run whose report is merged later with those of other shards. */
function isShard({ config }: Vitest): boolean {
  const names = config.reporters.map((reporter) => (Array.isArray(reporter) ? reporter[0] : reporter));
  return names.includes('blob');
}
