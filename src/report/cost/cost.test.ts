import { describe, expect, it } from 'vitest';
import { signed, signedDollars, signedPercent, totalTokens } from './cost.ts';
import { PRICES, PRICES_DATE, priceOf } from './prices.ts';

describe('the price of a run', () => {
  it('is the list price of a model, with its date', () => {
    expect(priceOf('gpt-4o')).toEqual({ model: 'gpt-4o', input: 2.5, date: PRICES_DATE });
    expect(priceOf()).toEqual(priceOf('gpt-4o'));
  });

  it('is the project’s where it has one', () => {
    expect(priceOf('gpt-4o', { 'gpt-4o': 1 })).toEqual({ model: 'gpt-4o', input: 1, date: 'own' });
    expect(priceOf('house-model', { 'house-model': 0 })?.input).toBe(0);
  });

  it('is not there for an unknown model, nor for a name of Object.prototype', () => {
    expect(priceOf('house-model')).toBeUndefined();
    expect(priceOf('constructor')).toBeUndefined();
  });

  it('is positive in the list', () => {
    expect(Object.values(PRICES).every((price) => price > 0)).toBe(true);
  });
});

describe('the tokens of several calls', () => {
  const price = { model: 'm', input: 10, date: 'own' };

  it('are added up, and what a change costs is weighted by all calls', () => {
    const calls = [{ before: 100, after: 150 }, { before: 80, after: 80 }, undefined, undefined];
    expect(totalTokens(calls, price)).toEqual({
      calls: 4,
      counted: 2,
      before: 180,
      after: 230,
      largest: 150,
      // 50 tokens at 10 dollars a million, spread over 4 calls, for 1,000 calls.
      costPerThousand: 0.125,
    });
  });

  it('cost nothing without a price or a call', () => {
    expect(totalTokens([{ before: 1, after: 2 }], undefined)).not.toHaveProperty('costPerThousand');
    expect(totalTokens([], price)).toEqual({ calls: 0, counted: 0, before: 0, after: 0, largest: 0 });
  });
});

describe('changes in words', () => {
  it.each([
    [signed(1200), '+1,200'],
    [signed(-3), '−3'],
    [signed(0), '±0'],
    [signedPercent(100, 104.2), '+4.2%'],
    [signedPercent(100, 50), '−50%'],
    [signedPercent(7, 7), '±0%'],
    [signedPercent(0, 7), 'new'],
    [signedDollars(12.345), '+$12.35'],
    [signedDollars(-0.0042), '−$0.0042'],
    [signedDollars(0), '±$0.00'],
    [signedDollars(0.5), '+$0.50'],
    [signedDollars(0.009), '+$0.009'],
  ])('%s', (shown, expected) => {
    expect(shown).toBe(expected);
  });
});
