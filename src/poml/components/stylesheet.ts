import { isPlain } from '../json.ts';
import { type Component, ORIGIN, type Props } from './component.ts';

interface Selector {
  readonly text: string;
  readonly words: readonly string[];
  readonly props: unknown;
  /** Whether an element has matched so far. */
  matched: boolean;
}

type Rule = {
  readonly selector: Selector;
  readonly classes: readonly string[];
  readonly weight: number;
  readonly order: number;
  readonly props: unknown;
};

/**
 * A stylesheet with its rules sorted out per component. A selector is a list of words that must all match the
 * same element: a component name counts one, a class two, the lone star nothing.
 */
export class CompiledStylesheet {
  readonly sheet: Readonly<Record<string, unknown>>;
  private readonly selectors: readonly Selector[];
  private readonly asksForClasses: boolean;
  private readonly rules = new Map<Component, readonly Rule[]>();

  constructor(sheet: Readonly<Record<string, unknown>>) {
    this.sheet = sheet;
    this.selectors = Object.entries(sheet).map(([selector, props]) => ({
      text: selector,
      words: selector === '*' ? [] : selector.split(/\s+/),
      props,
      matched: false,
    }));
    this.asksForClasses = this.selectors.some(({ words }) => words.some((word) => word.startsWith('.')));
  }

  get empty(): boolean {
    return this.selectors.length === 0;
  }

  /** The selectors that no element has matched so far. */
  get unmatched(): readonly string[] {
    return this.selectors.filter(({ matched }) => !matched).map(({ text }) => text);
  }

  /** The properties with the rules that match laid under them. The element's own class is used up. */
  apply(component: Component, props: Props): Props {
    const lost = Object.hasOwn(props, 'constructor');
    if (this.selectors.length === 0 && !('className' in props) && !lost) return props;
    const { className, ...given } = props;
    const own: Props = lost ? { [ORIGIN]: props[ORIGIN] } : given;
    // A class that is no text is an error where any selector asks for a class, whatever component it is for.
    const classes = className && this.asksForClasses ? splitClasses(className) : [];
    const rules = this.rulesFor(component);
    if (rules.length === 0) return own;
    let merged: Record<string, unknown> | undefined;
    for (const rule of rules) {
      if (rule.classes.every((name) => classes.includes(name))) {
        rule.selector.matched = true;
        merged = mergeDeep(merged ?? {}, rule.props) as Record<string, unknown>;
      }
    }
    if (merged === undefined) return own;
    // What rules give comes first: of names that differ only in letter case the last one counts.
    const styled = mergeDeep(merged, own) as Props;
    if (own[ORIGIN] !== undefined) styled[ORIGIN] = own[ORIGIN];
    return styled;
  }

  private rulesFor(component: Component): readonly Rule[] {
    let rules = this.rules.get(component);
    if (rules === undefined) {
      const found: Rule[] = [];
      this.selectors.forEach((selector, order) => {
        const { words, props } = selector;
        const classes = words.filter((word) => word.startsWith('.')).map((word) => word.slice(1));
        const names = words.filter((word) => !word.startsWith('.'));
        if (names.every((name) => component.aliases.includes(name.toLowerCase()))) {
          found.push({ selector, classes, weight: names.length + 2 * classes.length, order, props });
        }
      });
      rules = found.sort((a, b) => a.weight - b.weight || a.order - b.order);
      this.rules.set(component, rules);
    }
    return rules;
  }
}

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
