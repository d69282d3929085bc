import type { CauseModel } from './model/index.ts';
import { relativePath } from './paths.ts';

/** A cause in the parts that a page shows apart. Not escaped. */
export interface CauseName {
  /** The file from the root; what kind of cause it is where there is none. */
  file: string;
  /** The file with its line. */
  place: string;
  /** What happened there. */
  what: string;
}

/** The parts of a cause's one line. */
export function nameOf({ file, kind, line, summary }: CauseModel, root: string): CauseName {
  const name = file === undefined ? kind : relativePath(file, root);
  const place = line === undefined ? name : `${name}:${line}`;
  const what = summary.startsWith(name) ? summary.slice(name.length).replace(/^:\d+(?::\d+)?/, '') : summary;
  return { file: name, place, what: what.trim().replace(/^[:—-]\s*/, '') || summary };
}
