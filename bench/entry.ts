/** What the suites measure of the product beside its public entries. */

import { clearExpressionCache } from '../src/poml/expression/index.ts';
import { clearDocumentCache } from '../src/poml/template/cache.ts';

export { evaluate } from '../src/golden/index.ts';
export { renderSync } from '../src/poml/index.ts';
export { failureMessage } from '../src/report/index.ts';
export { loadSession } from '../src/trace/index.ts';

/** Forgets whatever was kept of prompts that were rendered before. */
export function forgetPrompts(): void {
  clearDocumentCache();
  clearExpressionCache();
}
