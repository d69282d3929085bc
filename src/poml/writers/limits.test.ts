import { describe, expect, it } from 'vitest';
import { dropByPriority, truncateOptions } from './limits.ts';

const options = truncateOptions({});
const row = (...boxes: [text: string, priority?: number][]) =>
  boxes.map(([text, priority]) => ({ text, priority }));
const kept = (boxes: ReturnType<typeof row>, characters: number) =>
  dropByPriority(boxes, { characters, tokens: undefined }, options).map(({ text }) => text);

describe('dropByPriority', () => {
  it('drops whole tiers, the lowest first, until the rest fits', () => {
    const boxes = row(['aaaa', 1], ['bbbb', 2], ['cccc', 1], ['dddd', 3]);
    expect(kept(boxes, 16)).toEqual(['aaaa', 'bbbb', 'cccc', 'dddd']);
    expect(kept(boxes, 15)).toEqual(['bbbb', 'dddd']);
    expect(kept(boxes, 7)).toEqual(['dddd']);
  });

  it('keeps the last tier even when it does not fit', () => {
    expect(kept(row(['aaaa', 1], ['bbbb', 2], ['cccc', 2]), 1)).toEqual(['bbbb', 'cccc']);
  });

  it('takes boxes without a priority for 0, also below negative ones', () => {
    expect(kept(row(['aaaa'], ['bbbb', -1], ['cccc', 0]), 8)).toEqual(['aaaa', 'cccc']);
  });

  it('drops nothing where a priority is not a number', () => {
    expect(kept(row(['aaaa', Number.NaN], ['bbbb', 2]), 1)).toEqual(['aaaa', 'bbbb']);
  });

  it('estimates tokens of short texts by their bytes', () => {
    const boxes = row(['aaaaaaaa', 1], ['bbbbbbbb', 2]);
    const limits = (tokens: number) => ({ characters: undefined, tokens });
    expect(dropByPriority(boxes, limits(8), options)).toHaveLength(2);
    expect(dropByPriority(row(...Array(5).fill(['aaaaaaaa', 1]), ['b', 2]), limits(8), options)).toEqual([
      { text: 'b', priority: 2 },
    ]);
  });
});
