import { createRequire } from 'node:module';
import path from 'node:path';
import type { ConformanceCase } from '../scripts/conformance/case.ts';

interface PomlEngine {
  read(
    markup: string,
    options: { trim: boolean },
    context: object | undefined,
    stylesheet: object | undefined,
    sourcePath: string | undefined,
  ): Promise<string>;
  write(ir: string, options: { speaker: boolean }): unknown;
}

/**
 * The real engine, from the installed copy that `POMLJS` names (a package folder or a module file). Its two steps
 * are called directly, without its command line, its files and its first evaluation: that favours the engine.
 */
export function loadEngine(location: string): (item: ConformanceCase) => Promise<unknown> {
  const engine = createRequire(import.meta.url)(path.resolve(location)) as PomlEngine;
  return async ({ markup, options }) => {
    const ir = await engine.read(
      markup,
      { trim: true },
      options.context,
      options.stylesheet,
      options.sourcePath,
    );
    return engine.write(ir, { speaker: options.chat ?? true });
  };
}
