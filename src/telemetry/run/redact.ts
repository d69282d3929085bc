import { hideKeys } from '../../golden/redaction/hide-keys.ts';
import { isRecord } from '../../trace/json.ts';
import type { Redact } from './options.ts';

/** Redacting failed; nothing of the text may be sent then. */
export class RedactError extends Error {
  override readonly name = 'RedactError';
}

const REPLACEMENT = '[redacted]';

/** Takes out of a text what must not leave the machine. */
export type Redactor = (text: string, name: string) => string;

/**
 * What the user wants out, and keys in any case.
 *
 * @throws RedactError from the returned function, when a function of the user fails or gives no text.
 */
export function redactor(redact: Redact | undefined): Redactor {
  const own = ownRedactor(redact);
  return (text, name) => hideKeys(own(text, name));
}

function ownRedactor(redact: Redact | undefined): Redactor {
  if (redact === undefined) return (text) => text;
  if (typeof redact === 'function') return (text, name) => called(redact, text, name);
  const patterns = [redact]
    .flat()
    .map(({ source, flags }) => new RegExp(source, `${flags.replace(/[gy]/g, '')}g`));
  return (text) => patterns.reduce((left, pattern) => left.replace(pattern, REPLACEMENT), text);
}

function called(redact: (text: string, name: string) => string, text: string, name: string): string {
  let result: unknown;
  try {
    result = redact(text, name);
  } catch (cause) {
    throw new RedactError(`redact failed on ${name}`, { cause });
  }
  if (typeof result !== 'string') throw new RedactError(`redact gave no text for ${name}`);
  return result;
}

/** The same for a text that stands for itself, such as an error message: where it fails, nothing of the text is left. */
export function redactText(text: string, redact: Redactor, name: string): string {
  try {
    return redact(text, name);
  } catch (error) {
    if (error instanceof RedactError) return REPLACEMENT;
    throw error;
  }
}

/** Takes it out of every text of a JSON value, names of keys included, so that it stays JSON. */
export function redactValue(value: unknown, redact: Redactor, name: string): unknown {
  if (typeof value === 'string') return redact(value, name);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redact, name));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [redact(key, name), redactValue(item, redact, name)]),
  );
}
