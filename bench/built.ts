import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Of this process alone, so that runs side by side do not meet. */
const outfile = path.join(import.meta.dirname, `results/built-${process.pid}.mjs`);

await build({
  entryPoints: [path.join(import.meta.dirname, 'entry.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  packages: 'external',
  logLevel: 'warning',
});

/**
 * The product as one file, as it is shipped: what runs sources directly wraps every named function, which users do not
 * pay for.
 */
export const built = (await import(pathToFileURL(outfile).href)) as typeof import('./entry.ts');
/** The text of that file. */
export const builtText = readFileSync(outfile, 'utf8');
rmSync(outfile);
