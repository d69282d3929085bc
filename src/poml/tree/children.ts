import type { Component, Context, Props } from '../components/component.ts';
import type { Constant } from '../components/constant.ts';
import type { Plans } from '../components/plans.ts';
import type { ComponentError } from '../problems.ts';
import type { TextSource } from '../template/text.ts';
import type { NodeSink } from './nodes.ts';

/** A text child before its white space is settled, with what it was made from. */
export class TextChild {
  readonly value: string | number;
  /** Where the text comes from; for joined or settled texts what they were made from. */
  readonly source: TextSource | TextChild | readonly TextChild[] | undefined;
  /** How white space was settled after joining. */
  readonly trim: TextTrim | undefined;
  /** Itself with its white space settled, the way it was asked for last: texts come back in every render. */
  private asked: TextTrim | undefined = undefined;
  private answer: TextChild | undefined = undefined;
  private shows: boolean | undefined = undefined;

  constructor(
    value: string | number,
    source?: TextSource | TextChild | readonly TextChild[],
    trim?: TextTrim,
  ) {
    this.value = value;
    this.source = source;
    this.trim = trim;
  }

  /** Whether it is more than white space. */
  get visible(): boolean {
    this.shows ??= typeof this.value === 'number' || /\S/.test(this.value);
    return this.shows;
  }

  /** This text with its white space settled; `undefined` when nothing is left. */
  settled(trim: TextTrim): TextChild | undefined {
    if (this.asked !== trim) {
      const value = String(this.value);
      const text = settleText(value, trim);
      this.answer = text === '' ? undefined : text === value ? this : new TextChild(text, this, trim);
      this.asked = trim;
    }
    return this.answer;
  }
}

export interface TextTrim {
  readonly mode: 'filter' | 'trim';
  readonly first: boolean;
  readonly last: boolean;
}

/** A component that was written in the markup, not yet expanded. */
export class Instance {
  readonly component: Component;
  readonly props: Props;
  readonly children: readonly Child[];
  /** Where its attributes are the same every time: how it was expanded before. */
  readonly plans: Plans | undefined;
  /** Where it is the same in every render, with all that is in it. */
  readonly constant: Constant | undefined;
  /** Whether it was written without content, so that a stylesheet rule may give it some. */
  readonly bare: boolean;

  constructor(
    component: Component,
    props: Props,
    children: readonly Child[],
    plans?: Plans,
    constant?: Constant,
    bare = false,
  ) {
    this.component = component;
    this.props = props;
    this.children = children;
    this.plans = plans;
    this.constant = constant;
    this.bare = bare;
  }
}

/** A piece of output that a component makes itself. */
export class Emission {
  readonly emit: (context: Context, out: NodeSink) => void;

  constructor(emit: (context: Context, out: NodeSink) => void) {
    this.emit = emit;
  }
}

/**
 * A value that is no text, number or element. POML leaves it out (a bigint) or refuses it (an object) wherever it
 * settles the white space of children; where it hands them on as they are, a bigint is printed and an object ends
 * the render.
 */
export class LooseValue extends Emission {
  /** What is wrong with the value, where it is refused. */
  readonly refusal: ComponentError | undefined;
  /** Told when the value is left out. */
  private readonly leftOut: (() => void) | undefined;

  constructor(emit: Emission['emit'], refusal: ComponentError | undefined, leftOut?: () => void) {
    super(emit);
    this.refusal = refusal;
    this.leftOut = leftOut;
  }

  /** @throws ComponentError for a value that is refused */
  leaveOut(): void {
    if (this.refusal !== undefined) throw this.refusal;
    this.leftOut?.();
  }
}

/** How white space was settled in a list of children: by which mode, and whether the list reached the edges. */
export type SlotTrim = TextTrim | { readonly mode: 'pre' };

/** Stands for the children of a component while a plan of its expansion is made. */
export class Slot {
  private readonly trims: readonly SlotTrim[];
  private readonly reached: (trims: readonly SlotTrim[], context: Context, out: NodeSink) => void;

  constructor(trims: readonly SlotTrim[], reached: Slot['reached']) {
    this.trims = trims;
    this.reached = reached;
  }

  trimmed(trim: SlotTrim): Slot {
    // Settling the same way again changes nothing.
    if (this.trims.at(-1) === trim) return this;
    return new Slot([...this.trims, trim], this.reached);
  }

  emit(context: Context, out: NodeSink): void {
    this.reached(this.trims, context, out);
  }
}

export type Child = TextChild | Instance | Emission | Slot;

/** All ways to settle white space, each one object: by whether the first edge is reached, and twice the last. */
const trimsOf = (mode: TextTrim['mode']): readonly TextTrim[] =>
  [0, 1, 2, 3].map((edges) => ({ mode, first: (edges & 1) !== 0, last: (edges & 2) !== 0 }));
