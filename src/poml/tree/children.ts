import type { Component, Context, Props } from '../components/component.ts';
import type { Constant } from '../components/constant.ts';
import type { Plans } from '../components/plan.ts';
import type { TextSource } from '../template/text.ts';
import type { NodeSink } from './nodes.ts';

/** A text child before its white space is settled, with what it was made from. */
export class TextChild {
  readonly value: string | number;
  /** Where the text comes from; for joined or settled texts the children they were made from. */
  readonly source: TextSource | readonly TextChild[] | undefined;
  /** How white space was settled after joining. */
  readonly trim: TextTrim | undefined;
  /** For a text that comes back in every render: itself with its white space settled, by edges. */
  private folded: (TextChild | undefined)[] | undefined;

  constructor(value: string | number, source?: TextSource | readonly TextChild[], trim?: TextTrim) {
    this.value = value;
    this.source = source;
    this.trim = trim;
  }

  /** This text with its white space settled; `undefined` when nothing is left. */
  settled(trim: TextTrim): TextChild | undefined {
    const edges = trim.mode === 'filter' ? (trim.first ? 1 : 0) + (trim.last ? 2 : 0) : -1;
    if (edges !== -1 && this.folded !== undefined && edges in this.folded) return this.folded[edges];
    const value = String(this.value);
    const text = settleText(value, trim.mode, trim.first, trim.last);
    const result = text === '' ? undefined : text === value ? this : new TextChild(text, [this], trim);
    if (edges !== -1) {
      this.folded ??= [];
      this.folded[edges] = result;
    }
    return result;
  }
}

export interface TextTrim {
  mode: 'filter' | 'trim';
  first: boolean;
  last: boolean;
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

  constructor(
    component: Component,
    props: Props,
    children: readonly Child[],
    plans?: Plans,
    constant?: Constant,
  ) {
    this.component = component;
    this.props = props;
    this.children = children;
    this.plans = plans;
    this.constant = constant;
  }
}

/** A piece of output that a component makes itself. */
export class Emission {
  readonly emit: (context: Context, out: NodeSink) => void;

  constructor(emit: (context: Context, out: NodeSink) => void) {
    this.emit = emit;
  }
}

/** How white space was settled in a list of children: by which mode, and whether the list reached the edges. */
export interface SlotTrim {
  readonly mode: WhiteSpaceMode;
  readonly first: boolean;
  readonly last: boolean;
}

export type WhiteSpaceMode = 'pre' | 'filter' | 'trim';

/** Stands for the children of a component while a plan of its expansion is made. */
export class Slot {
  private readonly trims: readonly SlotTrim[];
  private readonly reached: (trims: readonly SlotTrim[], context: Context, out: NodeSink) => void;

  constructor(trims: readonly SlotTrim[], reached: Slot['reached']) {
    this.trims = trims;
    this.reached = reached;
  }

  trimmed(trim: SlotTrim): Slot {
    return new Slot([...this.trims, trim], this.reached);
  }

  emit(context: Context, out: NodeSink): void {
    this.reached(this.trims, context, out);
  }
}

export type Child = TextChild | Instance | Emission | Slot;

/**
 * Settles the white space of texts among the children of an element, as the `whiteSpace` attribute says:
 * `pre` keeps everything, `trim` cuts the outer edges, `filter` (the default) folds like HTML.
 * Returns `undefined` for another mode when there is text to settle.
 *
 * @param atStart Whether the list begins where the element's content begins.
 * @param atEnd Whether it ends where the content ends.
 */
export function settleWhiteSpace(
  children: readonly Child[],
  given: unknown,
  atStart = true,
  atEnd = true,
): readonly Child[] | undefined {
  const mode = (given ?? 'filter') as WhiteSpaceMode;
  const known = given !== null && (mode === 'pre' || mode === 'filter' || mode === 'trim');
  const merged = mode === 'pre' ? withoutEmpty(children) : mergeTexts(children);
  const last = merged.length - 1;
  let settled: Child[] | undefined;
  for (let index = 0; index <= last; index++) {
    const child = merged[index]!;
    let result: Child | undefined = child;
    if (child instanceof TextChild) {
      if (typeof child.value === 'string' && mode !== 'pre') {
        if (!known) return undefined;
        result = child.settled({ mode, first: atStart && index === 0, last: atEnd && index === last });
      }
    } else if (child instanceof Slot) {
      result = child.trimmed({ mode, first: atStart && index === 0, last: atEnd && index === last });
    }
    if (result !== child) settled ??= merged.slice(0, index);
    if (settled !== undefined && result !== undefined) settled.push(result);
  }
  return settled ?? merged;
}

function withoutEmpty(children: readonly Child[]): readonly Child[] {
  return children.some(isEmptyText) ? children.filter((child) => !isEmptyText(child)) : children;
}

function isEmptyText(child: Child): boolean {
  return child instanceof TextChild && child.value === '';
}

/** Joins neighbouring strings. Numbers stay apart, as in POML. */
export function mergeTexts(children: readonly Child[]): readonly Child[] {
  let merged: Child[] | undefined;
  for (let index = 1; index < children.length; index++) {
    if (isString(children[index]!) && isString(children[index - 1]!)) {
      merged = [];
      break;
    }
  }
  if (merged === undefined) return withoutEmpty(children);
  let run: TextChild[] = [];
  const flush = () => {
    if (run.length === 1) {
      if (run[0]!.value !== '') merged.push(run[0]!);
    } else if (run.length > 1) {
      const text = run.map((child) => child.value).join('');
      if (text !== '') merged.push(new TextChild(text, run));
    }
    run = [];
  };
  for (const child of children) {
    if (isString(child)) run.push(child);
    else {
      flush();
      merged.push(child);
    }
  }
  flush();
  return merged;
}

function isString(child: Child): child is TextChild {
  return child instanceof TextChild && typeof child.value === 'string';
}

const FOLDABLE = /[\t\n\r]| {2}/;

/** The text with its white space folded (`filter`) or its outer edges cut (`trim`). */
export function settleText(text: string, mode: 'filter' | 'trim', first: boolean, last: boolean): string {
  if (mode === 'trim') {
    let trimmed = text;
    if (first) trimmed = trimmed.trimStart();
    if (last) trimmed = trimmed.trimEnd();
    return trimmed;
  }
  // A run of ASCII blanks becomes one space; other white space is kept.
  let folded = FOLDABLE.test(text) ? text.replace(/[ \t\n\r]+/g, ' ') : text;
  if (first && folded.charCodeAt(0) === 32) folded = folded.slice(1);
  if (last && folded.charCodeAt(folded.length - 1) === 32) folded = folded.slice(0, -1);
  return folded;
}
