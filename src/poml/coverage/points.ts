import {
  attributeOf,
  type CompiledDocument,
  contentOfFragment,
  type ElementTemplate,
} from '../template/document.ts';
import type { TextTemplate } from '../template/text.ts';
import { type ExpressionParts, type PathRead, partsOf, rangeIn, statementsOf } from './expression-parts.ts';

/**
 * What a point of a prompt is: an element that is reached; an `include`; an `if`, taken or not; a `for`, with no,
 * one or more rounds; an expression, evaluated; a `choice` inside of one (`?:`, `&&`, `||`, `??`), each operand
 * evaluated; a `path`, read: a variable or a member of one.
 */
export type PointKind = 'element' | 'include' | 'if' | 'for' | 'expression' | 'choice' | 'path';

/** A range of a file, in UTF-16 units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Something in a prompt that a render can reach, with one or more outcomes. */
export interface CoveragePoint extends Range {
  readonly kind: PointKind;
  /** Name of the element, the condition, the list, the expression, or the path (`order.items`), as written. */
  readonly text: string;
  /**
   * Where each outcome stands: of an `if` taken and not taken, of a `for` no, one and more rounds (all at the
   * attribute), of a choice its operands, else one.
   */
  readonly outcomes: readonly Range[];
  /** Of a choice. */
  readonly operator?: '?:' | '&&' | '||' | '??';
  /** Of a choice `?:` its condition. */
  readonly test?: string;
  /** Of a path, the variable it starts with when that is no loop's and no let's, else nothing. */
  readonly root?: string;
  /** Number of the point of the element around; -1 at the top. */
  readonly parent: number;
  /** Number of its first outcome among those of the file. */
  readonly first: number;
}

/** Where an expression stands, for those who watch it. */
export interface ExpressionSite {
  readonly kind: 'if' | 'for' | 'expression';
  /** Number of the point. */
  readonly point: number;
  /** Offset of the expression's text in the file. */
  readonly offset: number;
  readonly source: string;
}

/** All points of one file, in the order of its text. */
export interface DocumentPoints {
  readonly points: readonly CoveragePoint[];
  /** How many outcomes all points have together. */
  readonly outcomes: number;
  /** The points of elements by where they start. */
  readonly elements: ReadonlyMap<number, number>;
  /** Elements that are reached whenever the one that starts there is. */
  readonly constant: ReadonlyMap<number, readonly number[]>;
  /** Expressions by where they stand. */
  readonly sites: ReadonlyMap<number, ExpressionSite>;
  /** The points inside of an expression by their place, as `kind:start-end`. */
  readonly inner: ReadonlyMap<string, number>;
  /** The expressions that `let` gives names to; `undefined` for a name given more than once or without an expression. */
  readonly lets: ReadonlyMap<string, string | undefined>;
  /** Files that are included, as written, with the point of the include. */
  readonly includes: readonly { readonly reference: string; readonly point: number }[];
}

/** A name for a point that is the same as long as the file's text is. */
export function pointId({ kind, start, end }: Pick<CoveragePoint, 'kind' | 'start' | 'end'>): string {
  return `${kind}:${start}-${end}`;
}

/**
 * Everything that a render of a document can reach, from its text alone.
 *
 * @param included Whether it is taken as part of another file: then its root says nothing.
 */
export function documentPoints(document: CompiledDocument, included: boolean): DocumentPoints {
  return new Finder(document, included).find();
}

/** What names stand for: a loop's by its list, `undefined` for what does not come from the context. */
type Names = ReadonlyMap<string, string | undefined>;

type Content = ElementTemplate | TextTemplate;

class Finder {
  private readonly document: CompiledDocument;
  private readonly included: boolean;
  private readonly points: CoveragePoint[] = [];
  private outcomes = 0;
  private readonly elements = new Map<number, number>();
  private readonly constant = new Map<number, number[]>();
  private readonly sites = new Map<number, ExpressionSite>();
  private readonly inner = new Map<string, number>();
  private readonly includes: { reference: string; point: number }[] = [];

  constructor(document: CompiledDocument, included: boolean) {
    this.document = document;
    this.included = included;
  }

  find(): DocumentPoints {
    const { root, markup } = this.document;
    const lets = new Map<string, string | undefined>();
    if (root !== undefined) {
      addLets(root, lets);
      const names: Names = new Map([...lets.keys()].map((name) => [name, undefined]));
      const isWrapper = markup.wrapper !== 'none';
      if (isWrapper) this.content(root.children, names, -1);
      else if (this.included && root.name.toLowerCase() === 'poml') {
        const point = this.add('element', root.origin, root.name, -1);
        this.elements.set(root.origin.start, point);
        this.content(contentOfFragment(root), names, point);
      } else this.element(root, names, -1);
    }
    const { points, outcomes, elements, constant, sites, inner, includes } = this;
    return { points, outcomes, elements, constant, sites, inner, lets, includes };
  }

  private content(children: readonly Content[], names: Names, parent: number): void {
    for (const child of children) {
      if (child.kind === 'text') this.text(child, names, parent);
      else this.element(child, names, parent);
    }
  }

