import type { MediaPart, RenderedPrompt, RenderOptions } from '../poml/types.ts';
import type { FoundSource } from '../trace/source.ts';
import type { ChangeOptions, FileChange } from '../trace/transaction.ts';
import type { Trace } from '../trace/types.ts';
import type { MaybePromise } from './maybe.ts';
import type { ShrinkPicture } from './thumbnails.ts';

/** Renders a prompt: at once where nothing must be read asynchronously, else with a promise. Throws or rejects with `RenderError`. */
export type Render = (markup: string, options: RenderOptions) => MaybePromise<RenderedPrompt>;

/** The little that a golden needs of the file system; every path is absolute. */
export interface GoldenFiles {
  /** The text of a file (UTF-8, a byte order mark kept), or `undefined` when there is none. Throws when it cannot be read. */
  read(path: string): string | undefined;
  /** Replaces a file in one step, making folders on the way; after a crash the file is old or new, never half. */
  write(path: string, content: string | Uint8Array): void;
  /** Changes several files as one: after a crash, and the start of the next run, all of them are old or all new. */
  change(changes: readonly FileChange[], options?: ChangeOptions): void;
  /** The names in a folder, or `undefined` when it is no folder. */
  list(path: string): string[] | undefined;
}

/** A copy of what a file was before. Absolute paths. */
export interface EarlierFile {
  copy: string;
  /** Folder that all such copies lie in. */
  root: string;
  /** When it became what it is now: later is greater. Left out for a change that is not committed. */
  changed?: number;
}

/** Finds the file that a trace was recorded from, in the repository as it is now. */
export type FindSource = (trace: Trace) => FoundSource;

/** How two pictures stand to each other when decoded. */
export interface PictureComparison {
  same: boolean;
  /** How far they are apart, in words, e.g. `2.1% of the pixels differ`. */
  detail?: string;
}

/** Compares two pictures whose bytes differ; `share` of their pixels (0 to 1) may differ. */
export type ComparePictures = (
  expected: MediaPart,
  actual: MediaPart,
  share: number,
) => MaybePromise<PictureComparison>;

/** Everything with an effect or a state that the golden layer uses, given from outside. */
export interface GoldenTools {
  render: Render;
  files: GoldenFiles;
  findSource: FindSource;
  /** Left out: pictures must have equal bytes. */
  comparePictures?: ComparePictures;
  /** Left out: of large pictures only type and size are shown. */
  shrinkPicture?: ShrinkPicture;
  /** Counts the tokens of a text; loads the tokenizer at its first call. Left out: tokens are not counted. */
  countTokens?: (text: string) => number;
  /**
   * What a file was before: as it was committed last, or before that. `undefined` where it is still that, or nobody knows. Asked only
   * where something that a prompt reads must have changed.
   */
  earlier?: (file: string) => EarlierFile | undefined;
  /**
   * Renders to find out which of several changes matter, without anybody watching. Left out where that would be slow:
   * then all of them are named.
   */
  trial?: Render;
}
