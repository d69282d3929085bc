import type { Failure, Place } from '../matchers/scope.ts';
import { escapeLine } from '../report/escape.ts';
import { OWN_CODE } from './own-files.ts';

/** Editors show expected and actual side by side; more than this only makes them slow. */
const MAX_SIDE = 20_000;
const MAX_PLACES = 3;

/** An error that Vitest prints with our text and diff, pointing at the prompt first and at the test after it. */
export class PromptError extends Error {
  override readonly name = 'PromptError';
  /** Keeps Vitest from making a diff of `expected` and `actual`. */
  readonly showDiff = false;
  declare readonly diff?: string;
  declare readonly expected?: string;
  declare readonly actual?: string;
  /** Where it points, as Vitest would read it from the stack: that takes it longer, for thousands, than all the renders. */
  declare readonly stacks?: readonly Frame[];
  readonly #prompts: readonly string[];

  /**
   * @param options.ownTest The test is all of this package: no line of it says more than the prompt's, and a stack, which
   * takes longer to make than many a prompt to render, is spared.
   */
  constructor({ message, diff, expected, actual, places, cause }: Failure, { ownTest = false } = {}) {
    const limit = Error.stackTraceLimit;
    if (ownTest) Error.stackTraceLimit = 0;
    super(message, cause === undefined ? undefined : { cause });
    Error.stackTraceLimit = limit;
    // Vitest copies an error key by key, and thousands of them have nothing to say here.
    if (diff !== undefined) this.diff = diff;
    if (expected !== undefined) this.expected = expected.slice(0, MAX_SIDE);
    if (actual !== undefined) this.actual = actual.slice(0, MAX_SIDE);
    const frames = promptFrames(places ?? []);
    if (ownTest) this.stacks = frames;
    this.#prompts = frames.map(({ file, line, column }) => `    at ${file}:${line}:${column}`);
    PromptError.nameCall(this, ownTest ? undefined : this.stack);
  }

  /**
   * Names the call that led to an error, given by the stack of one made there: an asynchronous step has lost it. No method:
   * Vitest takes those of an error for something to print.
   */
  static nameCall(error: PromptError, stack: string | undefined): PromptError {
    error.stack = [`${error.name}: ${error.message}`, ...error.#prompts, ...callFrames(stack)].join('\n');
    return error;
  }
}

/** A line of a stack as Vitest keeps it. */
interface Frame {
  method: '';
  file: string;
  line: number;
  column: number;
}

function promptFrames(places: readonly Place[]): Frame[] {
  const frames = new Map<string, Frame>();
  for (const { file, line, column } of places) {
    // A frame is printed as it is.
    if (file !== undefined && frames.size < MAX_PLACES && escapeLine(file) === file)
      addFirst(frames, `${file}:${line}`, { method: '', file, line, column });
  }
  return [...frames.values()];
}

/** An edit, and where its output begins, often are in one line. */
function addFirst(frames: Map<string, Frame>, line: string, frame: Frame): void {
  if (!frames.has(line)) frames.set(line, frame);
}

/**
 * The frames of a stack without those of this package, and of Vitest and Node: it hides these in any case, but looks for
 * the source map of each first, which takes longer than the tests when thousands fail.
 */
function callFrames(stack: string | undefined): string[] {
  const frames = stack === undefined ? [] : stack.split('\n').filter((line) => /^\s+at /.test(line));
  return frames.filter((frame) => !frame.includes(OWN_CODE) && !HIDDEN.test(frame));
}

const HIDDEN = /[\\/]node_modules[\\/](?:vitest|@vitest|tinypool|chai)[\\/]|\(?node:|<anonymous>/;
