import type { TestCase } from 'vitest/node';

const MAX_FRAMES = 3;

/** Makes modules of the prompts that the errors of a test point at. */
export async function followPromptFrames(test: TestCase): Promise<void> {
  const result = test.result();
  if (result.state !== 'failed') return;
  const files = new Set<string>();
  for (const error of result.errors) {
    for (const [, file] of (error.stack ?? '').matchAll(/^\s+at (?:.*\()?(\S.*?\.poml):\d+:\d+\)?$/gm)) {
      if (file !== undefined && files.size < MAX_FRAMES) files.add(file);
    }
  }
  const server = test.project.vite;
  for (const file of files) {
    // Vite 5, which Vitest 3.2 still takes, has no environments.
    const environment = (server.environments as typeof server.environments | undefined)?.ssr;
    await (environment ? environment.transformRequest(file) : server.transformRequest(file, { ssr: true }));
  }
}
