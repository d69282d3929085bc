import type { SlotTrim, TextChild } from '../tree/children.ts';
import type { Attributes } from '../tree/nodes.ts';
import type { Component, Environment, Props } from './component.ts';
import { isFreeText } from './free-text.ts';
import { isLasting, isVocabulary } from './parameters.ts';

/**
 * What a component with fixed attributes expands to: elements, texts of its own, and a slot for its children.
 * Expanding goes through many layers of components, each looking at attributes; where nothing of that can come out
 * differently the next time, it is done once and then only repeated.
 */
export interface Plan {
  readonly items: readonly PlanItem[];
}

export type PlanItem =
  | {
      readonly kind: 'element';
      readonly tag: string;
      readonly attributes: Attributes;
      /** Attributes that are free texts, by the property that gives each. */
      readonly free: readonly (readonly [attribute: keyof Attributes, property: string])[];
      /** Whether it has the place in the source of the element that is expanded; a fence has none. */
      readonly placed: boolean;
      readonly items: readonly PlanItem[];
    }
  | { readonly kind: 'text'; readonly child: TextChild }
  | { readonly kind: 'free'; readonly property: string }
  | { readonly kind: 'slot'; readonly trims: readonly SlotTrim[]; readonly surroundings: Surroundings };

/** All of a context that an expansion depends on and can change. */
export interface Surroundings {
  readonly environment: Environment | undefined;
  readonly headerLevel: number;
  readonly chatExamples: boolean;
}

export interface PlannedExpansion extends Surroundings {
  readonly hasChildren: boolean;
  /** All components that it goes through. */
  readonly components: readonly Component[];
  /** `undefined` when the expansion cannot be repeated. */
  readonly plan: Plan | undefined;
}

/** How elements of one component with the same attributes are expanded, by where they stand. */
export class Plans {
  /** Properties that are texts which may differ from element to element. */
  readonly free: readonly string[];
  private readonly known: PlannedExpansion[] = [];
  private latest: PlannedExpansion | undefined = undefined;
  /** How often an element is still expanded by its component before a plan is made. */
  private patience: number;

  constructor(patience: number, free: readonly string[]) {
    this.patience = patience;
    this.free = free;
  }

  get worthwhile(): boolean {
    return this.patience === 0 || --this.patience === 0;
  }

  find(context: Surroundings, hasChildren: boolean): PlannedExpansion | undefined {
    const { latest } = this;
    if (latest !== undefined && isFor(latest, context, hasChildren)) return latest;
    this.latest = this.known.find((planned) => isFor(planned, context, hasChildren));
    return this.latest;
  }

  get full(): boolean {
    return this.known.length >= MAX_PLANS;
  }

  add(planned: PlannedExpansion): void {
    this.known.push(planned);
  }
}

function isFor(planned: PlannedExpansion, context: Surroundings, hasChildren: boolean): boolean {
  return planned.hasChildren === hasChildren && sameSurroundings(planned, context);
}

/**
 * Making a plan costs as much as expanding a few times, and many prompts are rendered once: an element with attributes
 * of its own has to come again first.
 */
const PATIENCE = 4;

/** A bound to what is kept: combinations of attributes can be many. */
const MAX_SHARED = 2000;

/** Bounds the plans of elements that are alike; header levels can differ without end in a recursive include. */
export const MAX_PLANS = 50;

const NONE: readonly string[] = [];

const bare = new Map<Component, Plans>();
const shared = new Map<Component, Map<string, Plans>>();

/** The plans of an element whose attributes are the same in every render. */
export function plansFor(component: Component, props: Props): Plans {
  return sharedPlans(component, props) ?? new Plans(PATIENCE, NONE);
}

/**
 * Elements that say nothing but words of the language (`<p>`, `<list listStyle="decimal">`) and texts that are only
 * handed on (`<cp caption="Any">`) share their plans: a plan holds nothing of a prompt then. `undefined` for others.
 */
export function sharedPlans(component: Component, props: Props): Plans | undefined {
  let key = '';
  for (const name in props) {
    const value = props[name];
    if (isVocabulary(component, name, value)) key += `${name}=${value}\0`;
    else if (isFreeText(component, name, value, props)) key += `${name}\0`;
    else return undefined;
  }
  const known = key === '' ? bare.get(component) : shared.get(component)?.get(key);
  if (known !== undefined) return known;
  const free = Object.keys(props).filter((name) => !isVocabulary(component, name, props[name]));
  const plans = new Plans(0, free);
  if (key === '') bare.set(component, plans);
  else keep(component, key, plans);
  return plans;
}

function keep(component: Component, key: string, plans: Plans): void {
  let known = shared.get(component);
  if (known === undefined) {
    known = new Map();
    shared.set(component, known);
  }
  if (known.size >= MAX_SHARED) known.clear();
  known.set(key, plans);
}

/** Whether surroundings can be met again: writer options that an expression or a stylesheet gives are ever new objects. */
export function comeBack({ environment }: Surroundings): boolean {
  const options = environment?.writerOptions;
  return typeof options !== 'object' || options === null || isLasting(options);
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
