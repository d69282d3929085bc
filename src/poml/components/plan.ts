import type { Origin } from '../source.ts';
import { type Child, Slot, type SlotTrim, settleWhiteSpace, TextChild } from '../tree/children.ts';
import { type Attributes, ElementNode, NodeSink, type TreeNode } from '../tree/nodes.ts';
import { Warnings } from '../warnings.ts';
import type { Component, Context, Environment, Props } from './component.ts';
import { Expansion } from './expansion.ts';

/**
 * What a component with fixed attributes expands to: elements, texts of its own, and a slot for its children.
 * Expanding goes through many layers of components, each looking at attributes; where nothing of that can come out
 * differently the next time, it is done once and then only repeated.
 */
interface Plan {
  readonly items: readonly PlanItem[];
}

type PlanItem =
  | {
      readonly kind: 'element';
      readonly tag: string;
      readonly attributes: Attributes;
      readonly origin: Origin | undefined;
      readonly items: readonly PlanItem[];
    }
  | { readonly kind: 'text'; readonly child: TextChild }
  | { readonly kind: 'slot'; readonly trims: readonly SlotTrim[]; readonly surroundings: Surroundings };

/** All of a context that an expansion depends on and can change. */
export interface Surroundings {
  readonly environment: Environment | undefined;
  readonly headerLevel: number;
  readonly chatExamples: boolean;
}

/** What a constant element came to: nodes that are put into the tree of every render. */
export interface ConstantExpansion extends Surroundings {
  /** `undefined` when they cannot be used again. */
  readonly nodes: readonly TreeNode[] | undefined;
  readonly elements: number;
  readonly speakersNamed: boolean;
  /** The constant elements inside, whose own nodes stand among these. */
  readonly inside: readonly object[];
}

interface PlannedExpansion extends Surroundings {
  readonly hasChildren: boolean;
  /** `undefined` when the expansion cannot be repeated. */
  readonly plan: Plan | undefined;
}

/** The plans of one element of a prompt, by where it was expanded. */
export class Plans {
  private readonly known: PlannedExpansion[] = [];
  readonly constants: ConstantExpansion[] = [];
  private uses = 0;

  /**
   * Whether the element has been expanded often enough. Making a plan costs as much as expanding a few times, and
   * many prompts are rendered once.
   */
  get worthwhile(): boolean {
    return ++this.uses > WORTHWHILE;
  }

  find(context: Surroundings, hasChildren: boolean): PlannedExpansion | undefined {
    return this.known.find(
      (planned) => planned.hasChildren === hasChildren && sameSurroundings(planned, context),
    );
  }

  get size(): number {
    return this.known.length;
  }

  add(planned: PlannedExpansion): void {
    this.known.push(planned);
  }
}

export function sameSurroundings(a: Surroundings, b: Surroundings): boolean {
  return (
    a.headerLevel === b.headerLevel &&
    a.chatExamples === b.chatExamples &&
    sameEnvironment(a.environment, b.environment)
  );
}

function sameEnvironment(a: Environment | undefined, b: Environment | undefined): boolean {
  return (
    a === b ||
    (a?.presentation === b?.presentation &&
      a?.language === b?.language &&
      a?.writerOptions === b?.writerOptions)
  );
}

/** Layout components read no files. */
const TRIAL = {
  warnings: new Warnings(),
  get files(): never {
    throw new Error('a layout component must not read files');
  },
};

/** How often an element is expanded before a plan is made. */
const WORTHWHILE = 3;

/** Bounds the plans of one element; header levels can differ without end in a recursive include. */
export const MAX_PLANS = 50;

/** How components are expanded; given by the caller, which this module would otherwise import in a circle. */
export interface Expanders {
  invoke(
    component: Component,
    props: Props,
    children: readonly Child[],
    context: Context,
    out: NodeSink,
  ): void;
  emitChildren(children: readonly Child[], context: Context, out: NodeSink): void;
}

/**
 * Expands by plan. Returns `false` when there is none and the component has to be expanded itself: under a
 * stylesheet, and for children that may turn out to be nothing.
 */
export function emitPlanned(
  plans: Plans,
  component: Component,
  props: Props,
  children: readonly Child[],
  context: Context,
  out: NodeSink,
  expanders: Expanders,
): boolean {
  if (!component.layout || !context.stylesheet.empty || !plans.worthwhile) return false;
  const hasChildren = children.length > 0;
  if (hasChildren && !children.some(isSomething)) return false;
  let planned = plans.find(context, hasChildren);
  if (planned === undefined) {
    if (plans.size >= MAX_PLANS) return false;
    planned = record(component, props, hasChildren, context, expanders);
    plans.add(planned);
  }
  if (planned.plan === undefined) return false;
  emitItems(planned.plan.items, children, context, out, expanders);
  return true;
}

/** Whether a child certainly leaves something, however white space is settled. */
function isSomething(child: Child): boolean {
  return !(child instanceof TextChild) || typeof child.value === 'number' || /\S/.test(child.value);
}

function record(
  component: Component,
  props: Props,
  hasChildren: boolean,
  context: Context,
  { invoke }: Expanders,
): PlannedExpansion {
  const { environment, headerLevel, chatExamples } = context;
  const trial = new Expansion(TRIAL, new Map());
  const nodes: TreeNode[] = [];
  const slots = new Map<TreeNode, PlanItem>();
  const slot = new Slot([], (trims, inner, sink) => {
    const placeholder = new ElementNode('slot', {}, undefined);
    slots.set(placeholder, {
      kind: 'slot',
      trims,
      surroundings: {
        environment: inner.environment,
        headerLevel: inner.headerLevel,
        chatExamples: inner.chatExamples,
      },
    });
    sink.nodes.push(placeholder);
  });
  const inner = { ...context, expansion: trial };
  invoke(component, props, hasChildren ? [slot] : [], inner, new NodeSink(nodes));
  // A problem is reported each time, so it cannot be part of a plan.
  const plan = trial.problems.length === 0 ? { items: itemsOf(nodes, slots) } : undefined;
  return { environment, headerLevel, chatExamples, hasChildren, plan };
}

function itemsOf(nodes: readonly TreeNode[], slots: ReadonlyMap<TreeNode, PlanItem>): PlanItem[] {
  return nodes.flatMap((node): PlanItem[] => {
    const slot = slots.get(node);
    if (slot !== undefined) return [slot];
    if (node.kind === 'text') return [{ kind: 'text', child: node.source }];
    // Seams between texts come back by themselves when the texts are emitted again.
    if (node.kind === 'seam') return [];
    const { tag, attributes, origin, children } = node;
    return [{ kind: 'element', tag, attributes, origin, items: itemsOf(children, slots) }];
  });
}

function emitItems(
  items: readonly PlanItem[],
  children: readonly Child[],
  context: Context,
  out: NodeSink,
  expanders: Expanders,
): void {
  for (const item of items) {
    if (item.kind === 'element') {
      context.expansion.budget.spendElements(1, item.origin);
      const node = new ElementNode(item.tag, item.attributes, item.origin);
      if (item.attributes.speaker !== undefined) context.expansion.speakersNamed = true;
      out.element(node);
      if (item.items.length > 0)
        emitItems(item.items, children, context, new NodeSink(node.children), expanders);
    } else if (item.kind === 'text') {
      out.text(item.child);
    } else {
      let settled = children;
      for (const { mode, first, last } of item.trims) settled = settleWhiteSpace(settled, mode, first, last)!;
      const same = sameSurroundings(context, item.surroundings);
      const inner = same ? context : { ...context, ...item.surroundings };
      expanders.emitChildren(settled, inner, out);
    }
  }
}
