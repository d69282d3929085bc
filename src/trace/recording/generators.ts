import type { Ender } from './operations.ts';

type Run = <T>(part: () => T) => T;
type AnyGenerator = Generator<unknown, unknown, unknown>;
type AnyAsyncGenerator = AsyncGenerator<unknown, unknown, unknown>;

/** Whether a value is what a generator function gives. */
export function isGenerator(value: unknown, of: typeof Symbol.iterator): value is AnyGenerator;
export function isGenerator(value: unknown, of: typeof Symbol.asyncIterator): value is AnyAsyncGenerator;
export function isGenerator(value: unknown, of: symbol): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const generator = value as Record<PropertyKey, unknown>;
  return ['next', 'return', 'throw', of].every((method) => typeof generator[method] === 'function');
}

/** A generator that runs each step below its span, and ends the span with the last. */
export function overGenerator(inner: AnyGenerator, run: Run, end: Ender): AnyGenerator {
  const step = (part: () => IteratorResult<unknown, unknown>): IteratorResult<unknown, unknown> => {
    try {
      const result = run(part);
      if (result.done) end.done(result.value);
      return result;
    } catch (error) {
      end.failed(error);
      throw error;
    }
  };
  return Object.assign(Object.create(inner) as AnyGenerator, {
    next: (value: unknown) => step(() => inner.next(value)),
    return: (value: unknown) => step(() => inner.return(value)),
    throw: (error: unknown) => step(() => inner.throw(error)),
  });
}

/** The same for asynchronous ones. */
export function overAsyncGenerator(inner: AnyAsyncGenerator, run: Run, end: Ender): AnyAsyncGenerator {
  const step = async (
    part: () => Promise<IteratorResult<unknown, unknown>>,
  ): Promise<IteratorResult<unknown, unknown>> => {
    try {
      const result = await run(part);
      if (result.done) end.done(result.value);
      return result;
    } catch (error) {
      end.failed(error);
      throw error;
    }
  };
  return Object.assign(Object.create(inner) as AnyAsyncGenerator, {
    next: (value: unknown) => step(() => inner.next(value)),
    return: (value: unknown) => step(() => inner.return(value)),
    throw: (error: unknown) => step(() => inner.throw(error)),
  });
}