  private element(template: ElementTemplate, outer: Names, parent: number): void {
    if (template.name === '') return;
    const { role, origin, loop, condition, statement } = template;
    const isLet = role === 'let';
    let names = outer;
    // A let is always evaluated, once.
    if (loop?.list !== undefined && !isLet) {
      const { name = '', list } = loop;
      const point = this.add('for', loop.origin, list.source, parent, 3);
      this.site('for', point, loop.origin, list.source, outer, true);
      names = new Map([...outer, ['loop', undefined], [name, listPath(list.source, outer)]]);
    }
    if (condition?.expression !== undefined && !isLet) {
      const { source } = condition.expression;
      const point = this.add('if', condition.origin, source, parent, 2);
      this.site('if', point, condition.origin, source, names);
    }
    // What `meta` says shows nowhere.
    if (role === 'meta') return;
    const point = this.add(role === 'include' ? 'include' : 'element', origin, template.name, parent);
    this.elements.set(origin.start, point);
    if (role === 'include') {
      const reference = attributeOf(template, 'src')?.raw;
      if (reference) this.includes.push({ reference, point });
      return;
    }
    const first = point + 1;
    if (isLet) {
      const value = attributeOf(template, 'value');
      if (statement?.expression && value && !attributeOf(template, 'src')?.raw)
        this.expression(value.value, statement.expression.source, names, point);
      return;
    }
    for (const { key, value } of template.attributes) {
      if (role === 'component' || role === 'runtime' || (TEMPLATED.get(role)?.has(key) ?? false))
        this.text(value, names, point);
    }
    if (statement?.json) this.text(statement.json, names, point);
    if (statement?.expression) this.expression(statement.origin, statement.expression.source, names, point);
    this.content(template.children, names, point);
    if (template.fixed?.constant !== undefined) this.constant.set(origin.start, this.elementsFrom(first));
  }

  /** The outcomes of the elements whose points follow. */
  private elementsFrom(point: number): number[] {
    return this.points.slice(point).flatMap(({ kind, first }) => (kind === 'element' ? [first] : []));
  }

  private text(template: TextTemplate, names: Names, parent: number): void {
    for (const { start, end, expression } of template.segments) {
      if (expression !== undefined) this.expression({ start, end }, expression.source, names, parent);
    }
  }

  private expression(range: Range, source: string, names: Names, parent: number): void {
    // The same attribute can be a condition and a parameter of the call.
    if (this.sites.has(range.start)) return;
    const point = this.add('expression', range, source, parent);
    this.site('expression', point, range, source, names);
  }

  private site(
    kind: ExpressionSite['kind'],
    point: number,
    range: Range,
    source: string,
    names: Names,
    last = false,
  ): void {
    const written = this.document.file.text.slice(range.start, range.end);
    const offset = range.start + Math.max(0, last ? written.lastIndexOf(source) : written.indexOf(source));
    this.sites.set(range.start, { kind, point, offset, source });
    this.parts(partsOf(statementsOf(source)), source, offset, names, this.points[point]!.parent);
  }

  private parts(
    { choices, paths }: ExpressionParts,
    source: string,
    offset: number,
    names: Names,
    parent: number,
  ): void {
    const placed = ({ start, end }: Range): Range => ({ start: offset + start, end: offset + end });
    for (const { operator, node, operands, test } of choices) {
      const range = rangeIn(node);
      const outcomes = operands.map((operand) => placed(rangeIn(operand)));
      const condition = test && rangeIn(test);
      const point = this.push({
        kind: 'choice',
        ...placed(range),
        text: source.slice(range.start, range.end),
        outcomes,
        operator,
        ...(condition && { test: source.slice(condition.start, condition.end) }),
        parent,
      });
      this.inner.set(pointId(this.points[point]!), point);
    }
    for (const path of paths) {
      const range = placed(rangeIn(path.node));
      const { text, root } = resolved(path, names);
      const point = this.push({ kind: 'path', ...range, text, outcomes: [range], root, parent });
      this.inner.set(pointId(this.points[point]!), point);
    }
  }

  private add(kind: PointKind, { start, end }: Range, text: string, parent: number, outcomes = 1): number {
    const range = { start, end };
    return this.push({ kind, ...range, text, outcomes: Array<Range>(outcomes).fill(range), parent });
  }

  private push(point: Omit<CoveragePoint, 'first'>): number {
    this.points.push({ ...point, first: this.outcomes });
    this.outcomes += point.outcomes.length;
    return this.points.length - 1;
  }
}

/** The attributes of the language's own elements in which expressions are evaluated. */
const TEMPLATED: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['tool', new Set(['name', 'description', 'parser'])],
  ['schema', new Set(['parser'])],
]);

/** The names that `let` gives in a document. */
function addLets(element: ElementTemplate, lets: Map<string, string | undefined>): void {
  if (element.role === 'let') {
    const name = attributeOf(element, 'name')?.raw;
    const value = attributeOf(element, 'src')?.raw ? undefined : element.statement?.expression?.source;
    if (name) lets.set(name, lets.has(name) ? undefined : value);
    return;
  }
  for (const child of element.children) if (child.kind === 'element') addLets(child, lets);
}

/** What the items of a list are called: `order.items[]` for `order.items`. */
function listPath(source: string, names: Names): string | undefined {
  const { paths } = partsOf(statementsOf(source));
  const whole = paths.find(({ node }) => {
    const { start, end } = rangeIn(node);
    return source.slice(start, end) === source.trim();
  });
  if (whole === undefined) return undefined;
  const { text, root } = resolved(whole, names);
  return root === undefined ? undefined : `${text}[]`;
}

/** A path as seen from the context: a loop's variable is replaced by its list. */
function resolved({ root, rest }: PathRead, names: Names): { text: string; root: string | undefined } {
  if (!names.has(root)) return { text: root + rest, root };
  const list = names.get(root);
  if (list === undefined) return { text: root + rest, root: undefined };
  return { text: list + rest, root: /^[^.[]+/.exec(list)![0] };
}
