import type { Cause } from '../../golden/causes.ts';
import type { ChangeClass } from '../../golden/classes.ts';
import type { VerdictRecord } from '../../golden/record.ts';
import type { TokenTotals } from '../cost/cost.ts';
import type { Price } from '../cost/prices.ts';
import type { CoverageModel } from '../coverage/model.ts';
import type { GateResult } from '../gates/gates.ts';
import type { OutcomeCounts } from './outcome.ts';

/** Version of the model's form; raised when a reader of the old form would go wrong. */
export const MODEL_VERSION = 1;

/**
 * One run, as every report is made from it: the terminal's summary, pages, comments, annotations, telemetry. Plain JSON.
 *
 * Records are named by their position in `records`, causes by their key.
 */
export interface RunModel {
  version: typeof MODEL_VERSION;
  /** Absolute folder of the project; every path in the model is absolute. */
  root: string;
  environment: RunEnvironment;
  totals: RunTotals;
  /** Only some of the tests were to run: chosen by name, by file, or by what has changed. */
  chosen?: true;
  /** Tokens of the whole run; left out where none were counted. */
  tokens?: TokenTotals;
  /** What costs are reckoned with; left out where nothing was counted or the model's price is not known. */
  price?: Price;
  /** What the gates that are set say. */
  gates?: GateResult[];
  /** Which parts of the prompts the tests exercise; left out where nobody took note. */
  coverage?: CoverageModel;
  /** What the reader should know about the report itself, e.g. why there are no token counts. */
  notes?: string[];
  /** Prompts with failures first, then by name. */
  prompts: PromptModel[];
  /** Those with the most failures first, those with as many by their place. */
  causes: CauseModel[];
  /** Goldens and assets that nothing asks for. */
  obsolete: ObsoleteFolder[];
  /** By session, trace and title, so that the shards of a run make up the same model as the whole. */
  records: VerdictRecord[];
}

/** What rendered, and when. */
export interface RunEnvironment {
  /** Version of this package. */
  version: string;
  /** `builtin`, `pomljs` or `command`. */
  renderer: string;
  node: string;
  /** Version of the test runner, e.g. `vitest 4.1.12`; left out where there is none. */
  runner?: string;
  /** ISO date and time. */
  startedAt: string;
  /** Milliseconds. */
  duration: number;
}

/** Numbers of a whole run. */
export interface RunTotals {
  /** Renders that were held against a golden: `traces` and `calls`. */
  records: number;
  traces: number;
  calls: number;
  sessions: number;
  prompts: number;
  live: number;
  recorded: number;
  /** How many turn the run red. */
  red: number;
  outcomes: OutcomeCounts;
}

/** The records of one prompt. */
export interface PromptModel {
  /** Shown name, unescaped: the live file from the root, or the prompt and the application it was recorded in. */
  label: string;
  /** Absolute, where it is rendered live. */
  file?: string;
  records: number[];
  live: number;
  recorded: number;
  outcomes: OutcomeCounts;
  /** Keys of the causes that touch it. */
  causes: string[];
  /** Tokens of its calls; left out where none were counted. */
  tokens?: TokenTotals;
}

/** A cause with everything it touches. */
export interface CauseModel extends Cause {
  records: number[];
  /** How many of them fail their test. */
  red: number;
  /** Labels of the prompts it touches. */
  prompts: string[];
  /** What kinds of change it makes: those of the calls that no other cause touches, where there are any. */
  classes: ChangeClass[];
  /**
   * Tokens of the calls it touches, their cost spread over the calls of the run; left out where none were counted, and where
   * other causes touch these calls too.
   */
  tokens?: TokenTotals;
  /** The record whose `detail` shows it best; left out where no record has one. */
  exemplar?: number;
}

/** What is in a folder of goldens and nothing asks for. */
export interface ObsoleteFolder {
  /**
   * `golden` (default): no test asks for it; `asset`: no captured golden brings it along; `orphan`: a captured golden whose
   * prompt is gone, which is told and never removed.
   */
  kind?: 'golden' | 'asset' | 'orphan';
  /** Absolute. */
  folder: string;
  /** Names of the goldens in it, without suffix; of assets their file names. */
  ids: readonly string[];
  /** They were removed in this run. */
  removed?: boolean;
}
