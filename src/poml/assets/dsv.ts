const QUOTE = '"';

/**
 * Rows and cells of a delimiter-separated text, read as d3-dsv 2 reads it (POML's reader): a cell that begins with a
 * quote goes to the next single quote, the character after that is taken for the delimiter whatever it is, and
 * quotes inside other cells are ordinary. Line ends are LF, CR and CRLF, and one at the end of the text is dropped.
 * Own code because d3-dsv comes with a command line parser and a character set library, and compiles its row
 * functions from the file's header with `new Function`.
 * @param delimiter one character
 */
export function parseRows(text: string, delimiter: string): string[][] {
  let end = text.length;
  if (text[end - 1] === '\n') end--;
  if (text[end - 1] === '\r') end--;
  const rows: string[][] = [];
  let at = 0;
  let ended = text === '';

  /** Steps over a line end. Its second half may be the one that was dropped from the end of the text. */
  const stepOver = (char: string | undefined): boolean => {
    if (char === '\r' && text[at] === '\n') at++;
    return char === '\r' || char === '\n';
  };

  const quotedCell = (): { cell: string; lineEnds: boolean } => {
    const start = at + 1;
    let close = start;
    for (;;) {
      close = text.indexOf(QUOTE, close);
      if (close === -1 || close >= end || text[close + 1] !== QUOTE) break;
      close += 2;
    }
    // What is never closed takes the rest, with one unit of the line end that was dropped.
    if (close === -1 || close >= end) {
      ended = true;
      return { cell: unquoted(text.slice(start, end + 1)), lineEnds: false };
    }
    const cell = unquoted(text.slice(start, close));
    at = close + 1;
    if (at >= end) {
      ended = true;
      return { cell, lineEnds: false };
    }
    const char = text[at++];
    return { cell, lineEnds: stepOver(char) };
  };

  const plainCell = (): { cell: string; lineEnds: boolean } => {
    const start = at;
    while (at < end) {
      const stop = at;
      const char = text[at++];
      if (char === delimiter) return { cell: text.slice(start, stop), lineEnds: false };
      if (stepOver(char)) return { cell: text.slice(start, stop), lineEnds: true };
    }
    ended = true;
    return { cell: text.slice(start, end), lineEnds: false };
  };

  while (!ended) {
    const row: string[] = [];
    let lineEnds = false;
    while (!ended && !lineEnds) {
      const read = text[at] === QUOTE ? quotedCell() : plainCell();
      row.push(read.cell);
      lineEnds = read.lineEnds;
    }
    rows.push(row);
  }
  return rows;
}

function unquoted(cell: string): string {
  return cell.includes(QUOTE) ? cell.replaceAll('""', QUOTE) : cell;
}
