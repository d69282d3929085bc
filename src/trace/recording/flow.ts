import { AsyncLocalStorage } from 'node:async_hooks';
import type { SessionFolder } from './folder.ts';
import type { SpanPlace } from './sink.ts';

/** Where a call ended up. */
export interface RecordedCall {
  folder: SessionFolder;
  /** Path of its files without suffix. */
  prefix: string;
}

/**
 * What one strand of asynchronous work last did with `poml`. A call makes a cell of its own, so that calls side by side do
 * not mistake each other's results for their own.
 */
export interface Cell {
  /** A call that has not ended. */
  pending: boolean;
  /** The call, when it was recorded. */
  call: RecordedCall | undefined;
  /** What came after it, in code that it was handed down to; `several` when that was side by side. */
  later: Cell | 'several' | undefined;
  /** While pending: the cell it came from. */
  from: Cell | undefined;
}

/** A span that others may hang from, until it has ended. */
export interface OpenSpan extends SpanPlace {
  ended?: boolean;
}

interface Flow {
  cell: Cell;
  /** The span that spans made here belong to. */
  span: OpenSpan | undefined;
}

const flows = new AsyncLocalStorage<Flow>();

/** A cell that no call belongs to: where a strand begins. */
export function emptyCell(): Cell {
  return { pending: false, call: undefined, later: undefined, from: undefined };
}

/**
 * Begins a call in the strand that is running. From here on, also after whoever called has awaited the result, it is that
 * strand's last call.
 *
 * @param root The cell of strands that have none.
 */
export function enterCall(root: Cell): Cell {
  const flow = flows.getStore();
  const found = flow?.cell ?? root;
  // A call that has not ended cannot be waited for here: it was started beside this one.
  const from = (found.pending ? found.from : found) ?? root;
  const cell: Cell = { pending: true, call: undefined, later: undefined, from };
  const before = from.later;
  from.later = before === 'several' || before?.pending ? 'several' : cell;
  flows.enterWith({ cell, span: flow?.span });
  return cell;
}

/** Ends a call. */
export function leaveCall(cell: Cell, call: RecordedCall | undefined): void {
  cell.pending = false;
  cell.call = call;
  // Whoever came from here can be forgotten; otherwise a loop would hold all its calls in memory.
  cell.from = undefined;
}

/** The last call of the strand that is running; `unclear` when there were several side by side. */
export function lastCall(root: Cell): RecordedCall | 'unclear' | undefined {
  let cell = flows.getStore()?.cell ?? root;
  for (;;) {
    if (cell.pending || cell.later === 'several') return 'unclear';
    if (cell.later === undefined) return cell.call;
    cell = cell.later;
  }
}

/** The span that is open in the strand that is running. */
export function openSpan(): SpanPlace | undefined {
  const span = flows.getStore()?.span;
  return span?.ended ? undefined : span;
}

/** Runs work as a strand of its own, below a span. */
export function below<T>(span: OpenSpan, cell: Cell, work: () => T): T {
  return flows.run({ cell, span }, work);
}

/** Puts whatever follows in the running strand below a span. */
export function enterSpan(span: OpenSpan, root: Cell): void {
  flows.enterWith({ cell: flows.getStore()?.cell ?? root, span });
}
