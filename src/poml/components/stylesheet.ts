import { isPlain } from '../json.ts';
import { type Component, ORIGIN, type Props } from './component.ts';

interface Rule {
  /** Which selector of the stylesheet it is. */
  readonly index: number;
  readonly classes: readonly string[];
  readonly weight: number;
}

/**
 * The selectors of a stylesheet, sorted out per component. A selector is a list of words that must all match the same
 * element: a component name counts one, a class two, the lone star nothing. What is in here depends on nothing but
 * their texts.
 */
class Selectors {
  readonly texts: readonly string[];
  readonly asksForClasses: boolean;
  private readonly words: readonly (readonly string[])[];
  private readonly rules = new Map<Component, readonly Rule[]>();
  private readonly leftAlone = new WeakMap<readonly Component[], boolean>();

  constructor(texts: readonly string[]) {
    this.texts = texts;
    this.words = texts.map((text) => (text === '*' ? [] : text.split(/\s+/)));
    this.asksForClasses = this.words.some((words) => words.some((word) => word.startsWith('.')));
  }

  rulesFor(component: Component): readonly Rule[] {
    let rules = this.rules.get(component);
    if (rules === undefined) {
      const found: Rule[] = [];
      this.words.forEach((words, index) => {
        const classes = words.filter((word) => word.startsWith('.')).map((word) => word.slice(1));
        const names = words.filter((word) => !word.startsWith('.'));
        if (names.every((name) => component.aliases.includes(name.toLowerCase()))) {
          found.push({ index, classes, weight: names.length + 2 * classes.length });
        }
      });
      rules = found.sort((a, b) => a.weight - b.weight || a.index - b.index);
      this.rules.set(component, rules);
    }
    return rules;
  }

  /** Whether no rule is for any of these components. */
  leaveAlone(components: readonly Component[]): boolean {
    let alone = this.leftAlone.get(components);
    if (alone === undefined) {
      alone = components.every((component) => this.rulesFor(component).length === 0);
      this.leftAlone.set(components, alone);
    }
    return alone;
  }
}

const KEPT = 100;
const MAX_KEPT_LENGTH = 2000;
const kept = new Map<string, Selectors>();

/** Many renders have stylesheets with the same few selectors: those of usual length are sorted out once. */
function selectorsOf(texts: readonly string[]): Selectors {
  const key = JSON.stringify(texts);
  let selectors = kept.get(key);
  if (selectors === undefined) {
    selectors = new Selectors(texts);
    if (kept.size >= KEPT) kept.clear();
    if (key.length <= MAX_KEPT_LENGTH) kept.set(key, selectors);
  }
  return selectors;
}

/** A stylesheet during one render. */
export class CompiledStylesheet {
  readonly sheet: Readonly<Record<string, unknown>>;
  readonly empty: boolean;
  private readonly selectors: Selectors;
  private readonly props: readonly unknown[];
  /** Which selectors an element has matched so far. */
  private matched: Set<number> | undefined = undefined;

  constructor(sheet: Readonly<Record<string, unknown>>) {
    this.sheet = sheet;
    this.selectors = selectorsOf(Object.keys(sheet));
    this.props = Object.values(sheet);
    this.empty = this.props.length === 0;
  }

  /** The selectors that no element has matched so far. */
  get unmatched(): readonly string[] {
    return this.selectors.texts.filter((_, index) => !this.matched?.has(index));
  }

  /** Whether it has no rule for any of these components, which then expand as without it. */
  leavesAlone(components: readonly Component[]): boolean {
    return this.empty || this.selectors.leaveAlone(components);
  }

  /** The properties with the rules that match laid under them. The element's own class is used up. */
  apply(component: Component, props: Props): Props {
    const lost = Object.hasOwn(props, 'constructor');
    const classed = 'className' in props;
    const rules = this.empty ? NO_RULES : this.selectors.rulesFor(component);
    if (rules.length === 0 && !classed && !lost) return props;
    const { className, ...given } = props;
    const own: Props = lost ? { [ORIGIN]: props[ORIGIN] } : given;
    // A class that is no text is an error where any selector asks for a class, whatever component it is for.
    const classes = className && this.selectors.asksForClasses ? splitClasses(className) : [];
    let merged: Record<string, unknown> | undefined;
    for (const rule of rules) {
      if (rule.classes.every((name) => classes.includes(name))) {
        this.matched ??= new Set();
        this.matched.add(rule.index);
        merged = mergeDeep(merged ?? {}, this.props[rule.index]) as Record<string, unknown>;
      }
    }
    if (merged === undefined) return own;
    // What rules give comes first: of names that differ only in letter case the last one counts.
    const styled = mergeDeep(merged, own) as Props;
    if (own[ORIGIN] !== undefined) styled[ORIGIN] = own[ORIGIN];
    return styled;
  }
}

const NO_RULES: readonly Rule[] = [];

/** For a prompt that has no stylesheet. */
export const NO_STYLESHEET = new CompiledStylesheet({});

function splitClasses(className: unknown): string[] {
  return (className as string).split(/\s+/);
}

/**
 * `source` laid over `target`: plain objects are merged, everything else (lists and null too) replaces.
 * Neither argument is changed, and a key `__proto__` is dropped.
 */
export function mergeDeep(target: unknown, source: unknown): unknown {
  if (!isPlain(target) || !isPlain(source)) return target;
  const merged: Record<string, unknown> = { ...target };
  for (const key in source) {
    if (key === '__proto__') continue;
    const value = source[key];
    if (isPlain(value)) {
      const below = merged[key] || {};
      merged[key] = isPlain(below) ? mergeDeep(below, value) : value;
    } else {
      merged[key] = value;
    }
  }
  return merged;
}
