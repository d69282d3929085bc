import type { Component, Context, Props } from '../components/component.ts';
import type { TextSource } from '../template/text.ts';
import type { NodeSink } from './nodes.ts';

/** A text child before its white space is settled, with what it was made from. */
export class TextChild {
  readonly value: string | number;
  /** Where the text comes from; for joined or settled texts the children they were made from. */
  readonly source: TextSource | readonly TextChild[] | undefined;
  /** How white space was settled after joining. */
  readonly trim: TextTrim | undefined;

  constructor(value: string | number, source?: TextSource | readonly TextChild[], trim?: TextTrim) {
    this.value = value;
    this.source = source;
    this.trim = trim;
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

  constructor(component: Component, props: Props, children: readonly Child[]) {
    this.component = component;
    this.props = props;
    this.children = children;
  }
}

/** A piece of output that a component makes itself. */
export class Emission {
  readonly emit: (context: Context, out: NodeSink) => void;

  constructor(emit: (context: Context, out: NodeSink) => void) {
    this.emit = emit;
  }
}

export type Child = TextChild | Instance | Emission;

/**
 * Settles the white space of texts among the children of an element, as the `whiteSpace` attribute says:
 * `pre` keeps everything, `trim` cuts the outer edges, `filter` (the default) folds like HTML.
 * Returns `undefined` for another mode when there is text to settle.
 */
export function settleWhiteSpace(children: readonly Child[], mode: unknown): readonly Child[] | undefined {
  if (mode === 'pre')
    return children.some(isEmptyText) ? children.filter((child) => !isEmptyText(child)) : children;
  const merged = mergeTexts(children);
  const last = merged.length - 1;
  const settled: Child[] = [];
  for (let index = 0; index <= last; index++) {
    const child = merged[index]!;
    if (!(child instanceof TextChild) || typeof child.value !== 'string') {
      settled.push(child);
      continue;
    }
    if (mode !== undefined && mode !== 'filter' && mode !== 'trim') return undefined;
    const text = settleText(child.value, mode ?? 'filter', index === 0, index === last);
    if (text === '') continue;
    settled.push(
      text === child.value
        ? child
        : new TextChild(text, [child], { mode: mode ?? 'filter', first: index === 0, last: index === last }),
    );
  }
  return settled;
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
  if (merged === undefined)
    return children.some(isEmptyText) ? children.filter((child) => !isEmptyText(child)) : children;
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
