import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);

/** Absolute folder of the package's code: `dist` when installed, `src` in its own tests. */
export const OWN_CODE = path.dirname(path.dirname(here));

/** Absolute path of a module beside this one, e.g. `setup`. Generated code imports it so, since the package may not be resolvable from where a prompt lies. */
export function ownFile(name: string): string {
  return path.join(path.dirname(here), name + path.extname(here));
}
