import { expect, test } from 'vitest';
import { Random } from '../testing/fuzz/random.ts';
import { ElementNode, type TreeNode } from '../tree/nodes.ts';
import { groupMarks, Marks } from './output.ts';
import { runsOf } from './speakers.ts';

interface Made {
  node: ElementNode;
  marks: Marks | undefined;
  length: number;
}

/** A tree of elements that nest, with the marks that a writer would leave. */
function tree(random: Random, depth: number, empty: boolean): Made {
  const speaker = random.pick([undefined, undefined, undefined, 'system', 'human', 'ai']);
  const node = new ElementNode('p', speaker === undefined ? {} : { speaker }, undefined);
  const children: TreeNode[] = [];
  const inside: Marks[] = [];
  let length = random.between(empty ? 0 : 1, 2);
  for (let count = depth > 0 ? random.between(0, 3) : 0; count > 0; count--) {
    const child = tree(random, depth - 1, empty);
    children.push(child.node);
    if (child.marks !== undefined) inside.push(new Marks(undefined, 0, 0, child.marks, length));
    length += child.length + random.between(0, 2);
  }
  node.children = children;
  const marks = new Marks(node, 0, length - 1, groupMarks(inside));
  // Some elements go, and leave no mark.
  return random.chance(0.1) ? { node, marks: groupMarks(inside), length } : { node, marks, length };
}

/** The same by colouring each place for each element, in document order. */
function expected(
  root: ElementNode,
  marks: Marks | undefined,
): { start: number; end: number; speaker: string }[] {
  const places = new Map<ElementNode, [start: number, end: number]>();
  const find = (mark: Marks, by: number): void => {
    const { inside, shift, node } = mark;
    if (inside instanceof Marks) find(inside, by + shift);
    else for (const one of inside ?? []) find(one, by + shift);
    if (node?.kind === 'element' && !places.has(node)) places.set(node, [mark.start + by, mark.end + by]);
  };
  if (marks !== undefined) find(marks, 0);
  const all = [...new Set([...places.values()].flat())].sort((a, b) => a - b);
  const speakers = all.map(() => 'system');
  let fallback = 'system';
  let system = false;
  const visit = (node: ElementNode, inherited: string | undefined): void => {
    const own = node.attributes.speaker;
    if (own === 'system') system = true;
    if (own === 'human') fallback = 'human';
    const [start, end] = places.get(node) ?? [0, -1];
    all.forEach((place, index) => {
      if (place >= start && place <= end) speakers[index] = own ?? inherited ?? fallback;
    });
    let current = own ?? inherited;
    for (const child of node.children as ElementNode[]) {
      current = child.attributes.speaker ?? current;
      visit(child, current);
    }
  };
  visit(root, undefined);
  const runs: { start: number; end: number; speaker: string }[] = [];
  all.forEach((place, index) => {
    const last = runs.at(-1);
    if (last?.speaker === speakers[index]) last!.end = place;
    else runs.push({ start: place, end: place, speaker: speakers[index]! });
  });
  if (runs.length === 1 && runs[0]!.speaker === 'system' && !system) runs[0]!.speaker = 'human';
  return runs;
}

test.each([
  ['nest', false],
  ['nest, some of them empty', true],
])('who says what, for elements that %s', (_, empty) => {
  const random = new Random(11);
  let several = 0;
  for (let round = 0; round < 2000; round++) {
    const { node, marks } = tree(random, 3, empty);
    const runs = runsOf(node, marks).map(({ start, end, speaker }) => ({ start, end, speaker }));
    expect(runs).toEqual(expected(node, marks));
    if (runs.length > 2) several++;
  }
  expect(several).toBeGreaterThan(500);
});

test('who says what, for elements that limits have upset', () => {
  const random = new Random(12);
  for (let round = 0; round < 1000; round++) {
    const { node, marks } = tree(random, 3, false);
    // The root ends before what is in it does.
    const cut = new Marks(node, 0, random.between(0, 5), marks?.inside);
    const runs = runsOf(node, cut).map(({ start, end, speaker }) => ({ start, end, speaker }));
    expect(runs).toEqual(expected(node, cut));
  }
});
