/** A piece of markup that is compared as a whole. Blanks and comments between tokens are none. */
export interface Token {
  /** `open` is `<name`, `close` the `>` or `/>` of a start tag, `end` is `</name>`. */
  kind: 'open' | 'attribute' | 'close' | 'end' | 'expression' | 'word';
  text: string;
  start: number;
  end: number;
}

/** The tokens of a text of markup, well-formed or not: a tag that is not closed gives words. */
export function tokensOf(markup: string): Token[] {
  const tokens: Token[] = [];
  const add = (kind: Token['kind'], start: number, end: number) => {
    tokens.push({ kind, text: markup.slice(start, end), start, end });
    return end;
  };
  // What is looked for and not there is not looked for again, or a row of `<!--` would take quadratic time.
  const missing = new Set<string>();
  const find = (mark: string, from: number) => {
    if (missing.has(mark)) return -1;
    const at = markup.indexOf(mark, from);
    if (at < 0) missing.add(mark);
    return at;
  };
  let at = 0;
  while (at < markup.length) {
    const comment = markup.startsWith('<!--', at) ? find('-->', at + 4) : -1;
    const expression = markup.startsWith('{{', at) ? find('}}', at + 2) : -1;
    if (comment >= 0) at = comment + 3;
    else if (expression >= 0) at = add('expression', at, expression + 2);
    else if (markup[at] === '<') at = addTag(markup, at, add) ?? add('word', at, at + 1);
    else {
      const [blank, word] = matchAt(PIECE, markup, at);
      at = word === undefined ? at + (blank?.length ?? 1) : add('word', at, at + word.length);
    }
  }
  return tokens;
}

/** Blanks, or a word: letters and digits of any script, else a single sign. */
const PIECE = /\s+|([\p{L}\p{M}\p{N}_]+|.)/suy;
const END_TAG = /<\/[^\s<>]*\s*>/y;
const OPEN = /<[^\s<>/"'=]+/y;
const ATTRIBUTE = /[^\s<>/"'=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'))?/y;
const CLOSE = /\/?>/y;
const BLANKS = /\s*/y;

type Add = (kind: Token['kind'], start: number, end: number) => number;

/** Adds the tokens of a tag; `undefined` where none begins. */
function addTag(markup: string, at: number, add: Add): number | undefined {
  const endTag = matchAt(END_TAG, markup, at)[0];
  if (endTag !== undefined) return add('end', at, at + endTag.length);
  const open = matchAt(OPEN, markup, at)[0];
  if (open === undefined) return undefined;
  let next = add('open', at, at + open.length);
  for (;;) {
    next += matchAt(BLANKS, markup, next)[0]?.length ?? 0;
    const close = matchAt(CLOSE, markup, next)[0];
    if (close !== undefined) return add('close', next, next + close.length);
    const attribute = matchAt(ATTRIBUTE, markup, next)[0];
    if (attribute === undefined) return next;
    next = add('attribute', next, next + attribute.length);
  }
}

function matchAt(pattern: RegExp, text: string, at: number): readonly (string | undefined)[] {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? [];
}

/** How the tokens of a text hang together. */
export interface Structure {
  /** For the `open` of an element its `end`, and the other way round; by position in the list of tokens. */
  partners: ReadonlyMap<number, number>;
  /** For each token the `open` of the element it stands in, for an `open` of the one around it; -1 outside of all. */
  parents: readonly number[];
}

/** Pairs the tags of a text. An end tag without a start, and a start tag that is never closed, have no partner. */
export function structureOf(tokens: readonly Token[]): Structure {
  const partners = new Map<number, number>();
  const parents: number[] = [];
  const open: { at: number; name: string }[] = [];
  // How many of a name are open: a stray end tag must not be looked for in all of them.
  const depths = new Map<string, number>();
  const pop = () => {
    const last = open.pop();
    if (last) depths.set(last.name, depths.get(last.name)! - 1);
    return last;
  };
  tokens.forEach((token, i) => {
    parents.push(open.at(-1)?.at ?? -1);
    if (token.kind === 'open') {
      const name = nameOf(token);
      open.push({ at: i, name });
      depths.set(name, (depths.get(name) ?? 0) + 1);
    }
    if (token.kind === 'close' && token.text === '/>') pop();
    if (token.kind !== 'end') return;
    const name = nameOf(token);
    if ((depths.get(name) ?? 0) === 0) return;
    let start = pop()!;
    while (start.name !== name) start = pop()!;
    partners.set(start.at, i);
    partners.set(i, start.at);
    parents[i] = start.at;
  });
  return { partners, parents };
}

/** The `open`s of the elements around a token, the innermost first; an `open` counts as in its own. */
export function* elementsAround(
  at: number,
  tokens: readonly Token[],
  { parents }: Structure,
): Generator<number> {
  for (let open = tokens[at]?.kind === 'open' ? at : (parents[at] ?? -1); open >= 0; open = parents[open]!)
    yield open;
}

/** The name of a tag. */
export function nameOf({ text }: Token): string {
  return text.replace(/^<\/?|\s*>$/g, '');
}
