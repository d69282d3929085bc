import type { RenderOptions } from '../../src/poml/types.ts';

/** How a render may differ from what was recorded. */
export type Exactness =
  /** Byte for byte. */
  | 'bytes'
  /** Pictures are compared decoded: their bytes depend on the picture library. */
  | 'decoded'
  /** As `bytes`, and as `decoded` where that fails: recorded elsewhere, perhaps with another picture library. */
  | 'bytes or decoded';

/** One render to check. */
export interface ConformanceCase {
  /** Unique in its folder. */
  name: string;
  /** The folder it is reported under. */
  directory: string;
  markup: string;
  options: RenderOptions;
  /** What POML wrote; `undefined` when it wrote nothing. */
  expected: { json: string; text: string } | undefined;
  /** A strict render must fail. */
  mustFail: boolean;
  /** The results are those of a call that may have failed: rendered with `strict: false`. */
  lenient: boolean;
  exactness: Exactness;
  /** Runs of blanks count as one: the text was put together by a heuristic of a PDF library. */
  blanksMayDiffer: boolean;
}

/** A case that cannot even be read. */
export interface BrokenCase {
  name: string;
  directory: string;
  reason: string;
}
