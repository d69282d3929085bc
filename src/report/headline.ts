import { signed, signedDollars, signedPercent, type TokenTotals } from './cost/cost.ts';
import type { Price } from './cost/prices.ts';
import type { RunModel } from './model/index.ts';
import { count, plural } from './rows.ts';

/** A run in a few words, for people. Nothing in it comes from a prompt. */
export interface Headline {
  /** `3 changes touch 14 of 32 recorded calls of 4 prompts`. */
  what: string;
  /** `+18 tokens (+3.4%), +$0.009 per 1,000 calls`; left out where no tokens were counted. */
  tokens?: string;
  /** Which price the cost is reckoned with. */
  price?: string;
}

/** What a run found, in a few words. */
export function headlineOf(model: RunModel): Headline {
  const { totals, causes, tokens, price } = model;
  const calls = `${plural(totals.records, 'recorded call')} of ${plural(totals.prompts, 'prompt')}`;
  const touched = new Set(causes.flatMap(({ records }) => records)).size;
  const what =
    causes.length > 0
      ? `${plural(causes.length, 'change')} ${causes.length === 1 ? 'touches' : 'touch'} ${count(touched)} of ${calls}`
      : totals.red > 0
        ? `${count(totals.red)} of ${calls} ${totals.red === 1 ? 'is' : 'are'} not right`
        : `${calls} render as recorded`;
  if (!tokens || tokens.before === tokens.after || causes.length === 0) return { what };
  return {
    what,
    tokens: tokenWords(tokens, price, tokens.counted < tokens.calls ? ' in the calls that changed' : ''),
    ...(price && { price: priceWords(price) }),
  };
}

/**
 * `+18 tokens (+3.4%), +$0.009 per 1,000 calls`.
 *
 * @param of What the share is of, where that is not all.
 */
export function tokenWords(
  { before, after, costPerThousand }: TokenTotals,
  price: Price | undefined,
  of = '',
): string {
  const cost = price && costPerThousand ? `, ${signedDollars(costPerThousand)} per 1,000 calls` : '';
  return `${signed(after - before)} tokens (${signedPercent(before, after)}${of})${cost}`;
}

/** `gpt-4o, list price of 2026-09`. */
export function priceWords({ model, date }: Price): string {
  return `${model}, ${date === 'own' ? "the project's price" : `list price of ${date}`}`;
}
