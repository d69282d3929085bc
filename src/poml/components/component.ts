import type { Origin } from '../source.ts';
import type { Child } from '../tree/children.ts';
import type { NodeSink } from '../tree/nodes.ts';
import type { Expansion } from './expansion.ts';
import type { CompiledStylesheet } from './stylesheet.ts';

/** Where in the source the element stands whose properties these are. Travels with the properties. */
export const ORIGIN: unique symbol = Symbol('origin');

/** Attributes of an element by their names, values as the template gave them. */
export interface Props {
  [name: string]: unknown;
  [ORIGIN]?: Origin;
}

/** How text is presented here: in a markup language, as data, as free text, or as media. */
export type Presentation = 'markup' | 'serialize' | 'free' | 'multimedia';

/** The presentation that surrounds a component. */
export interface Environment {
  readonly presentation: Presentation;
  /** Markup language or serializer. */
  readonly language: string | undefined;
  /** The options it was made with. The same again make no new environment. */
  readonly writerOptions: unknown;
}

/** What a component inherits from those around it. */
export interface Context {
  readonly environment: Environment | undefined;
  readonly headerLevel: number;
  /** Whether examples become chat turns. */
  readonly chatExamples: boolean;
  readonly stylesheet: CompiledStylesheet;
  readonly expansion: Expansion;
}

/** A handler: emits what the component stands for. Checks first and emits then, so that a failure emits nothing. */
export type Handler = (props: Props, children: readonly Child[], context: Context, out: NodeSink) => void;

export interface Component {
  /** POML's official name. */
  readonly name: string;
  /** Lower-case names it can be written with, the official one first. */
  readonly aliases: readonly string[];
  /** Attributes that must be there before anything else happens. */
  readonly required: readonly string[];
  readonly handler: Handler;
  /**
   * Whether what it expands to depends on nothing but its attributes, its surroundings and whether it has
   * children, which it hands on as they are. Then the expansion can be repeated by plan.
   */
  readonly layout?: boolean;
}

/** A component under its official name and its aliases. */
export function defineComponent(
  name: string,
  handler: Handler,
  aliases: readonly string[] = [],
  required: readonly string[] = [],
): Component {
  return { name, aliases: [name, ...aliases].map((alias) => alias.toLowerCase()), required, handler };
}

/** A component that only lays out: see `Component.layout`. */
export function defineLayout(
  name: string,
  handler: Handler,
  aliases: readonly string[] = [],
  required: readonly string[] = [],
): Component {
  return { ...defineComponent(name, handler, aliases, required), layout: true };
}
