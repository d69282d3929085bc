import { parseTyped } from '../assets/guess.ts';
import { ORIGIN } from '../components/component.ts';
import { valueChildren } from '../components/emit.ts';
import { image } from '../components/media.ts';
import { findComponent, suggestionsFor } from '../components/registry.ts';
import { type CompiledExpression, Scope } from '../expression/index.ts';
import type { Callable } from '../expression/interpreter/types.ts';
import { functionText } from '../expression/sandbox/function-text.ts';
import { holdsItself, jsonText, requireSmall } from '../json.ts';
import type { Pass } from '../pass.ts';
import { FatalRenderError, isStackOverflow, Problem, reasonOf } from '../problems.ts';
import type { Origin } from '../source.ts';
import { type Child, Emission, Instance, TextChild } from '../tree/children.ts';
import { cachedDocument, placeOfInclude } from './cache.ts';
import {
  applyMeta,
  ContextNeededError,
  type Declarations,
  declareRuntime,
  declareSchema,
  declareTool,
  type Evaluation,
  NullThrownError,
} from './declarations.ts';
import {
  attributeOf,
  type CompiledDocument,
  type ConditionTemplate,
  contentOfFragment,
  type ElementTemplate,
  isProperty,
} from './document.ts';
import { hintFor } from './hints.ts';
import { isTextual, type Segment, type TextTemplate, textChildren } from './text.ts';

const ABSENT = Symbol('absent');

/** Names that are no components, with what to write. */
const MEANT = new Map([
  ['user-msg', 'Here a message of the user is <human-msg>.'],
  ['assistant-msg', 'Here a message of the model is <ai-msg>.'],
  ...['stylesheet', 'context'].map((name): [string, string] => [
    name,
    `A <${name}> element counts only directly below a root that is written <poml>, in the main file.`,
  ]),
] as [string, string][]);

/** Content that prints nothing. */
const NOTHING = new Emission(() => {});

const MAX_INCLUDE_DEPTH = 100;

/** An include costs as much as that many elements. */
const INCLUDE_COST = 20;

/** Evaluates one document: expressions are run, loops unrolled, includes read; components stay unexpanded. */
export class Evaluator implements Evaluation {
  readonly declarations: Declarations = { schema: undefined, tools: undefined, runtime: undefined };
  private readonly document: CompiledDocument;
  private readonly pass: Pass;
  /** Variables of the whole document. `let` adds to them. */
  private readonly globals: Record<string, unknown>;
  /** Components that are switched off. */
  private disabled: Set<string> | undefined = undefined;
  /** Whether the last text that was evaluated is one expression that gave undefined. */
  private onlyUndefined = false;

  constructor(document: CompiledDocument, globals: Record<string, unknown>, pass: Pass) {
    this.document = document;
    this.globals = globals;
    this.pass = pass;
  }

  /** The children that the document's root stands for. */
  root(): readonly Child[] {
    const { root } = this.document;
    const children: Child[] = [];
    if (root) this.element(root, new Scope(this.globals), children);
    return children;
  }

  /** Adds the content of an included document: below its root when that is a `poml` element, else the root itself. */
  fragment(out: Child[]): void {
    const { root } = this.document;
    if (root === undefined) return;
    const scope = new Scope(this.globals);
    if (root.name.toLowerCase() !== 'poml') {
      this.element(root, scope, out);
      return;
    }
    this.pass.coverage?.reached(this.document, root);
    this.content(contentOfFragment(root), scope, out);
  }

  private content(templates: readonly (ElementTemplate | TextTemplate)[], scope: Scope, out: Child[]): void {
    for (const template of templates) {
      if (template.kind === 'element') this.element(template, scope, out);
      else if (template.fixed) {
        this.pass.budget.spendCharacters(template.end - template.start, undefined);
        out.push(template.fixed);
      } else for (const child of this.texts(template, scope)) out.push(child);
    }
  }

  /** What the content of an element stands for, in a list of its own. Most elements hold one text. */
  private childrenOf(templates: readonly (ElementTemplate | TextTemplate)[], scope: Scope): Child[] {
    const [only] = templates;
    if (templates.length === 1 && only!.kind === 'text') return this.texts(only!, scope);
    const children: Child[] = [];
    this.content(templates, scope, children);
    return children;
  }

