import { locationOf, type Origin } from './source.ts';
import type { RenderWarning } from './types.ts';

/** Collects what an author should know, each place once. */
export class Warnings {
  private readonly found = new Map<string, { code: string; message: string; origin: Origin | undefined }>();

  add(code: string, message: string, origin: Origin | undefined): void {
    const key = `${code}\0${origin?.file.path ?? ''}\0${origin?.start ?? ''}\0${message}`;
    if (!this.found.has(key)) this.found.set(key, { code, message, origin });
  }

  list(): RenderWarning[] {
    return [...this.found.values()].map(({ code, message, origin }) => ({
      code,
      message,
      location: origin && locationOf(origin),
    }));
  }
}
