/** One end for everything that a delivery does: log in, send, wait, try again. */
export class Deadline {
  readonly #end: number;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  /** @param milliseconds From now. */
  constructor(milliseconds: number) {
    this.#end = performance.now() + milliseconds;
    this.#timer = setTimeout(() => this.#controller.abort(), milliseconds);
  }

  /** Aborts when the time is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get over(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Milliseconds left. */
  get left(): number {
    return this.over ? 0 : Math.max(0, this.#end - performance.now());
  }

  /**
   * Waits.
   *
   * @returns Whether the wait fitted; one that ends after the deadline does not begin.
   */
  async wait(milliseconds: number): Promise<boolean> {
    if (milliseconds >= this.left) return false;
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return !this.over;
  }

  /** Lets go of the timer; call it when all is done. */
  clear(): void {
    clearTimeout(this.#timer);
  }
}
