import type { Instance } from '../tree/children.ts';
import { type ElementNode, NodeSink, type TreeNode } from '../tree/nodes.ts';
import type { Context } from './component.ts';
import { type ConstantExpansion, type Expanders, MAX_PLANS, type Plans, sameSurroundings } from './plan.ts';

/**
 * Expands an element that is the same in every render, with all that is in it: its nodes are made once and put into
 * the tree of every render. Returns `false` where that cannot be: under a stylesheet, for an element that stands in
 * this tree already, and the first time, since most prompts of a command line are rendered once.
 */
export function emitConstant(
  plans: Plans,
  instance: Instance,
  context: Context,
  out: NodeSink,
  expanders: Expanders,
): boolean {
  const { expansion } = context;
  if (!context.stylesheet.empty || !plans.worthwhile || expansion.isPlaced(plans)) return false;
  let constant = plans.constants.find((known) => sameSurroundings(known, context));
  if (constant === undefined) {
    if (plans.constants.length >= MAX_PLANS) return false;
    constant = make(instance, context, expanders);
    plans.constants.push(constant);
    if (constant.nodes === undefined) return false;
  } else {
    // A loop may have placed what is inside by itself.
    if (constant.nodes === undefined || constant.inside.some((inner) => expansion.isPlaced(inner)))
      return false;
    expansion.budget.spendElements(constant.elements, undefined);
    for (const inner of constant.inside) expansion.place(inner);
  }
  expansion.place(plans);
  if (constant.speakersNamed) expansion.speakersNamed = true;
  for (const node of constant.nodes) {
    if (node.kind === 'element') out.element(node);
    // Seams between texts come back by themselves when the texts are emitted again.
    else if (node.kind === 'text') out.text(node.source);
  }
  return true;
}

function make(instance: Instance, context: Context, expanders: Expanders): ConstantExpansion {
  const { environment, headerLevel, chatExamples, expansion } = context;
  const problems = expansion.problems.length;
  const { speakersNamed } = expansion;
  expansion.speakersNamed = false;
  const nodes: TreeNode[] = [];
  const placed = expansion.placings.length;
  expanders.invoke(instance.component, instance.props, instance.children, context, new NodeSink(nodes));
  const own = expansion.speakersNamed;
  expansion.speakersNamed = speakersNamed;
  // A problem has to be reported by every render; then this try counts for nothing.
  const repeatable = expansion.problems.length === problems;
  expansion.problems.length = problems;
  const elements = repeatable ? markRepeated(nodes) : 0;
  return {
    environment,
    headerLevel,
    chatExamples,
    nodes: repeatable ? nodes : undefined,
    elements,
    speakersNamed: own,
    inside: expansion.placings.slice(placed),
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
