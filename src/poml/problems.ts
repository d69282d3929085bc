import { RenderError } from './errors.ts';
import { isError } from './is-error.ts';
import { locationOf, type Origin } from './source.ts';

/** An error that rendering survives: POML collects it, puts nothing in its place, and goes on. */
export class Problem {
  readonly reason: string;
  readonly origin: Origin | undefined;
  readonly cause: unknown;

  constructor(reason: string, origin: Origin | undefined, cause?: unknown) {
    this.reason = reason;
    this.origin = origin;
    this.cause = cause;
  }

  toError(): RenderError {
    const location = this.origin && locationOf(this.origin);
    return new RenderError(this.reason, location, this.origin?.file.text, { cause: this.cause });
  }
}

/** An error that ends the render without a result, whether strict or not. */
export class FatalRenderError extends Error {
  readonly origin: Origin | undefined;

  constructor(reason: string, origin: Origin | undefined, options?: ErrorOptions) {
    super(reason, options);
    this.origin = origin;
  }

  toError(): RenderError {
    return new Problem(this.message, this.origin, this.cause ?? this).toError();
  }
}

/** Whether elements, or what they hold, are nested too deeply for the call stack. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack');
}

/** A refusal inside a component; it becomes a problem at the component. */
export class ComponentError extends Error {}

export function reasonOf(error: unknown): string {
  try {
    return isError(error) && error.message ? error.message : String(error);
  } catch {
    return 'an error that has no text';
  }
}

/** Why the file that a component names could not be used; the name stands first unless the reason has it. */
export function reasonAbout(src: unknown, error: unknown): string {
  const reason = reasonOf(error);
  if (typeof src !== 'string' || src === '') return reason;
  // As a JSON text it stays one line, whatever it holds.
  const name = JSON.stringify(src);
  return reason.includes(name) || reason.includes(src) ? reason : `${name}: ${reason}`;
}
