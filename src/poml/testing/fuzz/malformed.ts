import type { Random } from './random.ts';

const SNIPPETS = [
  '<',
  '>',
  '/',
  '"',
  "'",
  '=',
  '&',
  ';',
  '{{',
  '}}',
  '<p',
  '</p>',
  '</',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '\u0000',
  'À',
  '\ud800',
  '<poml>',
  '</poml>',
  ' for="',
  '#',
  '<?',
  '<!',
];

function mutateOnce(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const length = Math.min(1 + random.skewed(40), text.length - at);
  const before = text.slice(0, at);
  const stretch = text.slice(at, at + length);
  const after = text.slice(at + length);
  return random.choose([
    [4, () => before + after],
    [4, () => before + random.pick(SNIPPETS) + stretch + after],
    [2, () => before + stretch + stretch + after],
    [1, () => before],
    [1, () => stretch + after],
    [1, () => before + random.pick(SNIPPETS) + after],
    [1, () => before + [...stretch].reverse().join('') + after],
  ]);
}

/** A document damaged in a few places. */
export function damaged(markup: string, random: Random): string {
  let text = markup;
  for (let count = random.between(1, 4); count > 0; count--) text = mutateOnce(text, random);
  return text;
}
