import { emitKeypressEvents } from 'node:readline';

/** A key as it was pressed: a letter as it is, else its name. */
export type Key = string;

/** The keys that are pressed on a terminal. */
export interface Keys {
  /** The next key; `undefined` when the terminal is gone. */
  next(): Promise<Key | undefined>;
  /** Gives the terminal to another program as long as something runs. */
  pause<T>(run: () => Promise<T>): Promise<T>;
  close(): void;
}

interface Keypress {
  name?: string;
  sequence?: string;
  ctrl?: boolean;
}

/** Reads keys from standard input, which must be a terminal. */
export function openKeys(input: NodeJS.ReadStream = process.stdin): Keys {
  const waiting: Key[] = [];
  let wake: ((key: Key | undefined) => void) | undefined;
  let ended = false;
  const give = (key: Key) => {
    if (wake) wake(key);
    else waiting.push(key);
    wake = undefined;
  };
  const onKey = (text: string | undefined, { name, sequence, ctrl }: Keypress) => {
    // Both mean "no more" to whoever sits there.
    if (ctrl && (name === 'c' || name === 'd')) give('ctrl+c');
    else give(NAMED.has(name ?? '') ? name! : (text ?? sequence ?? ''));
  };
  const onEnd = () => {
    ended = true;
    wake?.(undefined);
  };
  const start = () => {
    input.setRawMode(true);
    input.resume();
  };
  const stop = () => {
    input.setRawMode(false);
    input.pause();
  };
  emitKeypressEvents(input);
  input.on('keypress', onKey).on('end', onEnd);
  start();
  return {
    next() {
      const key = waiting.shift();
      if (key !== undefined || ended) return Promise.resolve(key);
      return new Promise((resolve) => {
        wake = resolve;
      });
    },
    async pause(run) {
      stop();
      try {
        return await run();
      } finally {
        waiting.length = 0;
        start();
      }
    },
    close() {
      input.off('keypress', onKey).off('end', onEnd);
      stop();
    },
  };
}

const NAMED = new Set(['return', 'enter', 'escape', 'space', 'up', 'down', 'pageup', 'pagedown']);
