import type { ElementNode } from '../tree/nodes.ts';
import type { Evidence } from './evidence.ts';
import { excerpt, type Finding } from './finding.ts';
import { nameAt, originOf, originOfText, tagPlace, walk } from './places.ts';

const NUMBERS: Readonly<Record<string, RegExp>> = {
  integer: /^\s*[-+]?\d+\s*$/,
  float: /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i,
};

/** What becomes of names and types where elements are written as data. */
export function dataFindings({ root }: Evidence): Finding[] {
  if (root === undefined) return [];
  const findings: Finding[] = [];
  for (const { node, environment } of walk(root)) {
    if (node.kind !== 'element') continue;
    if (environment?.attributes.presentation !== 'serialize') continue;
    if (node.tag === 'any' || node === environment) findings.push(...names(node), ...number(node));
  }
  return findings;
}

interface Entry {
  readonly name: string | undefined;
  readonly node: ElementNode['children'][number];
}

function entriesOf(node: ElementNode): Entry[] {
  return node.children.flatMap((child): Entry[] => {
    if (child.kind === 'seam') return [];
    if (child.kind === 'text') return child.text.trim() === '' ? [] : [{ name: undefined, node: child }];
    return [{ name: child.tag === 'any' ? child.attributes.name : undefined, node: child }];
  });
}

/** Named values make an object only where all are named; of two with the same name the last one stays. */
function names(node: ElementNode): Finding[] {
  const entries = entriesOf(node);
  const named = entries.filter(({ name }) => name !== undefined);
  if (named.length === 0) return [];
  const list = node.attributes.type === 'array';
  const stranger = entries.find(({ name }) => name === undefined);
  if (list || stranger) {
    const lost = excerpt(named.map(({ name }) => name).join(', '));
    const { node: at } = list ? named[0]! : stranger!;
    const origin =
      at.kind === 'text' ? originOfText(at.source) : at.kind === 'element' ? originOf(at) : undefined;
    const reason = list
      ? 'the members of a list have none'
      : `${describe(at, origin)} beside them has none; give it one`;
    return [
      {
        code: 'names-lost',
        message: `names are lost (${lost}), because ${reason}`,
        origin: origin && at.kind === 'element' ? tagPlace(origin) : origin,
      },
    ];
  }
  const last = new Map(named.map(({ name, node: child }) => [name, child]));
  return named
    .filter(({ name, node: child }) => last.get(name) !== child)
    .map(({ name, node: child }) => {
      const origin = originOf(child as ElementNode);
      return {
        code: 'name-repeated',
        message: `a later value of the name "${name}" replaces this one: use another name, or a list`,
        origin: origin && tagPlace(origin),
      };
    });
}

function describe(node: Entry['node'], origin: Parameters<typeof nameAt>[0]): string {
  return node.kind === 'text' ? `the text "${excerpt(node.text, 20)}"` : nameAt(origin);
}

/** Numbers are read as far as they go. */
function number(node: ElementNode): Finding[] {
  const [text, ...others] = node.children;
  const shape = NUMBERS[node.attributes.type ?? ''];
  if (shape === undefined || others.length > 0 || text?.kind !== 'text' || shape.test(text.text)) return [];
  const { type } = node.attributes;
  const value = type === 'integer' ? Number.parseInt(text.text, 10) : Number.parseFloat(text.text);
  const origin = originOf(node);
  return [
    {
      code: 'number-not-read',
      message: `"${excerpt(text.text)}" is no ${type}, and becomes ${Number.isNaN(value) ? 'null' : value}`,
      origin: origin && tagPlace(origin),
    },
  ];
}
