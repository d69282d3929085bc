import { jsonText, requireSmall } from '../json.ts';
import { ComponentError, FatalRenderError, isStackOverflow, reasonOf } from '../problems.ts';
import type { Origin } from '../source.ts';
import {
  type Child,
  Emission,
  Instance,
  LooseValue,
  settle,
  settleWhiteSpace,
  TextChild,
} from '../tree/children.ts';
import { type Attributes, ElementNode, NodeSink } from '../tree/nodes.ts';
import type { Component, Context, Props } from './component.ts';
import { ORIGIN } from './component.ts';
import { emitConstant } from './constant.ts';
import { coerce } from './parameters.ts';
import { emitPlanned } from './plan.ts';
import { plansFor, sharedPlans } from './plans.ts';

/**
 * Expands a component: by the plan that all share where nothing is said of it, else by all that it goes through.
 */
export function invoke(
  component: Component,
  props: Props,
  children: readonly Child[],
  context: Context,
  out: NodeSink,
): void {
  if (component.layout && isBare(props) && !children.some(isEmission)) {
    if (emitPlanned(plansFor(component, props), component, props, children, context, out, EXPANDERS)) return;
  }
  expand(component, props, children, context, out);
}

function isBare(props: Props): boolean {
  for (const _ in props) return false;
  return true;
}

/** What a component makes itself may fail, and then it matters which one was about to be expanded. */
function isEmission(child: Child): boolean {
  return child instanceof Emission;
}

/** Required attributes, stylesheet, types, handler. A failure is reported and leaves nothing. */
function expand(
  component: Component,
  props: Props,
  children: readonly Child[],
  context: Context,
  out: NodeSink,
): void {
  context.expansion.findings?.components.add(component);
  try {
    for (const name of component.required) {
      if (props[name] === undefined) {
        throw new ComponentError(
          `"${name}" is required but not provided for ${component.name}: write ${name}="…"`,
        );
      }
    }
    const styled = context.stylesheet.apply(component, props);
    // An attribute of that name makes POML lose the element's attributes and its content.
    const lost = Object.hasOwn(props, 'constructor');
    component.handler(coerce(component, styled, context), lost ? [] : children, context, out);
  } catch (error) {
    if (error instanceof FatalRenderError) throw error;
    // A stack overflow must end the render: it would come again one level up, and again.
    // Where it happens depends on who called, so no place is named. A pattern would need stack itself.
    if (isStackOverflow(error)) {
      context.expansion.fail('elements are nested too deeply', undefined);
    }
    const reason =
      error instanceof ComponentError
        ? error.message
        : `Error in component ${component.name}: ${reasonOf(error)}`;
    context.expansion.report(reason, props[ORIGIN], error);
  }
}

/** Emits children in order. */
export function emitChildren(children: readonly Child[], context: Context, out: NodeSink): void {
  for (const child of children) {
    if (child instanceof TextChild) out.text(child);
    else if (child instanceof Instance) emitInstance(child, context, out);
    else child.emit(context, out);
  }
}

function emitInstance(instance: Instance, context: Context, out: NodeSink): void {
  const { component, props, constant } = instance;
  const children =
    instance.bare && !context.stylesheet.empty ? ruledContent(instance, context) : instance.children;
  if (constant !== undefined && emitConstant(constant, instance, context, out, EXPANDERS)) return;
  const plans =
    instance.plans ??
    (component.layout && !children.some(isEmission) ? sharedPlans(component, props) : undefined);
  if (plans !== undefined && emitPlanned(plans, component, props, children, context, out, EXPANDERS)) return;
  invoke(component, props, children, context, out);
}

/** What stylesheet rules give as the content of an element that has none. */
function ruledContent({ component, props, children }: Instance, { stylesheet }: Context): readonly Child[] {
  let content: unknown;
  try {
    content = stylesheet.apply(component, props).children;
  } catch {
    // A class that is no text: reported when the element itself is expanded, so that only it is left out.
    return children;
  }
  return content === undefined ? children : valueChildren(content, props[ORIGIN]);
}

const EXPANDERS = { expand, emitChildren };

/** The children with their white space settled by the `whiteSpace` property. */
export function settled(children: readonly Child[], props: Props, context: Context): readonly Child[] {
  const result = settleWhiteSpace(children, props.whiteSpace);
  if (result !== undefined) return result;
  context.expansion.report(
    `"${props.whiteSpace}" is not a valid whiteSpace: write pre, filter or trim`,
    props[ORIGIN],
  );
  return settle(children, undefined);
}

