import type { CoveragePoint } from '../../../poml/coverage/points.ts';
import { promptFile } from '../../../poml/coverage/universe.ts';
import { type MarkupElement, type MarkupNode, parseMarkup } from '../../../poml/markup/index.ts';

/** A change of a prompt that a golden test should notice. */
export interface Mutation {
  kind: 'text' | 'attribute' | 'condition' | 'loop' | 'include' | 'expression';
  /** What was done, for messages. */
  label: string;
  /** The whole changed text. */
  text: string;
}

/** All mutations of a file, in the order of its text. Each changes one place. */
export function mutationsOf(text: string, included: boolean): Mutation[] {
  const { root } = parseMarkup(text);
  const mutations: Mutation[] = [];
  const replace = (
    kind: Mutation['kind'],
    { start, end }: { start: number; end: number },
    by: string,
    what: string,
  ): void => {
    if (text.slice(start, end) === by) return;
    const line = text.slice(0, start).split('\n').length;
    const label = `line ${line}: ${what} ${JSON.stringify(text.slice(start, end))} -> ${JSON.stringify(by)}`;
    mutations.push({ kind, label, text: text.slice(0, start) + by + text.slice(end) });
  };
  if (root) mutateNode(root, replace);
  for (const point of promptFile(undefined, text, included).points.points) mutatePoint(point, text, replace);
  return mutations;
}

type Replace = (
  kind: Mutation['kind'],
  range: { start: number; end: number },
  by: string,
  what: string,
) => void;

const EXPRESSIONS = new Set(['for', 'if']);

function mutateNode(node: MarkupNode, replace: Replace): void {
  if (node.kind === 'text') {
    for (const { index, 0: word } of node.text.replace(/\{\{.*?\}\}/g, blank).matchAll(/[\p{L}\d]{3,}/gu)) {
      const start = node.start + index;
      replace('text', { start, end: start + word.length }, `${word}x`, 'word');
      replace('text', { start, end: start + word.length }, '', 'word');
    }
    return;
  }
  if (node.name.toLowerCase() === 'include') {
    replace('include', node, '', 'include');
    replace(
      'include',
      { start: node.start, end: node.start },
      '<include src="_other.poml" />',
      'before include',
    );
  }
  for (const { name, value, nameStart, valueStart, valueEnd } of node.attributes) {
    if (value === null || valueEnd <= nameStart || EXPRESSIONS.has(name.toLowerCase())) continue;
    const whole = { start: nameStart, end: valueEnd + 1 };
    replace('attribute', whole, '', 'attribute');
    if (!value.includes('{{')) {
      const range = { start: valueStart, end: valueEnd };
      replace('attribute', range, `${value}x`, 'value');
      for (const other of OTHER_VALUES.get(name) ?? []) replace('attribute', range, other, 'value');
    }
  }
  if (isContent(node)) for (const child of node.children) mutateNode(child, replace);
}

/** The same length, so that offsets stay. */
function blank(text: string): string {
  return ' '.repeat(text.length);
}

function isContent({ name }: MarkupElement): boolean {
  return !['let', 'stylesheet', 'context'].includes(name.toLowerCase());
}

const OTHER_VALUES = new Map([
  ['whiteSpace', ['pre', 'filter', 'trim']],
  ['inline', ['true', 'false']],
  ['captionStyle', ['hidden', 'bold', 'plain', 'header']],
  ['listStyle', ['star', 'dash', 'decimal', 'latin']],
  ['syntax', ['json', 'yaml', 'xml', 'text']],
  ['speaker', ['human', 'ai', 'system']],
  ['charLimit', ['5', '50', '400']],
  ['temperature', ['1']],
]);

function mutatePoint(point: CoveragePoint, text: string, replace: Replace): void {
  const { kind, text: source, start, end } = point;
  const written = text.slice(start, end);
  if (kind === 'if') {
    replace('condition', point, `!(${source})`, 'if');
    replace('condition', point, 'true', 'if');
    replace('condition', point, 'false', 'if');
    mutateOperators('condition', point, written, replace);
  } else if (kind === 'for') {
    const head = written.slice(0, written.lastIndexOf(source));
    for (const change of [
      '.slice(1)',
      '.slice(0, 1)',
      '.slice(0, -1)',
      '.slice(0, 2)',
      '.toReversed()',
      '.concat([{}])',
    ])
      replace('loop', point, `${head}(${source})${change}`, 'for');
    mutateOperators('loop', point, written, replace);
  } else if (kind === 'expression') {
    replace('expression', { start, end }, '', 'expression');
    mutateOperators('expression', point, written, replace);
  } else if (kind === 'choice' && point.operator === '?:') {
    const [yes, no] = point.outcomes;
    replace('expression', yes!, text.slice(no!.start, no!.end), 'branch');
    replace('expression', no!, text.slice(yes!.start, yes!.end), 'branch');
  } else if (kind === 'path') {
    replace('expression', point, 'null', 'path');
  }
}

const OPERATORS: readonly (readonly [pattern: RegExp, others: readonly string[]])[] = [
  [/===/g, ['!==']],
  [/!==/g, ['===']],
  [/(?<![=<>!])>(?!=)/g, ['>=', '<']],
  [/(?<![=<>!])<(?!=)/g, ['<=', '>']],
  [/>=/g, ['>', '<']],
  [/&&/g, ['||']],
  [/\|\|/g, ['&&']],
  [/(?<!['"\w.])\d+(?![\w'"])/g, []],
  [/Math\.round/g, ['Math.floor', 'Math.ceil']],
  [/'([^']*)'/g, ["''", "'y'"]],
];

function mutateOperators(
  kind: Mutation['kind'],
  { start }: { start: number },
  written: string,
  replace: Replace,
): void {
  for (const [pattern, others] of OPERATORS) {
    for (const { index, 0: found } of written.matchAll(pattern)) {
      const number = Number(found);
      const by = /^\d/.test(found)
        ? [number + 1, number - 1, Math.round(number * 1.3) + 2, Math.floor(number / 2), number * 10].map(
            String,
          )
        : others;
      const range = { start: start + index, end: start + index + found.length };
      for (const other of by) replace(kind, range, other, 'operator');
    }
  }
}
