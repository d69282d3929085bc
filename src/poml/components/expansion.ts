import type { Files } from '../assets/fs.ts';
import { Budget, MAX_ELEMENTS } from '../budget.ts';
import { FatalRenderError, Problem } from '../problems.ts';
import type { Origin } from '../source.ts';
import { Warnings } from '../warnings.ts';
import type { Component } from './component.ts';
import type { Constant } from './constant.ts';

/** The outcome of something read asynchronously. */
export type Settled<T> = { readonly value: T } | { readonly error: unknown };

/** What a trial takes note of. */
interface Findings {
  /** All components that are expanded. */
  readonly components: Set<Component>;
  /** The constant elements that are placed in the tree. */
  readonly placings: Constant[];
}

let expansions = 0;

/** Layout components read no files. */
const NO_ACCESS = {
  warnings: new Warnings(),
  get files(): never {
    throw new Error('a layout component must not read files');
  },
};

/**
 * One expansion of a document's components. Components are expanded synchronously; one that needs something
 * asynchronous asks for it here, and when anything was still missing the whole expansion is done again.
 */
export class Expansion {
  readonly problems: Problem[] = [];
  /** Whether any element names a speaker. */
  speakersNamed = false;
  /** Of a trial. */
  readonly findings: Findings | undefined;
  private readonly number: number;
  readonly warnings: Warnings;
  /** What may still be made: an element of a prompt expands to a few of the intermediate tree. */
  readonly budget = new Budget(5 * MAX_ELEMENTS);
  private readonly access: { readonly files: Files };
  private readonly settled: ReadonlyMap<string, Settled<unknown>> | undefined;
  private pending: Map<string, () => Promise<unknown>> | undefined = undefined;

  constructor(
    access: { readonly files: Files; readonly warnings: Warnings },
    settled?: ReadonlyMap<string, Settled<unknown>>,
    trial?: { readonly findings: Findings; readonly number: number },
  ) {
    this.access = access;
    this.warnings = access.warnings;
    this.settled = settled;
    this.findings = trial?.findings;
    this.number = trial?.number ?? expansions++;
  }

  /** An expansion to try out what an element of this tree comes to. */
  trial(findings: Findings): Expansion {
    return new Expansion(NO_ACCESS, undefined, { findings, number: this.number });
  }

  /** Whether the constant nodes of an element stand in this tree already: a node stands in one place of a tree only. */
  isPlaced(element: Constant): boolean {
    return element.placedIn === this.number;
  }

  place(element: Constant): void {
    element.placedIn = this.number;
    this.findings?.placings.push(element);
  }

  get files(): Files {
    return this.access.files;
  }

  report(reason: string, origin: Origin | undefined, cause?: unknown): void {
    this.problems.push(new Problem(reason, origin, cause));
  }

  /** The result of `load` under this key; `undefined` when it is not there yet, then `settle` loads it. */
  ask<T>(key: string, load: () => Promise<T>): Settled<T> | undefined {
    const known = this.settled?.get(key);
    if (known) return known as Settled<T>;
    // Nothing is loaded before `settle`: a synchronous render gives up here, and the asynchronous one loads.
    this.pending ??= new Map();
    if (!this.pending.has(key)) this.pending.set(key, load);
    return undefined;
  }

  get complete(): boolean {
    return this.pending === undefined;
  }

  /** Loads all that was asked for. Gives that together with what was there at the start. */
  async settle(): Promise<Map<string, Settled<unknown>>> {
    const settled = new Map(this.settled);
    await Promise.all(
      [...(this.pending ?? [])].map(async ([key, load]) => {
        try {
          settled.set(key, { value: await load() });
        } catch (error) {
          settled.set(key, { error });
        }
      }),
    );
    return settled;
  }

  /** Fails the whole render, as an error does that POML does not catch. */
  fail(reason: string, origin: Origin | undefined): never {
    throw new FatalRenderError(reason, origin);
  }
}
