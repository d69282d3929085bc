import type { Reporter, TestProject, TestSpecification, Vitest } from 'vitest/node';
import { ownFile } from './own-files.ts';
import type { SessionHost } from './session-host.ts';

/**
 * Lets the sessions of a project share workers in runs in which nothing else of it runs. Each test module has a process of
 * its own by default, which keeps what one does from the next; sessions do nothing that another one could see, and a process
 * for each would load and warm up the renderer again. Whoever sets `isolate`, or brings setup files or an environment
 * that may count on it, keeps what Vitest does by itself, and so does Vitest 3.2, where a project has no say in it.
 */
export function shareWorkers(host: SessionHost, project: TestProject, vitest: Vitest): void {
  const { config } = project;
  const isPlain =
    config.isolate &&
    config.setupFiles.every((file) => file === ownFile('setup')) &&
    config.environment === 'node' &&
    config.runner === undefined &&
    (config.pool === 'forks' || config.pool === 'threads');
  if (!isPlain || vitest.version.startsWith('3.')) return;
  const reporter: Reporter = {
    onTestRunStart(specifications: readonly TestSpecification[]) {
      const own = specifications.filter((each) => each.project === project);
      config.isolate = !own.every(({ moduleId }) => host.standsFor(moduleId));
    },
  };
  (vitest.config.reporters as unknown[]).push(reporter);
}
