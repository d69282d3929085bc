import type { Callable } from '../interpreter/types.ts';

/** What the sandbox knows about a function that it made itself. */
export interface FunctionRecord {
  /** `program`: written in an expression. `guard`: stands in for a function of the host. */
  readonly kind: 'program' | 'guard';
  readonly name: string;
  readonly length: number;
  /** What `toString` prints. */
  readonly text: () => string;
}

class Identity {
  constructor(value: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is how a private field gets onto a foreign object
    return value;
  }
}

/** Marks functions with a private field: invisible to programs, impossible to forge, faster than a WeakMap. */
class Brand extends Identity {
  readonly #record: FunctionRecord;

  constructor(target: object, record: FunctionRecord) {
    super(target);
    this.#record = record;
  }

  static of(value: object): FunctionRecord | undefined {
    return #record in value ? (value as Brand).#record : undefined;
  }
}

/** Marks a function as made by the sandbox, so that it is admitted as it is. */
export function brand<F extends Callable>(made: F, record: FunctionRecord): F {
  new Brand(made, record);
  return made;
}

/** The record of a function that the sandbox made; `undefined` for any other. */
export function recordOf(value: object): FunctionRecord | undefined {
  return Brand.of(value);
}