  report(reason: string, origin: Origin, cause?: unknown): void {
    this.pass.problems.push(new Problem(reason, origin, cause));
  }

  /** The value of an expression; a failing one is reported and gives an empty text. */
  value(expression: CompiledExpression, scope: Scope, origin: Origin, mend?: string): unknown {
    if (!expression.pure) {
      if (!this.pass.ownContext) throw new ContextNeededError();
      this.pass.impure = true;
    }
    const { realm, coverage } = this.pass;
    try {
      return coverage === undefined
        ? expression.evaluate(scope, realm)
        : coverage.evaluate(this.document, expression, origin.start, scope, realm);
    } catch (error) {
      // POML asks whatever is thrown for its message.
      if (error === null) throw new NullThrownError('the expression throws null: throw an Error', origin);
      const reason = reasonOf(error);
      const hint = mend ?? hintFor(reason, expression.source);
      this.report(hint === undefined ? reason : `${reason}: ${hint}`, origin, error);
      return '';
    }
  }

  /** The values of a text's segments, literals as they are. */
  private values(template: TextTemplate, scope: Scope): unknown[] {
    const { segments } = template;
    if (segments.length === 1) return [this.segment(segments[0]!, scope)];
    return segments.map((segment) => this.segment(segment, scope));
  }

  private segment(segment: Segment, scope: Scope): unknown {
    return segment.expression ? this.value(segment.expression, scope, segment) : segment.literal;
  }

  /** What a text stands for: one value when it can be joined to a text or is one expression, else its pieces. */
  pieces(template: TextTemplate, scope: Scope): unknown[] {
    if (template.literal !== undefined) return [template.literal];
    const values = this.values(template, scope);
    if (template.whole || values.length === 0 || !values.every(isTextual)) return values;
    return [values.length === 1 ? String(values[0]) : values.join('')];
  }

  /** The children that a text stands for. */
  private texts(template: TextTemplate, scope: Scope): Child[] {
    const { budget } = this.pass;
    if (template.fixed) {
      budget.spendCharacters(template.end - template.start, undefined);
      return [template.fixed];
    }
    let children: Child[];
    const values = this.values(template, scope);
    this.onlyUndefined = template.whole && values[0] === undefined;
    try {
      children = textChildren(template, values, this.pass.warnings);
    } catch (error) {
      // Where that happens depends on who called: all places that meet it say the same.
      if (isStackOverflow(error)) throw error;
      throw new FatalRenderError(reasonOf(error), template, { cause: error });
    }
    for (const child of children) {
      if (child instanceof TextChild && typeof child.value === 'string')
        budget.spendCharacters(child.value.length, template);
    }
    return children;
  }

  /** A text as a string, in the way tools and runtime take it. */
  string(template: TextTemplate, scope: Scope): string {
    const pieces = this.pieces(template, scope);
    if (pieces.length !== 1) return jsonText(pieces)!;
    const [piece] = pieces;
    if (typeof piece === 'string') return piece;
    if (piece === null || piece === undefined) {
      throw new FatalRenderError(`Cannot read properties of ${piece} (reading 'toString')`, template);
    }
    if (typeof piece === 'function') return functionText(piece as Callable);
    requireSmall(piece);
    return (piece as object).toString();
  }

  private element(template: ElementTemplate, scope: Scope, out: Child[]): void {
    if (template.role === 'let') {
      this.pass.coverage?.reached(this.document, template);
      this.let(template, scope);
      return;
    }
    if (template.name === '') return;
    const rounds = this.loop(template, scope);
    if (rounds === undefined) {
      this.once(template, scope, out);
      return;
    }
    const { length } = out;
    for (const round of rounds) {
      if (this.once(template, round, out)) continue;
      // An unknown component ends the loop, and what it made before is lost.
      out.length = length;
      return;
    }
  }