const FILTERS = trimsOf('filter');
const TRIMS = trimsOf('trim');
const PRE: SlotTrim = { mode: 'pre' };

/**
 * Settles the white space of texts among the children of an element, as the `whiteSpace` attribute says:
 * `pre` keeps everything, `trim` cuts the outer edges, `filter` (the default) folds like HTML.
 * Returns `undefined` for another mode when there is text to settle.
 *
 * @throws ComponentError for a value that cannot be a child
 */
export function settleWhiteSpace(children: readonly Child[], given: unknown): readonly Child[] | undefined {
  const mode = given === undefined ? 'filter' : given;
  if (mode === 'pre') return settle(children, PRE);
  if (mode === 'filter') return settle(children, FILTERS[3]!);
  if (mode === 'trim') return settle(children, TRIMS[3]!);
  return children.some((child) => (isString(child) && child.value !== '') || isSlot(child))
    ? undefined
    : settle(children, undefined);
}

/**
 * Settles texts in one of the known ways; in none, neighbouring strings are only joined. Numbers stay apart, as in
 * POML.
 *
 * @throws ComponentError for a value that cannot be a child
 */
export function settle(given: readonly Child[], how: SlotTrim | undefined): readonly Child[] {
  const children = given.some(isLoose) ? withoutLoose(given) : given;
  if (how?.mode === 'pre') {
    const kept = children.some(isEmptyText) ? children.filter((child) => !isEmptyText(child)) : children;
    return kept.some(isSlot) ? kept.map((child) => (isSlot(child) ? child.trimmed(PRE) : child)) : kept;
  }
  const trims = how && (how.mode === 'filter' ? FILTERS : TRIMS);
  let begin = 0;
  let end = children.length;
  while (begin < end && isEmptyText(children[begin]!)) begin++;
  while (begin < end && isEmptyText(children[end - 1]!)) end--;
  let settled: Child[] | undefined = end - begin < children.length ? [] : undefined;
  for (let index = begin; index < end; ) {
    const child = children[index]!;
    let next = index + 1;
    let result: Child | undefined = child;
    const isText = isString(child);
    if (isText) while (next < end && isString(children[next]!)) next++;
    if (isText || isSlot(child)) {
      const trim = trims?.[(how!.first && index === begin ? 1 : 0) + (how!.last && next === end ? 2 : 0)];
      if (next > index + 1) result = joined(children.slice(index, next) as TextChild[], trim);
      else if (trim !== undefined) result = isText ? child.settled(trim) : child.trimmed(trim);
    }
    if (result !== child || next > index + 1) settled ??= children.slice(0, index);
    if (settled !== undefined && result !== undefined) settled.push(result);
    index = next;
  }
  return settled ?? children;
}

/** A run of strings as one text. */
function joined(run: readonly TextChild[], trim: TextTrim | undefined): TextChild | undefined {
  let whole = '';
  for (const { value } of run) whole += value as string;
  const text = trim ? settleText(whole, trim) : whole;
  if (text === '') return undefined;
  return text === whole ? new TextChild(text, run) : new TextChild(text, run, trim);
}

function isLoose(child: Child): child is LooseValue {
  return child instanceof LooseValue;
}

function withoutLoose(children: readonly Child[]): readonly Child[] {
  return children.filter((child) => {
    if (!isLoose(child)) return true;
    child.leaveOut();
    return false;
  });
}

function isEmptyText(child: Child): boolean {
  return child instanceof TextChild && child.value === '';
}

function isString(child: Child): child is TextChild {
  return child instanceof TextChild && typeof child.value === 'string';
}

function isSlot(child: Child): child is Slot {
  return child instanceof Slot;
}

const FOLDABLE = /[\t\n\r]| {2}/;

/** The text with its white space folded (`filter`) or its outer edges cut (`trim`). */
export function settleText(text: string, { mode, first, last }: TextTrim): string {
  if (mode === 'trim') {
    let trimmed = text;
    if (first) trimmed = trimmed.trimStart();
    if (last) trimmed = trimmed.trimEnd();
    return trimmed;
  }
  if (isFoldable(text)) return first || last ? '' : ' ';
  // A run of ASCII blanks becomes one space; other white space is kept.
  let folded = FOLDABLE.test(text) ? text.replace(/[ \t\n\r]+/g, ' ') : text;
  if (first && folded.charCodeAt(0) === 32) folded = folded.slice(1);
  if (last && folded.charCodeAt(folded.length - 1) === 32) folded = folded.slice(0, -1);
  return folded;
}

/** Whether there is a text, and settling its white space changes nothing of it, in whatever way. */
export function isSettled(text: string): boolean {
  return text !== '' && text.trim() === text && !FOLDABLE.test(text);
}

/** Whether a text is nothing but blanks that fold, as it is between most elements. */
function isFoldable(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return false;
  }
  return text !== '';
}
