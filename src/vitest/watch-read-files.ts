import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { slashed } from './session-modules.ts';

const watching = new WeakSet<Vitest>();

/**
 * Runs the modules again whose prompts have read a file that has changed. Files that a prompt names literally are
 * in Vite's module graph, and Vitest follows those; this is for the ones whose names a render computes, such as
 * `<img src="{{ photo }}"/>`.
 */
export function watchReadFiles(vitest: Vitest): void {
  if (watching.has(vitest)) return;
  watching.add(vitest);
  const readers = new Map<string, Set<string>>();
  const reporter: Reporter = {
    onTestModuleEnd(module: TestModule) {
      for (const file of (module.meta() as { pomlFiles?: string[] }).pomlFiles ?? []) {
        const modules = readers.get(slashed(file)) ?? new Set();
        readers.set(slashed(file), modules.add(module.moduleId));
      }
    },
  };
  (vitest.config.reporters as unknown[]).push(reporter);
  vitest.config.watchTriggerPatterns ??= [];
  vitest.config.watchTriggerPatterns.push({
    pattern: /./,
    testsToRun: (file) => {
      const modules = readers.get(slashed(file));
      return modules && !isInGraph(vitest, file) ? [...modules] : undefined;
    },
  });
}

function isInGraph({ projects }: Vitest, file: string): boolean {
  return projects.some(({ vite }) => (vite.moduleGraph.getModulesByFile(file)?.size ?? 0) > 0);
}