  private loop(template: ElementTemplate, scope: Scope): Scope[] | undefined {
    const { loop, origin } = template;
    if (loop === undefined) return undefined;
    if (loop.empty) {
      this.report('the for attribute is empty: write for="item in list"', origin);
      return undefined;
    }
    if (loop.name === undefined) {
      this.report('the for attribute has another form: write for="item in list", on one line', loop.origin);
      return undefined;
    }
    const mend = /\sin\s/.test(loop.name)
      ? 'what follows the last " in " is taken for the list: put the list into a variable before'
      : undefined;
    const list = this.value(loop.list!, scope, loop.origin, mend);
    if (!Array.isArray(list)) {
      this.report('for needs a list: give an array, e.g. Object.entries(value) for an object', loop.origin);
      return undefined;
    }
    const { length } = list;
    this.pass.budget.spendElements(length, loop.origin);
    const rounds: Scope[] = [];
    for (let index = 0; index < length; index++) {
      // A hole of the list (`[1, , 3]`) is a round without the names of the loop.
      const round = index in list && {
        loop: { index, length, first: index === 0, last: index === length - 1 },
        [loop.name]: list[index] as unknown,
      };
      rounds.push(round ? scope.child(round) : scope);
    }
    return rounds;
  }

  /** One round of an element; `false` for a component that does not exist. */
  private once(template: ElementTemplate, scope: Scope, out: Child[]): boolean {
    this.pass.budget.spendElements(1, template.origin);
    if (template.condition !== undefined && !this.holds(template.condition, scope)) return true;
    this.pass.coverage?.reached(this.document, template);
    switch (template.role) {
      case 'meta':
        this.disabled ??= new Set();
        applyMeta(template, this.disabled, this);
        return true;
      case 'schema':
        declareSchema(template, scope, this);
        return true;
      case 'tool':
        declareTool(template, scope, this);
        return true;
      case 'runtime':
        declareRuntime(template, scope, this);
        return true;
      case 'include':
        this.include(template, scope, out);
        return true;
      default:
        return this.component(template, scope, out);
    }
  }

  private holds({ expression, origin }: ConditionTemplate, scope: Scope): boolean {
    if (expression !== undefined) return Boolean(this.value(expression, scope, origin));
    this.report('the if attribute is empty: write if="condition"', origin);
    return false;
  }

  private component(template: ElementTemplate, scope: Scope, out: Child[]): boolean {
    // What is switched off may be this, or inside.
    const switched = this.disabled !== undefined && this.disabled.size > 0;
    const component = switched ? findComponent(template.name, this.disabled) : template.component;
    if (component === undefined) {
      const { nameStart, nameEnd } = template.markup;
      this.report(`Component ${template.name} not found. ${this.meant(template.name)}`, {
        file: this.document.file,
        start: nameStart,
        end: nameEnd,
      });
      return false;
    }
    const { fixed } = template;
    const constant = switched ? undefined : fixed?.constant;
    if (constant?.instance !== undefined) {
      this.pass.budget.spendElements(constant.elements, template.origin);
      out.push(constant.instance);
      return true;
    }
    let props = fixed?.props;
    // The undocumented `children` attribute: a value that stands for the content.
    let content: unknown = ABSENT;
    if (props === undefined) {
      props = {};
      for (const { property, value: text } of template.attributes) {
        const pieces = this.pieces(text, scope);
        const value = pieces.length === 1 ? pieces[0] : pieces;
        if (value === null) continue;
        if (typeof value === 'string') this.pass.budget.spendCharacters(value.length, template.origin);
        else if (holdsItself(value)) {
          out.push(refused(`the object in the attribute "${property}" holds itself`, template.origin));
          return true;
        }
        if (isProperty(property)) props[property] = value;
        else if (property === 'children') content = value;
      }
      props[ORIGIN] = template.origin;
    }
    this.pass.budget.enter(template.origin);
    const children = this.childrenOf(template.children, scope);
    this.pass.budget.leave();
    // POML refuses all content of a picture, even what prints nothing, but for one undefined value.
    if (
      component === image &&
      template.children.length > 0 &&
      children.length === 0 &&
      !(template.children.length === 1 && this.onlyUndefined)
    )
      children.push(NOTHING);
    let bare = template.children.length === 0;
    if (bare && content !== ABSENT) {
      bare = false;
      for (const child of valueChildren(content, template.origin)) children.push(child);
    }
    const plans = component === template.component ? fixed?.plans : undefined;
    const instance = new Instance(component, props, children, plans, constant, bare);
    if (constant !== undefined) constant.instance = instance;
    out.push(instance);
    return true;
  }