/** Emits an element of the intermediate tree. */
export function emitElement(
  tag: string,
  props: Props,
  children: readonly Child[],
  context: Context,
  out: NodeSink,
): void {
  elementChild(tag, props, children, context).emit(context, out);
}

/**
 * A child that is an element of the intermediate tree. Its attributes and children are looked at now, before what it
 * stands in is made: what is wrong with them leaves nothing of that either.
 */
export function elementChild(
  tag: string,
  props: Props,
  children: readonly Child[],
  context: Context,
): Emission {
  const attributes = attributesOf(props, context);
  const inner = settled(children, props, context);
  return new Emission((inside, out) => {
    inside.expansion.budget.spendElements(1, props[ORIGIN]);
    const node = new ElementNode(tag, attributes, props[ORIGIN]);
    out.element(node);
    if (inner.length > 0) emitChildren(inner, inside, new NodeSink(node));
  });
}

/** Text that a component adds of its own. */
export function textChild(text: string): TextChild {
  return new TextChild(text);
}

/** A value that stands for several children, as React takes it: a list, a set, a map (its pairs), bytes (numbers). */
export function severalOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (value instanceof Set || value instanceof Map) return [...value];
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? [...(value as unknown as Iterable<unknown>)]
    : undefined;
}

/** A value of no particular type as children: lists piece by piece; what never prints anything is left out. */
export function valueChildren(value: unknown, origin: Origin | undefined): Child[] {
  if (typeof value === 'string' || typeof value === 'number') return [new TextChild(value)];
  if (typeof value === 'bigint') return [bigintChild(value)];
  const several = severalOf(value);
  if (several !== undefined) {
    requireSmall(several);
    return several.flatMap((item) => valueChildren(item, origin));
  }
  if (value === null || typeof value !== 'object') return [];
  const refusal = new ComponentError('an object cannot stand as text: give it as text, or its properties');
  return [
    new LooseValue(() => {
      throw new FatalRenderError(refusal.message, origin, { cause: refusal });
    }, refusal),
  ];
}

/** A bigint as a child. @param leftOut told when it does not print */
export function bigintChild(value: bigint, leftOut?: () => void): LooseValue {
  return new LooseValue((_, out) => out.text(new TextChild(String(value))), undefined, leftOut);
}

/** Which properties the writers read, by the names they can be written with. */
const ATTRIBUTES = new Map<string, keyof Attributes>(
  (
    [
      'presentation',
      'markupLang',
      'serializer',
      'writerOptions',
      'speaker',
      'charLimit',
      'tokenLimit',
      'priority',
      'blankLine',
      'listStyle',
      'level',
      'count',
      'inline',
      'lang',
      'name',
      'type',
      'data',
      'base64',
      'alt',
      'position',
      'id',
      'content',
    ] as const
  ).flatMap((name) => [
    [name, name],
    [name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), name],
  ]),
);

export const SPEAKERS: readonly unknown[] = ['system', 'human', 'ai', 'tool'];

function attributesOf(props: Props, context: Context): Attributes {
  const attributes: Attributes = {};
  for (const name in props) {
    const value = props[name];
    if (value === undefined) continue;
    const attribute = ATTRIBUTES.get(name);
    if (attribute !== undefined) {
      const text = attributeText(value);
      if (text === undefined) continue;
      if (typeof value === 'object') context.expansion.budget.spendCharacters(text.length, props[ORIGIN]);
      attributes[attribute] = text;
    } else if (name === 'style') {
      context.expansion.fail(
        'the attribute "style" is not supported: use a stylesheet, or remove it',
        props[ORIGIN],
      );
    } else if (typeof value === 'object') {
      // No writer reads it, but in POML it has to be JSON.
      jsonText(value);
    }
  }
  if (attributes.speaker !== undefined) context.expansion.speakersNamed = true;
  if (props.speaker && !SPEAKERS.includes(props.speaker)) {
    context.expansion.report(
      `"${String(props.speaker)}" is not a valid speaker: write system, human, ai or tool`,
      props[ORIGIN],
    );
  }
  // One that is no speaker is none; of an empty text, a zero or a false POML does not even complain.
  if (!SPEAKERS.includes(attributes.speaker)) attributes.speaker = undefined;
  return attributes;
}

function attributeText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? value : value.toWellFormed();
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'object':
      return jsonText(value);
    default:
      return undefined;
  }
}
