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
 * What a strand of asynchronous work knows of its calls. A call makes a cell of its own, so that calls side by side do not
 * mistake each other's for their own; cells of no call are where strands begin.
 *
 * A call that was made deeper down, in a helper that had waited for something, cannot be told from one that was made
 * beside it: where there is more than one to choose from, nothing is chosen.
 */
export interface Cell {
  isCall: boolean;
  /** A call that has not ended. */
  pending: boolean;
  /** The call, when it was recorded. */
  call: RecordedCall | undefined;
  /** How many calls were begun from here. */
  begun: number;
  /** Where a strand begins: the call that was begun here, as long as it is the only one. */
  only: Cell | undefined;
  /** While pending: the cell it was begun from. */
  from: Cell | undefined;
}

/** A span that others may hang from, until it has ended. */
export interface OpenSpan extends SpanPlace {
  ended?: boolean;
}

interface Flow {
  cell: Cell;
  /** Where the recording began that the cell belongs to; cells of former recordings tell nothing. */
  root: Cell;
  /** The span that spans made here belong to. */
  span: OpenSpan | undefined;
}

const flows = new AsyncLocalStorage<Flow>();

/** A cell that no call belongs to: where a strand begins. */
export function emptyCell(): Cell {
  return { isCall: false, pending: false, call: undefined, begun: 0, only: undefined, from: undefined };
}

/**
 * Begins a call in the strand that is running. From here on, also after whoever called has awaited the result, it is that
 * strand's last call.
 *
 * @param root The cell of strands that have none.
 */
export function enterCall(root: Cell): Cell {
  const found = cellBelow(root);
  // A call that has not ended cannot have been waited for: this one is begun beside it.
  const from = (found.pending ? found.from : found) ?? root;
  const cell: Cell = { ...emptyCell(), isCall: true, pending: true, from };
  from.begun++;
  // Not from call to call: they would hold one another, and all of a loop stay in memory.
  from.only = from.begun === 1 && !from.isCall ? cell : undefined;
  flows.enterWith({ cell, root, span: flows.getStore()?.span });
  return cell;
}

/** Ends a call. */
export function leaveCall(cell: Cell, call: RecordedCall | undefined): void {
  cell.pending = false;
  cell.call = call;
  cell.from = undefined;
}

function cellBelow(root: Cell): Cell {
  const flow = flows.getStore();
  return flow?.root === root ? flow.cell : root;
}

/** The last call of the strand that is running; `unclear` when there are several that it could be. */
export function lastCall(root: Cell): RecordedCall | 'unclear' | undefined {
  const cell = cellBelow(root);
  return callOf(cell.only ?? cell);
}

function callOf(cell: Cell): RecordedCall | 'unclear' | undefined {
  return cell.pending || cell.begun > 0 ? 'unclear' : cell.call;
}

/** The span that is open in the strand that is running. */
export function openSpan(): SpanPlace | undefined {
  const span = flows.getStore()?.span;
  return span?.ended ? undefined : span;
}

/** Runs work as a strand of its own, below a span. */
export function below<T>(span: OpenSpan, cell: Cell, root: Cell, work: () => T): T {
  return flows.run({ cell, root, span }, work);
}

/** Puts whatever follows in the running strand below a span. */
export function enterSpan(span: OpenSpan, root: Cell): void {
  flows.enterWith({ cell: cellBelow(root), root, span });
}
