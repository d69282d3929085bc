import { UsageError } from './command.ts';

/**
 * A time given in seconds, as milliseconds.
 *
 * @param fallback Seconds, when nothing is given.
 * @throws UsageError when it is no positive number
 */
export function milliseconds(given: string | undefined, fallback: number, option: string): number {
  const seconds = given === undefined ? fallback : Number(given);
  if (given?.trim() === '' || !(seconds > 0) || seconds > 86_400)
    throw new UsageError(`${option} takes seconds, such as 30, not ${given}.`);
  return seconds * 1000;
}