  /** What an unknown component's author may have meant. */
  private meant(name: string): string {
    const known = MEANT.get(name.toLowerCase());
    const suggestions = suggestionsFor(name, this.disabled).join(', ');
    return known === undefined ? `Do you mean: ${suggestions}?` : `Do you mean: ${suggestions}? ${known}`;
  }

  private let(template: ElementTemplate, scope: Scope): void {
    const { origin } = template;
    const { text, expression } = template.statement!;
    const src = attributeOf(template, 'src');
    const name = attributeOf(template, 'name')?.raw;
    const type = attributeOf(template, 'type')?.raw || undefined;
    if (src?.raw) {
      this.define(name, template, scope, src.value, () => {
        const { files } = this.pass;
        const path = this.resolve(src.raw);
        return type === 'buffer'
          ? files.readBytes(path, 'data', src.raw)
          : parseTyped(files.readText(path, 'data', src.raw), type);
      });
    } else if (expression !== undefined) {
      if (!name) {
        this.report('a let with a value needs a name: write <let name="…" value="…" />', origin);
        return;
      }
      scope.define(name, this.value(expression, scope, attributeOf(template, 'value')!.value));
    } else if (text !== undefined) {
      this.define(name, template, scope, origin, () => parseTyped(text, type));
    } else {
      this.report(
        'this let gives no value: add a value attribute, a src attribute, or JSON as its content',
        origin,
      );
    }
  }

  /** Sets a variable, or, without a name, all properties of an object. */
  private define(
    name: string | null | undefined,
    template: ElementTemplate,
    scope: Scope,
    origin: Origin,
    read: () => unknown,
  ): void {
    let value: unknown;
    try {
      value = read();
    } catch (error) {
      this.report(reasonOf(error), origin, error);
      return;
    }
    if (name) {
      scope.define(name, value);
    } else if (value !== null && typeof value === 'object') {
      for (const key of Object.keys(value)) scope.define(key, (value as Record<string, unknown>)[key]);
    } else {
      this.report('a let without a name needs an object: add a name attribute', template.origin);
    }
  }

  /** A path as written in this document, from this document's folder. */
  private resolve(reference: string): string {
    return this.pass.files.relativeTo(this.document.file.path, reference);
  }

  private include(template: ElementTemplate, scope: Scope, out: Child[]): void {
    const src = attributeOf(template, 'src');
    if (!src?.raw) {
      this.report('an include needs a src: write <include src="file.poml" />', template.origin);
      return;
    }
    const { file } = this.document;
    if (file.includedFrom.length >= MAX_INCLUDE_DEPTH) {
      throw new FatalRenderError(
        `includes are nested deeper than ${MAX_INCLUDE_DEPTH} levels: does a file include itself?`,
        template.origin,
      );
    }
    this.pass.budget.spendElements(INCLUDE_COST, template.origin);
    const path = this.resolve(src.raw);
    let text: string;
    try {
      text = this.pass.files.readText(path, 'include', src.raw);
    } catch (error) {
      this.report(reasonOf(error), src.value, error);
      return;
    }
    if (template.included?.path !== path) template.included = placeOfInclude(path, template.origin);
    const document = cachedDocument(text, template.included);
    reportMarkup(document, this.pass);
    new Evaluator(document, scope.flatten(), this.pass).fragment(out);
  }
}

/** An element that is not rendered for something wrong with it. */
function refused(reason: string, origin: Origin): Emission {
  return new Emission(({ expansion }) => expansion.report(reason, origin));
}

/** Problems of a document's markup, and what of it silently does not reach the model. */
export function reportMarkup(document: CompiledDocument, pass: Pass): void {
  const { markup, file } = document;
  pass.warnings.read(document);
  for (const { reason, start, end } of markup.problems) {
    pass.problems.push(new Problem(reason, { file, start, end }));
  }
}
