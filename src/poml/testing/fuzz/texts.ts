import type { Random } from './random.ts';

const WORDS =
  'Write a short answer. List the tools; be polite, 3.5 & 42 items per page – thanks! TODO: check'.split(' ');

/** What is easily mistaken for something else, or lost, on its way from the markup to the model. */
const ODD = [
  'À',
  'ÀÀ',
  'naïve café',
  'e\u0301',
  '日本語のテキスト',
  'שלום',
  '👩‍👩‍👧‍👦',
  '\ud83d\ude00',
  '\ud83d',
  '\ude00',
  '\u0000',
  '\u0007\u001b[31m',
  '\u007f\u0085',
  '\u2028\u2029',
  '\u00a0',
  '\ufeff',
  '\ufffe\uffff',
  '\u200b',
  '\r\n',
  '\r',
  '\t',
  '\n\n\n',
  '   ',
  '{',
  '}',
  '{{',
  '}}',
  '{{}}',
  '{{ }}',
  '}}{{',
  '{{{ name }}}',
  '{ {name} }',
  '#lt;b#gt;',
  '#amp;lt;',
  '#lbrace;#lbrace; name #rbrace;#rbrace;',
  '#hash;lt;',
  '#quot;#apos;',
  '#unknown;',
  '&lt;p&gt;',
  '&amp;amp;',
  '&quot;',
  '&nbsp;',
  '&unknown;',
  '&#65;',
  '&#x1F600;',
  '&#xD800;',
  '&#0;',
  '&#99999999;',
  '&',
  ']]>',
  '|',
  '`',
  '```\ncode\n```',
  '* a\n- b\n1. c',
  '# title',
  '---',
  'key: value',
  'true',
  'null',
  '-0',
  '007',
  '1e999',
  '"',
  "'",
  '\\',
  '\\n',
  '<!-- note -->',
  '<![CDATA[ <raw> & {{ name }} ]]>',
  '<?php echo ?>',
  '<!DOCTYPE x>',
];

/** Plain words. */
export function words(random: Random, most = 8): string {
  return Array.from({ length: random.between(1, most) }, () => random.pick(WORDS)).join(' ');
}

/** A text for an element: words mostly, odd things often, something long now and then. */
export function textOf(random: Random): string {
  return random.choose([
    [8, () => words(random)],
    [random.odd(5), () => random.pick(ODD)],
    [random.odd(4), () => `${words(random, 3)}${random.pick(ODD)}${words(random, 3)}`],
    [2, () => `\n    ${words(random)}\n      ${words(random)}\n  `],
    [random.odd(1), () => random.some(6, () => random.pick(ODD)).join(random.pick(['', ' ', '\n']))],
    [0.05, () => `${words(random)} `.repeat(random.between(10, 500))],
    [0.02, () => random.pick(ODD).repeat(random.between(10, 5000))],
  ]);
}
