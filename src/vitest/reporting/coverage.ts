import type { TestModule } from 'vitest/node';
import { type CoverageReport, coverageReport, onDisk } from '../../golden/coverage/index.ts';
import { diskFiles } from '../../golden/disk.ts';
import type { FileHits } from '../../poml/coverage/collector.ts';
import type { PomlSettings } from '../../project/settings.ts';
import { type CoverageModel, coverageModel, istanbulCoverage } from '../../report/coverage/index.ts';
import { createPromptIndex } from '../../trace/index.ts';

/** What the tests of a run have exercised of the prompts, as their workers have told it. */
export class CoverageCounts {
  readonly #settings: PomlSettings;
  #joined: unknown;

  constructor(settings: PomlSettings) {
    this.#settings = settings;
  }

  /** For the reports of the run; `undefined` when no render was counted. */
  model(modules: readonly TestModule[]): CoverageModel | undefined {
    const report = this.#report(modules);
    return report && coverageModel(report);
  }

  /** Adds the rows of prompts to Vitest's own coverage, once. */
  join(modules: readonly TestModule[], map: unknown): void {
    if (map === this.#joined || !isCoverageMap(map)) return;
    this.#joined = map;
    const report = this.#report(modules);
    if (!report) return;
    for (const file of Object.values(istanbulCoverage(report))) map.addFileCoverage(file);
  }

  #report(modules: readonly TestModule[]): CoverageReport | undefined {
    const hits = modules.flatMap(
      (module) => (module.meta() as { pomlCoverage?: FileHits[] }).pomlCoverage ?? [],
    );
    if (hits.length === 0) return undefined;
    const { root, prompts, roots, sourceRoots } = this.#settings;
    return coverageReport(onDisk(hits, diskFiles.read), {
      roots,
      moved: sourceRoots,
      prompts: createPromptIndex(root, prompts).all(),
      read: diskFiles.read,
    });
  }
}

function isCoverageMap(value: unknown): value is { addFileCoverage(file: object): void } {
  return typeof (value as { addFileCoverage?: unknown } | null)?.addFileCoverage === 'function';
}
