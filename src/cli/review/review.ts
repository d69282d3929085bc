import type { Cause } from '../../golden/causes.ts';
import type { Pending } from '../../project/pending/pending.ts';
import { groupByCause } from '../pending/groups.ts';

/** What a decision is about. */
export type Scope = 'golden' | 'cause' | 'prompt' | 'all';

/** What is shown of a change: what the model reads, or the bytes of `.result.json`. */
export type View = 'messages' | 'raw';

const SCOPES: readonly Scope[] = ['golden', 'cause', 'prompt', 'all'];

/** Walks through pendings by cause and takes decisions. What is done with them is not its business. */
export class Review {
  /** What nobody has decided about, in the order it is shown. */
  readonly #left: Pending[];
  readonly total: number;
  scope: Scope = 'golden';
  view: View = 'messages';
  /** The first line of the diff that is shown. */
  scroll = 0;

  constructor(pendings: readonly Pending[]) {
    this.#left = groupByCause(pendings).flatMap((group) => group.pendings);
    this.total = pendings.length;
  }

  /** What is shown; `undefined` when all is decided. */
  get current(): Pending | undefined {
    return this.#left[0];
  }

  /** Number of the shown one, from 1. */
  get position(): number {
    return this.total - this.#left.length + 1;
  }

  /** The cause that the shown one stands for: of several the one that touches most of what is left. */
  get cause(): Cause | undefined {
    const [current] = this.#left;
    return (
      current && groupByCause(this.#left.filter(({ causes }) => shares(causes, current.causes)))[0]?.cause
    );
  }

  /** What a decision in this scope is about. */
  affected(scope: Scope = this.scope): Pending[] {
    const { current, cause } = this;
    if (!current) return [];
    if (scope === 'all') return [...this.#left];
    if (scope === 'prompt')
      return this.#left.filter(
        ({ prompt, source }) => prompt === current.prompt && source === current.source,
      );
    if (scope === 'cause' && cause)
      return this.#left.filter(({ causes }) => causes.some(({ key }) => key === cause.key));
    return [current];
  }

  /** Takes what a decision is about from what is left, and goes on to the next one. */
  take(scope: Scope = this.scope): Pending[] {
    const taken = new Set(this.affected(scope));
    const rest = this.#left.filter((pending) => !taken.has(pending));
    this.#left.splice(0, this.#left.length, ...rest);
    this.scope = 'golden';
    this.scroll = 0;
    return [...taken];
  }

  /** The next wider scope, and after the widest the narrowest again. */
  widen(): void {
    this.scope = SCOPES[(SCOPES.indexOf(this.scope) + 1) % SCOPES.length]!;
  }

  toggleView(): void {
    this.view = this.view === 'messages' ? 'raw' : 'messages';
    this.scroll = 0;
  }
}

function shares(one: readonly Cause[], other: readonly Cause[]): boolean {
  return one.some(({ key }) => other.some((cause) => cause.key === key));
}
