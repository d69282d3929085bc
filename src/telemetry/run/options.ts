/** Which texts of prompts leave the machine. */
export type ContentMode =
  /** Source, context, stylesheet and result of every render. */
  | 'all'
  /** The same, of those only that turn the run red. */
  | 'regressions'
  /** None: names, places, counts and statuses. */
  | 'none';

/**
 * Takes out what must not leave the machine: a pattern, or patterns, whose matches become `[redacted]`, or a function
 * that is given each text and the name of the attribute it is for.
 */
export type Redact = RegExp | readonly RegExp[] | ((text: string, name: string) => string);

/** How a run becomes spans. */
export interface MappingOptions {
  content: ContentMode;
  redact?: Redact | undefined;
  tags: readonly string[];
  /** A span for every test, or only for those that failed. */
  cases: 'all' | 'regressions';
  /** Give each render its tokens as those of a model's call, so that dashboards add them up. */
  usage: boolean;
  /** Version of this package. */
  version: string;
  /** Attributes of the run: commit, branch and the like. */
  origin: Readonly<Record<string, string>>;
}
