import type { Origin } from '../source.ts';
import { type Child, LooseValue, Slot, settle, TextChild } from '../tree/children.ts';
import {
  type Attributes,
  ElementNode,
  NodeList,
  NodeSink,
  type TextNode,
  type TreeNode,
} from '../tree/nodes.ts';
import { type Component, type Context, ORIGIN, type Props } from './component.ts';
import type { Expansion } from './expansion.ts';
import { hasStandIn, standIn } from './free-text.ts';
import {
  comeBack,
  type PlanItem,
  type PlannedExpansion,
  type Plans,
  type Surroundings,
  sameSurroundings,
} from './plans.ts';
import { NO_STYLESHEET } from './stylesheet.ts';

const SOMEWHERE: Origin = { file: { path: undefined, text: '', includedFrom: [] }, start: 0, end: 0 };

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
 * Expands by plan. Returns `false` when there is none and the component has to be expanded itself: where a stylesheet
 * has rules for it, and for children that may turn out to be nothing.
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
  if (!component.layout || !plans.worthwhile || !comeBack(context)) return false;
  const hasChildren = children.length > 0;
  if (hasChildren && !children.some(isSomething)) return false;
  let planned = plans.find(context, hasChildren);
  if (planned === undefined) {
    if (plans.full) return false;
    planned = record(plans, component, props, hasChildren, context, expanders);
    plans.add(planned);
  }
  if (planned.plan === undefined || !context.stylesheet.leavesAlone(planned.components)) return false;
  noteComponents(context.expansion, planned.components);
  emitItems(planned.plan.items, props, children, context, out, expanders);
  return true;
}

/** A plan or constant nodes stand for components that are not expanded themselves then. */
export function noteComponents({ findings }: Expansion, components: readonly Component[]): void {
  if (findings !== undefined) for (const component of components) findings.components.add(component);
}

/** Whether a child certainly leaves something, however white space is settled. */
function isSomething(child: Child): boolean {
  return child instanceof TextChild ? child.visible : !(child instanceof LooseValue);
}

function record(
  plans: Plans,
  component: Component,
  props: Props,
  hasChildren: boolean,
  context: Context,
  { expand }: Expanders,
): PlannedExpansion {
  const { environment, headerLevel, chatExamples } = context;
  const components = new Set<Component>();
  const trial = context.expansion.trial({ components, placings: [] });
  const list = new NodeList();
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
    sink.element(placeholder);
  });
  const inner = { ...context, stylesheet: NO_STYLESHEET, expansion: trial };
  // Whoever comes next may have a place in the source where this one has none, or the other way round.
  const trialProps: Props = { ...props, [ORIGIN]: props[ORIGIN] ?? SOMEWHERE };
  const stoodIn = new Map<string, string>();
  for (const property of plans.free) {
    const text = standIn(property);
    stoodIn.set(text, property);
    trialProps[property] = text;
  }
  let items: PlanItem[] | undefined;
  try {
    expand(component, trialProps, hasChildren ? [slot] : [], inner, new NodeSink(list));
    items = itemsOf(list.children, slots, stoodIn);
  } catch (error) {
    // The element itself has to fail, with its own words; under rules it may not.
    if (plans.free.length === 0 && context.stylesheet.empty) throw error;
  }
  // A problem is reported each time, so it cannot be part of a plan.
  const plan = items && trial.problems.length === 0 ? { items } : undefined;
  return { environment, headerLevel, chatExamples, hasChildren, components: [...components], plan };
}

/** `undefined` where a stand-in came out as something else than itself. */
function itemsOf(
  nodes: readonly TreeNode[],
  slots: ReadonlyMap<TreeNode, PlanItem>,
  stoodIn: ReadonlyMap<string, string>,
): PlanItem[] | undefined {
  const items: PlanItem[] = [];
  for (const node of nodes) {
    // Seams between texts come back by themselves when the texts are emitted again.
    if (node.kind === 'seam') continue;
    const item = slots.get(node) ?? (node.kind === 'text' ? textItem(node, stoodIn) : undefined);
    if (item !== undefined) items.push(item);
    else if (node.kind === 'text') return undefined;
    else {
      const inner = itemsOf(node.children, slots, stoodIn);
      const free = inner && freeAttributes(node.attributes, stoodIn);
      if (free === undefined) return undefined;
      const { tag, attributes, origin } = node;
      items.push({ kind: 'element', tag, attributes, free, placed: origin !== undefined, items: inner! });
    }
  }
  return items;
}

function textItem({ text, source }: TextNode, stoodIn: ReadonlyMap<string, string>): PlanItem | undefined {
  const property = stoodIn.get(text);
  if (property !== undefined) return { kind: 'free', property };
  return hasStandIn(text) ? undefined : { kind: 'text', child: source };
}

function freeAttributes(
  attributes: Attributes,
  stoodIn: ReadonlyMap<string, string>,
): [keyof Attributes, string][] | undefined {
  const free: [keyof Attributes, string][] = [];
  for (const [name, text] of Object.entries(attributes) as [keyof Attributes, string | undefined][]) {
    if (text === undefined || !hasStandIn(text)) continue;
    const property = stoodIn.get(text);
    if (property === undefined) return undefined;
    free.push([name, property]);
  }
  return free;
}

function emitItems(
  items: readonly PlanItem[],
  props: Props,
  children: readonly Child[],
  context: Context,
  out: NodeSink,
  expanders: Expanders,
): void {
  for (const item of items) {
    if (item.kind === 'element') {
      const place = item.placed ? props[ORIGIN] : undefined;
      context.expansion.budget.spendElements(1, place);
      const attributes = item.free.length === 0 ? item.attributes : filledIn(item, props);
      const node = new ElementNode(item.tag, attributes, place);
      if (attributes.speaker !== undefined) context.expansion.speakersNamed = true;
      out.element(node);
      if (item.items.length > 0)
        emitItems(item.items, props, children, context, new NodeSink(node), expanders);
    } else if (item.kind === 'text') {
      out.text(item.child);
    } else if (item.kind === 'free') {
      out.text(new TextChild(props[item.property] as string));
    } else {
      let settled = children;
      for (const trim of item.trims) settled = settle(settled, trim);
      const same = sameSurroundings(context, item.surroundings);
      const inner = same ? context : within(context, item.surroundings);
      expanders.emitChildren(settled, inner, out);
    }
  }
}

function within(
  { stylesheet, expansion }: Context,
  { environment, headerLevel, chatExamples }: Surroundings,
): Context {
  return { environment, headerLevel, chatExamples, stylesheet, expansion };
}

function filledIn({ attributes, free }: PlanItem & { kind: 'element' }, props: Props): Attributes {
  const filled = { ...attributes };
  for (const [name, property] of free) filled[name] = props[property] as string;
  return filled;
}
