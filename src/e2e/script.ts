import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { REPOSITORY } from './package.ts';
import type { Project } from './project.ts';

/**
 * Puts a script into a project that runs parts of the package which have no entry of their own, bundled as they are in
 * it. What they look for beside them they find in the installed package.
 *
 * @param text Imports modules from `src`: `import { keep } from './telemetry/spool/spool.ts'`.
 */
export function writeScript(project: Project, name: string, text: string): void {
  const here = pathToFileURL(project.path('node_modules/vitest-poml/dist/e2e/script.js')).href;
  buildSync({
    stdin: { contents: text, resolveDir: path.join(REPOSITORY, 'src'), loader: 'ts' },
    outfile: project.path(name),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
    ignoreAnnotations: true,
    define: { 'import.meta.url': JSON.stringify(here) },
    logLevel: 'warning',
  });
}
