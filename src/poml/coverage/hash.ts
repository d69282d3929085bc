import { createHash } from 'node:crypto';

/** A short name of a text: the same only for the same text. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
