import type { RunnerTestFile } from 'vitest';
import { recordedAs } from '../golden/coverage/index.ts';
import { diskFiles } from '../golden/disk.ts';
import type { MaybePromise } from '../golden/maybe.ts';
import { Coverage } from '../poml/coverage/collector.ts';
import { renderMaybeSync } from '../poml/index.ts';
import type { SourceFile } from '../poml/source.ts';
import type { RenderedPrompt, RenderOptions } from '../poml/types.ts';
import { currentModule } from './worker-task.ts';

const byModule = new WeakMap<RunnerTestFile, Coverage>();

/** Renders, and adds what of the prompts it reaches to the counts that hang on the running module. */
export function renderAndCover(markup: string, options: RenderOptions): MaybePromise<RenderedPrompt> {
  const module = currentModule();
  return renderMaybeSync(markup, module ? { ...options, coverage: coverageOf(module) } : options);
}

function coverageOf(module: RunnerTestFile): Coverage {
  let coverage = byModule.get(module);
  if (coverage === undefined) {
    coverage = new Coverage({ counts: isOnDisk, identity: recordedAs });
    byModule.set(module, coverage);
    // The counts change with every render; Vitest sends what they are when the module ends.
    module.meta.pomlCoverage = coverage.hits;
  }
  return coverage;
}

/** Whoever reads the counts takes the text from the file. Versions of a prompt that are only in recordings have no place to show. */
function isOnDisk({ path, text }: SourceFile): boolean {
  if (path === undefined) return false;
  try {
    return diskFiles.read(path) === text;
  } catch {
    return false;
  }
}
