import { reasonOf } from '../problems.ts';
import type { Instance } from '../tree/children.ts';
import { type ElementNode, NodeList, NodeSink, type TreeNode } from '../tree/nodes.ts';
import type { Component, Context } from './component.ts';
import { type Expanders, noteComponents } from './plan.ts';
import { comeBack, MAX_PLANS, type Surroundings, sameSurroundings } from './plans.ts';
import { NO_STYLESHEET } from './stylesheet.ts';

/** What a constant element came to: nodes that are put into the tree of every render. */
interface ConstantExpansion extends Surroundings {
  /** `undefined` when they cannot be used again. */
  readonly nodes: readonly TreeNode[] | undefined;
  readonly elements: number;
  /** All components that are in them. */
  readonly components: readonly Component[];
  readonly speakersNamed: boolean;
  /** The constant elements inside, whose own nodes stand among these. */
  readonly inside: readonly Constant[];
}

/** An element that is the same in every render, with all that is in it, and what it came to by where it was expanded. */
export class Constant {
  /** How many elements it contains. */
  readonly elements: number;
  /** What it stands for, once it was evaluated. */
  instance: Instance | undefined = undefined;
  private alone: readonly Instance[] | undefined = undefined;
  /** The expansion in whose tree it was placed last; one ends before another begins. */
  placedIn = -1;
  private expansions: ConstantExpansion[] | undefined = undefined;
  private uses = 0;

  constructor(elements: number) {
    this.elements = elements;
  }

  /** What it stands for, as all that a document holds; `undefined` before it was evaluated. */
  get content(): readonly Instance[] | undefined {
    if (this.instance !== undefined) this.alone ??= [this.instance];
    return this.alone;
  }

  /** Most prompts of a command line are rendered once: nothing is kept of the first time. */
  get worthwhile(): boolean {
    return ++this.uses > 3;
  }

  find(context: Context): ConstantExpansion | undefined {
    return this.expansions?.find((known) => sameSurroundings(known, context));
  }

  get full(): boolean {
    return this.expansions !== undefined && this.expansions.length >= MAX_PLANS;
  }

  add(expansion: ConstantExpansion): void {
    this.expansions ??= [];
    this.expansions.push(expansion);
  }
}

/**
 * Expands a constant element: its nodes are made once and put into the tree of every render. Returns `false` where that
 * cannot be: where a stylesheet has rules for what is in it, for what stands in this tree already, and at first.
 */
export function emitConstant(
  constant: Constant,
  instance: Instance,
  context: Context,
  out: NodeSink,
  expanders: Expanders,
): boolean {
  const { expansion, stylesheet } = context;
  if (!constant.worthwhile || expansion.isPlaced(constant) || !comeBack(context)) return false;
  let made = constant.find(context);
  if (made === undefined) {
    if (constant.full) return false;
    made = make(instance, context, expanders);
    constant.add(made);
  } else if (made.inside.some((inner) => expansion.isPlaced(inner))) {
    // A loop may have placed what is inside by itself.
    return false;
  }
  const { nodes, components, inside } = made;
  if (nodes === undefined || !stylesheet.leavesAlone(components)) return false;
  expansion.budget.spendElements(made.elements, undefined);
  expansion.place(constant);
  for (const inner of inside) expansion.place(inner);
  noteComponents(expansion, components);
  if (made.speakersNamed) expansion.speakersNamed = true;
  for (const node of nodes) {
    if (node.kind === 'element') out.element(node);
    // Seams between texts come back by themselves when the texts are emitted again.
    else if (node.kind === 'text') out.text(node.source);
  }
  return true;
}

function make(
  { component, props, children }: Instance,
  context: Context,
  { expand }: Expanders,
): ConstantExpansion {
  const { environment, headerLevel, chatExamples, stylesheet } = context;
  const components = new Set<Component>();
  const inside: Constant[] = [];
  const trial = context.expansion.trial({ components, placings: inside });
  const list = new NodeList();
  try {
    expand(
      component,
      props,
      children,
      { ...context, stylesheet: NO_STYLESHEET, expansion: trial },
      new NodeSink(list),
    );
  } catch (error) {
    // The element itself has to fail; under rules it may not.
    if (stylesheet.empty) throw error;
    list.children = [];
    trial.report(reasonOf(error), undefined);
  }
  // A problem has to be reported by every render.
  const repeatable = trial.problems.length === 0;
  return {
    environment,
    headerLevel,
    chatExamples,
    nodes: repeatable ? list.children : undefined,
    elements: repeatable ? markRepeated(list.children) : 0,
    components: [...components],
    speakersNamed: trial.speakersNamed,
    inside,
  };
}

/** Marks the elements that can be written once for all renders, and counts all. */
function markRepeated(nodes: readonly TreeNode[]): number {
  let count = 0;
  for (const node of nodes) {
    if (node.kind !== 'element') continue;
    const below = markRepeated(node.children);
    node.repeated =
      isUnlimited(node) && node.children.every((child) => child.kind !== 'element' || child.repeated);
    count += below + 1;
  }
  return count;
}

/** What a limit cuts is told to the render, each time. */
function isUnlimited({ attributes }: ElementNode): boolean {
  return attributes.charLimit === undefined && attributes.tokenLimit === undefined;
}
