/** One measured figure. */
export interface Figure {
  /** Stable name, for comparing with a baseline. */
  id: string;
  what: string;
  value: number;
  unit: '×' | 'ms' | 'MB' | 'lines';
  /** The least and the most of several rounds, or of several documents. */
  spread?: [number, number];
  /** What is to be reached. */
  target?: Target;
}

/** A bound that a figure is to keep. */
export interface Target {
  bound: 'at least' | 'at most';
  value: number;
}

/** Whether a figure keeps its target; `undefined` where it has none. */
export function isReached({ value, target }: Figure): boolean | undefined {
  if (!target) return undefined;
  return target.bound === 'at least' ? value >= target.value : value <= target.value;
}

/** A value with as many digits as tell something. */
export function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}
