/** Marks text for a terminal; without colour every function gives its text back. */
export interface Style {
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
  /** The words that differ within a line. */
  inverse(text: string): string;
  /** Whether colours are on. */
  readonly colour: boolean;
}

const plain = (text: string) => text;

/** No marks at all: files, pipes, logs. */
export const PLAIN: Style = {
  red: plain,
  green: plain,
  yellow: plain,
  dim: plain,
  bold: plain,
  inverse: plain,
  colour: false,
};

const ansi = (open: number, close: number) => (text: string) =>
  text === '' ? '' : `\u001b[${open}m${text}\u001b[${close}m`;

/** ANSI colours, for a terminal. */
export const ANSI: Style = {
  red: ansi(31, 39),
  green: ansi(32, 39),
  yellow: ansi(33, 39),
  dim: ansi(2, 22),
  bold: ansi(1, 22),
  inverse: ansi(7, 27),
  colour: true,
};
