import type { Origin } from '../source.ts';
import { type Child, LooseValue, Slot, type SlotTrim, settle, TextChild } from '../tree/children.ts';
import { type Attributes, ElementNode, NodeSink, type TreeNode } from '../tree/nodes.ts';
import { Warnings } from '../warnings.ts';
import { type Component, type Context, type Environment, ORIGIN, type Props } from './component.ts';
import { Expansion } from './expansion.ts';
import { isVocabulary } from './parameters.ts';

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
      /** Whether it has the place in the source of the element that is expanded; a fence has none. */
      readonly placed: boolean;
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

interface PlannedExpansion extends Surroundings {
  readonly hasChildren: boolean;
  /** `undefined` when the expansion cannot be repeated. */
  readonly plan: Plan | undefined;
}

/** How elements of one component with the same attributes are expanded, by where they stand. */
export class Plans {
  private readonly known: PlannedExpansion[] = [];
  private latest: PlannedExpansion | undefined = undefined;
  /** How often an element is still expanded by its component before a plan is made. */
  private patience: number;

  constructor(patience: number) {
    this.patience = patience;
  }

  get worthwhile(): boolean {
    return this.patience === 0 || --this.patience === 0;
  }

  find(context: Surroundings, hasChildren: boolean): PlannedExpansion | undefined {
    const fits = (planned: PlannedExpansion) =>
      planned.hasChildren === hasChildren && sameSurroundings(planned, context);
    if (this.latest === undefined || !fits(this.latest)) this.latest = this.known.find(fits);
    return this.latest;
  }

  get full(): boolean {
    return this.known.length >= MAX_PLANS;
  }

  add(planned: PlannedExpansion): void {
    this.known.push(planned);
  }
}

/**
 * Making a plan costs as much as expanding a few times, and many prompts are rendered once: an element with attributes
 * of its own has to come again first.
 */
const PATIENCE = 4;

/** A bound to what is kept: combinations of attributes can be many. */
const MAX_SHARED = 2000;

const shared = new Map<Component, Map<string, Plans>>();

/**
 * The plans of an element whose attributes are the same in every render. Elements that say nothing but words of the
 * language (`<p>`, `<list listStyle="decimal">`) share theirs: a plan holds nothing of a prompt then.
 */
export function plansFor(component: Component, props: Props): Plans {
  let key = '';
  for (const name in props) {
    const value = props[name];
    if (!isVocabulary(component, name, value)) return new Plans(PATIENCE);
    key += `${name}=${value}\0`;
  }
  let known = shared.get(component);
  if (known === undefined) {
    known = new Map();
    shared.set(component, known);
  }
  let plans = known.get(key);
  if (plans === undefined) {
    if (known.size >= MAX_SHARED) known.clear();
    plans = new Plans(0);
    known.set(key, plans);
  }
  return plans;
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

const SOMEWHERE: Origin = { file: { path: undefined, text: '', includedFrom: [] }, start: 0, end: 0 };

/** Layout components read no files. */
const TRIAL = {
  warnings: new Warnings(),
  get files(): never {
    throw new Error('a layout component must not read files');
  },
};

/** Bounds the plans of elements that are alike; header levels can differ without end in a recursive include. */
export const MAX_PLANS = 50;

/** How components are expanded; given by the caller, which this module would otherwise import in a circle. */
export interface Expanders {
  expand(
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
    if (plans.full) return false;
    planned = record(component, props, hasChildren, context, expanders);
    plans.add(planned);
  }
  if (planned.plan === undefined) return false;
  emitItems(planned.plan.items, props[ORIGIN], children, context, out, expanders);
  return true;
}

/** Whether a child certainly leaves something, however white space is settled. */
function isSomething(child: Child): boolean {
  if (!(child instanceof TextChild)) return !(child instanceof LooseValue);
  return typeof child.value === 'number' || /\S/.test(child.value);
}

function record(
  component: Component,
  props: Props,
  hasChildren: boolean,
  context: Context,
  { expand }: Expanders,
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
  // Whoever comes next may have a place in the source where this one has none, or the other way round.
  const placed = props[ORIGIN] ? props : { ...props, [ORIGIN]: SOMEWHERE };
  expand(component, placed, hasChildren ? [slot] : [], inner, new NodeSink(nodes));
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
    return [
      { kind: 'element', tag, attributes, placed: origin !== undefined, items: itemsOf(children, slots) },
    ];
  });
}

function emitItems(
  items: readonly PlanItem[],
  origin: Origin | undefined,
  children: readonly Child[],
  context: Context,
  out: NodeSink,
  expanders: Expanders,
): void {
  for (const item of items) {
    if (item.kind === 'element') {
      const place = item.placed ? origin : undefined;
      context.expansion.budget.spendElements(1, place);
      const node = new ElementNode(item.tag, item.attributes, place);
      if (item.attributes.speaker !== undefined) context.expansion.speakersNamed = true;
      out.element(node);
      if (item.items.length > 0)
        emitItems(item.items, origin, children, context, new NodeSink(node.children), expanders);
    } else if (item.kind === 'text') {
      out.text(item.child);
    } else {
      let settled = children;
      for (const trim of item.trims) settled = settle(settled, trim);
      const same = sameSurroundings(context, item.surroundings);
      const inner = same ? context : { ...context, ...item.surroundings };
      expanders.emitChildren(settled, inner, out);
    }
  }
}
