import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The built renderer, as it is shipped: what runs sources directly wraps every named function, which users do not pay
 * for. `npm run bench` builds it first.
 */
const built = (file: string): string =>
  pathToFileURL(path.resolve(import.meta.dirname, '../dist/poml', file)).href;

export const { renderSync } = (await import(built('index.js'))) as typeof import('../src/poml/index.ts');
const { clearDocumentCache } = (await import(
  built('template/cache.js')
)) as typeof import('../src/poml/template/cache.ts');
const { clearExpressionCache } = (await import(
  built('expression/index.js')
)) as typeof import('../src/poml/expression/index.ts');

/** Forgets whatever was kept of prompts that were rendered before. */
export function forgetPrompts(): void {
  clearDocumentCache();
  clearExpressionCache();
}
