import { seededRandom } from '../../expression/sandbox/random.ts';

/** Choices that depend on a seed alone. */
export class Random {
  private readonly next: () => number;
  /** In a calm document nearly everything is as its author means it, so that all of it is rendered. */
  calm = false;

  constructor(seed: number) {
    this.next = seededRandom(seed);
  }

  /** The choices for one of many documents: far apart even where the numbers are close. */
  static of(seed: number, index: number): Random {
    return new Random(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35));
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** A whole number between two, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** A whole number up to `most`, small ones far more often than large ones. */
  skewed(most: number): number {
    return Math.floor(Math.exp(this.next() * Math.log(most + 1))) - 1;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** One of several makers, each as often as its weight says. */
  choose<T>(makers: readonly (readonly [weight: number, make: () => T])[]): T {
    let at = this.next() * makers.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, make] of makers) {
      at -= weight;
      if (at < 0) return make();
    }
    return makers.at(-1)![1]();
  }

  /** Something that fails or misleads: rare in a calm document. */
  odd(weight: number): number {
    return this.calm ? weight / 50 : weight;
  }

  /** Between none and `most` things. */
  some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }
}
