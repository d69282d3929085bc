import type { TokenChange } from '../../golden/tokens.ts';
import type { Price } from './prices.ts';

/** Tokens of several calls, before and after a change, and what that costs. */
export interface TokenTotals {
  /** Calls in all: the weight that a change has. */
  calls: number;
  /** Calls whose tokens were counted: those that changed, or all where a gate or budget asks for it. */
  counted: number;
  before: number;
  after: number;
  /** Tokens of the call with most, after. */
  largest: number;
  /** US dollars that the change adds to 1,000 calls of the recorded mix; not there without a price. */
  costPerThousand?: number;
}

/**
 * Adds up the tokens of calls. A call counts as often as it was recorded, so a prompt that is called in nine of ten
 * calls weighs nine times one that is called in one.
 *
 * @param mix How many calls the cost is spread over, when there are others beside these.
 * @param calls One for each call; `undefined` where tokens were not counted, since nothing changed.
 */
export function totalTokens(
  calls: readonly (TokenChange | undefined)[],
  price: Price | undefined,
  mix: number = calls.length,
): TokenTotals {
  const counted = calls.filter((call) => call !== undefined);
  const before = sum(counted.map((call) => call.before));
  const after = sum(counted.map((call) => call.after));
  const totals: TokenTotals = {
    calls: calls.length,
    counted: counted.length,
    before,
    after,
    largest: counted.reduce((most, call) => Math.max(most, call.after), 0),
  };
  if (price && mix > 0) totals.costPerThousand = (dollars(after - before, price) * 1000) / mix;
  return totals;
}

/** What tokens cost, in US dollars. */
export function dollars(tokens: number, price: Price): number {
  return (tokens * price.input) / 1e6;
}

/** `+12`, `−3`, `±0`, with thousands grouped. */
export function signed(value: number): string {
  const sign = value > 0 ? '+' : value < 0 ? '−' : '±';
  return `${sign}${Math.abs(value).toLocaleString('en-US')}`;
}

/** `+4.2%`; `new` where there was nothing before. */
export function signedPercent(before: number, after: number): string {
  if (before === after) return '±0%';
  if (before === 0) return 'new';
  const share = ((after - before) / before) * 100;
  const digits = Math.abs(share) < 10 ? 1 : 0;
  return `${share > 0 ? '+' : '−'}${Math.abs(share).toFixed(digits)}%`;
}

/** `+$0.0042`, with as many digits as it takes to say something. */
export function signedDollars(value: number): string {
  const size = Math.abs(value);
  const sign = value > 0 ? '+' : value < 0 ? '−' : '±';
  if (size === 0 || size >= 1) return `${sign}$${size.toFixed(2)}`;
  const digits = Math.min(8, 2 + Math.ceil(-Math.log10(size)));
  return `${sign}$${size.toFixed(digits).replace(/(\.\d\d\d*?)0+$/, '$1')}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
