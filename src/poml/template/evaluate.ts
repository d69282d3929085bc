import type { Files } from '../assets/fs.ts';
import { parseTyped } from '../assets/guess.ts';
import { ORIGIN, type Props } from '../components/component.ts';
import { findComponent, suggestionsFor } from '../components/registry.ts';
import { type CompiledExpression, type Realm, Scope } from '../expression/index.ts';
import type { MarkupAttribute } from '../markup/index.ts';
import { FatalRenderError, Problem, reasonOf } from '../problems.ts';
import type { Origin } from '../source.ts';
import { type Child, Instance, TextChild } from '../tree/children.ts';
import type { Warnings } from '../warnings.ts';
import { cachedDocument } from './cache.ts';
import {
  attributeOf,
  type CompiledDocument,
  compileBraced,
  contentOfFragment,
  type ElementTemplate,
  textOf,
} from './document.ts';
import { runtimeValue } from './runtime.ts';
import { loadZod, type Schema, schemaOf, type ToolTemplate } from './schema.ts';
import { compileText, isTextual, type TextTemplate, textChildren } from './text.ts';
import { compareVersions, POML_VERSION } from './version.ts';

/** What all documents of one evaluation share. */
export interface Pass {
  readonly realm: Realm;
  readonly files: Files;
  readonly problems: Problem[];
  readonly warnings: Warnings;
  /** Set when an expression ran that may have changed something or may give another value next time. */
  impure: boolean;
  /** Whether the variables are the render's own, so that changing them changes nothing of the caller's. */
  readonly ownContext: boolean;
}

/** Thrown before the first expression that might change the caller's variables, to start again with a copy. */
export class ContextNeededError extends Error {}

/** What a document declares besides its text. */
export interface Declarations {
  schema: Schema | undefined;
  tools: Map<string, ToolTemplate>;
  runtime: Record<string, unknown> | undefined;
}

const MAX_INCLUDE_DEPTH = 100;

/** Evaluates one document: expressions are run, loops unrolled, includes read; components stay unexpanded. */
export class Evaluator {
  readonly declarations: Declarations = { schema: undefined, tools: new Map(), runtime: undefined };
  private readonly document: CompiledDocument;
  private readonly pass: Pass;
  /** Variables of the whole document. `let` adds to them. */
  private readonly globals: Record<string, unknown>;
  private readonly disabled = new Set<string>();

  constructor(document: CompiledDocument, globals: Record<string, unknown>, pass: Pass) {
    this.document = document;
    this.globals = globals;
    this.pass = pass;
  }

  /** The children that the document's root stands for. */
  root(): Child[] {
    const { root } = this.document;
    return root ? this.element(root, new Scope(this.globals)) : [];
  }

  /** The content of an included document: below its root when that is a `poml` element, else the root itself. */
  fragment(): Child[] {
    const { root } = this.document;
    if (root === undefined) return [];
    const scope = new Scope(this.globals);
    return root.name.toLowerCase() === 'poml' ? this.fragmentOf(root, scope) : this.element(root, scope);
  }

  private fragmentOf(root: ElementTemplate, scope: Scope): Child[] {
    return contentOfFragment(root).flatMap((child) =>
      child.kind === 'text' ? this.text(child, scope) : this.element(child, scope),
    );
  }

  private report(reason: string, origin: Origin, cause?: unknown): void {
    this.pass.problems.push(new Problem(reason, origin, cause));
  }

  /** The value of an expression; a failing one is reported and gives an empty text. */
  private value(expression: CompiledExpression, scope: Scope, origin: Origin): unknown {
    if (!expression.pure) {
      if (!this.pass.ownContext) throw new ContextNeededError();
      this.pass.impure = true;
    }
    try {
      return expression.evaluate(scope, this.pass.realm);
    } catch (error) {
      this.report(reasonOf(error), origin, error);
      return '';
    }
  }

  /** The values of a text's segments, literals as they are. */
  private values(template: TextTemplate, scope: Scope): unknown[] {
    return template.segments.map((segment) =>
      segment.expression
        ? this.value(segment.expression, scope, {
            file: template.file,
            start: segment.start,
            end: segment.end,
          })
        : segment.literal,
    );
  }

  /** What a text stands for: one value when it can be joined to a text or is one expression, else its pieces. */
  private pieces(template: TextTemplate, scope: Scope): unknown[] {
    const values = this.values(template, scope);
    if (template.whole || values.length === 0 || !values.every(isTextual)) return values;
    return [values.length === 1 ? String(values[0]) : values.join('')];
  }

  private text(template: TextTemplate, scope: Scope): Child[] {
    return textChildren(template, template.fixed ? [] : this.values(template, scope));
  }

  /** A text as a string, in the way tools and runtime take it. */
  private string(template: TextTemplate, scope: Scope): string {
    const pieces = this.pieces(template, scope);
    if (pieces.length !== 1) return JSON.stringify(pieces);
    const [piece] = pieces;
    if (typeof piece === 'string') return piece;
    if (piece === null || piece === undefined) {
      throw new FatalRenderError(`Cannot read properties of ${piece} (reading 'toString')`, {
        file: template.file,
        start: template.start,
        end: template.end,
      });
    }
    return (piece as object).toString();
  }

  private element(template: ElementTemplate, scope: Scope): Child[] {
    if (template.role === 'let') {
      this.let(template, scope);
      return [];
    }
    if (template.name === '') return [];
    const rounds = this.loop(template, scope);
    if (rounds === undefined) return this.once(template, scope) ?? [];
    const children: Child[] = [];
    for (const round of rounds) {
      const made = this.once(template, round);
      // An unknown component ends the loop, and what it made before is lost.
      if (made === undefined) return [];
      children.push(...made);
    }
    return children;
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
    const list = this.value(loop.list!, scope, loop.origin);
    if (!Array.isArray(list)) {
      this.report('for needs a list: give an array, e.g. Object.entries(value) for an object', loop.origin);
      return undefined;
    }
    const { length } = list;
    return Array.from(list, (item: unknown, index) =>
      scope.child({
        loop: { index, length, first: index === 0, last: index === length - 1 },
        [loop.name!]: item,
      }),
    );
  }

  /** One round of an element; `undefined` for a component that does not exist. */
  private once(template: ElementTemplate, scope: Scope): Child[] | undefined {
    if (template.condition !== undefined) {
      const { expression, origin } = template.condition;
      if (expression === undefined) {
        this.report('the if attribute is empty: write if="condition"', origin);
        return [];
      }
      if (!this.value(expression, scope, origin)) return [];
    }
    switch (template.role) {
      case 'meta':
        this.meta(template);
        return [];
      case 'schema':
        this.outputSchema(template, scope);
        return [];
      case 'tool':
        this.tool(template, scope);
        return [];
      case 'runtime':
        this.runtime(template, scope);
        return [];
      case 'include':
        return this.include(template, scope);
      default:
        return this.component(template, scope);
    }
  }

  private component(template: ElementTemplate, scope: Scope): Child[] | undefined {
    const component = findComponent(template.name, this.disabled);
    if (component === undefined) {
      const { nameStart, nameEnd } = template.markup;
      this.report(
        `Component ${template.name} not found. Do you mean: ${suggestionsFor(template.name, this.disabled).join(', ')}?`,
        { file: this.document.file, start: nameStart, end: nameEnd },
      );
      return undefined;
    }
    const props: Props = {};
    for (const attribute of template.attributes) {
      const pieces = this.pieces(attribute.value, scope);
      const value = pieces.length === 1 ? pieces[0] : pieces;
      // `key` belongs to POML's inner workings; `__proto__` would set the prototype.
      if (value !== null && attribute.property !== 'key' && attribute.property !== '__proto__') {
        props[attribute.property] = value;
      }
    }
    props[ORIGIN] = template.origin;
    const children: Child[] = [];
    for (const child of template.children) {
      if (child.kind === 'text') children.push(...this.text(child, scope));
      else children.push(...this.element(child, scope));
    }
    if (template.children.length === 0 && isTextual(props.children)) {
      children.push(new TextChild(props.children));
    }
    delete props.children;
    return [new Instance(component, props, children)];
  }

  private let(template: ElementTemplate, scope: Scope): void {
    const { markup, origin } = template;
    const src = attributeOf(markup, 'src');
    const name = attributeOf(markup, 'name')?.value;
    const type = attributeOf(markup, 'type')?.value ?? undefined;
    const value = attributeOf(markup, 'value');
    if (src?.value) {
      this.define(name, template, this.valueOrigin(src), () => {
        const { files } = this.pass;
        const path = this.resolve(src.value!);
        return type === 'buffer'
          ? files.readBytes(path, 'data')
          : parseTyped(files.readText(path, 'data'), type);
      });
    } else if (value?.value) {
      if (!name) {
        this.report('a let with a value needs a name: write <let name="…" value="…" />', origin);
        return;
      }
      scope.define(name, this.value(compileBraced(value.value), scope, this.valueOrigin(value)));
    } else if (markup.children.some((child) => child.kind === 'text')) {
      this.define(name, template, origin, () => parseTyped(textOf(markup), type));
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
      this.globals[name] = value;
    } else if (value !== null && typeof value === 'object') {
      for (const key of Object.keys(value)) {
        if (key !== '__proto__') this.globals[key] = (value as Record<string, unknown>)[key];
      }
    } else {
      this.report('a let without a name needs an object: add a name attribute', template.origin);
    }
  }

  private valueOrigin(attribute: MarkupAttribute): Origin {
    return { file: this.document.file, start: attribute.valueStart, end: attribute.valueEnd };
  }

  /** A path as written in this document, from this document's folder. */
  private resolve(reference: string): string {
    return this.pass.files.relativeTo(this.document.file.path, reference);
  }

  private include(template: ElementTemplate, scope: Scope): Child[] {
    const src = attributeOf(template.markup, 'src');
    if (!src?.value) {
      this.report('an include needs a src: write <include src="file.poml" />', template.origin);
      return [];
    }
    const { file } = this.document;
    if (file.includedFrom.length >= MAX_INCLUDE_DEPTH) {
      throw new FatalRenderError(
        `includes are nested deeper than ${MAX_INCLUDE_DEPTH} levels: does a file include itself?`,
        template.origin,
      );
    }
    const path = this.resolve(src.value);
    let text: string;
    try {
      text = this.pass.files.readText(path, 'include', src.value);
    } catch (error) {
      this.report(reasonOf(error), this.valueOrigin(src), error);
      return [];
    }
    const document = cachedDocument({ path, text, includedFrom: [...file.includedFrom, template.origin] });
    reportMarkup(document, this.pass);
    return new Evaluator(document, scope.flatten(), this.pass).fragment();
  }

  private outputSchema(template: ElementTemplate, scope: Scope): void {
    if (this.declarations.schema !== undefined) {
      this.report('Multiple output-schema elements found. Only one is allowed.', template.origin);
      return;
    }
    this.declarations.schema = this.schema(template, scope);
  }

  private tool(template: ElementTemplate, scope: Scope): void {
    const nameAttribute = attributeOf(template.markup, 'name');
    if (!nameAttribute?.value) {
      this.report('name attribute is required for tool definition', template.origin);
      return;
    }
    const name = this.string(this.attributeText(nameAttribute), scope);
    const descriptionAttribute = attributeOf(template.markup, 'description');
    const description = descriptionAttribute?.value
      ? this.string(this.attributeText(descriptionAttribute), scope)
      : undefined;
    const schema = this.schema(template, scope);
    if (schema === undefined) return;
    if (this.declarations.tools.has(name)) {
      this.report(`Tool with name "${name}" already exists`, template.origin);
    } else {
      this.declarations.tools.set(name, { description: description || undefined, schema });
    }
  }

  private attributeText(attribute: MarkupAttribute): TextTemplate {
    return compileText(attribute.value!, this.document.file, attribute.valueStart);
  }

  /** A schema from the text of an element: JSON with templates, or one expression. */
  private schema(template: ElementTemplate, scope: Scope): Schema | undefined {
    const { markup, origin } = template;
    const attribute = attributeOf(markup, 'parser');
    const text = textOf(markup).trim();
    const parser = attribute?.value
      ? this.string(this.attributeText(attribute), scope)
      : text.startsWith('{')
        ? 'json'
        : 'eval';
    const first = markup.children.find((child) => child.kind === 'text');
    const place = first ? { file: this.document.file, start: first.start, end: first.end } : origin;
    if (parser !== 'json' && parser !== 'eval') {
      this.report(
        `Invalid parser attribute: ${parser}. Expected "json" or "eval"`,
        this.valueOrigin(attribute!),
      );
      return undefined;
    }
    try {
      if (parser === 'json') {
        const pieces = this.pieces(compileText(text, this.document.file, place.start), scope);
        const json = pieces
          .map((piece) => (typeof piece === 'string' ? piece : JSON.stringify(piece)))
          .join('');
        return schemaOf(JSON.parse(json), origin);
      }
      const usesZod = /\bz\b/.test(text) && !Object.hasOwn(scope.flatten(), 'z');
      const value = this.value(compileBraced(text), usesZod ? scope.under({ z: loadZod() }) : scope, place);
      return value ? schemaOf(value, origin) : undefined;
    } catch (error) {
      if (error instanceof FatalRenderError || error instanceof ContextNeededError) throw error;
      this.report(reasonOf(error), origin, error);
      return undefined;
    }
  }

  private runtime(template: ElementTemplate, scope: Scope): void {
    const runtime: Record<string, unknown> = {};
    // Every attribute is a parameter, `if` and `for` too.
    for (const attribute of template.markup.attributes) {
      if (!attribute.name || !attribute.value) continue;
      const key = attribute.name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
      const value = runtimeValue(this.string(this.attributeText(attribute), scope));
      if (key !== '__proto__') runtime[key] = value;
    }
    this.declarations.runtime = runtime;
  }

  private meta(template: ElementTemplate): void {
    const { markup, origin } = template;
    const written = (name: string) => attributeOf(markup, name)?.value || undefined;
    const type = written('type');
    if (type) {
      const successor = META_SUCCESSORS.get(type) ?? type;
      this.report(
        `Meta elements with type attribute have been removed. Use <${successor}> instead of <meta type="${type}">`,
        origin,
      );
      return;
    }
    const least = attributeOf(markup, 'minversion');
    if (least?.value && compareVersions(POML_VERSION, least.value) < 0) {
      this.report(`POML version ${least.value} or higher is required`, this.valueOrigin(least));
    }
    const most = attributeOf(markup, 'maxversion');
    if (most?.value && compareVersions(POML_VERSION, most.value) > 0) {
      this.report(`POML version ${most.value} or lower is required`, this.valueOrigin(most));
    }
    for (const word of written('components')?.split(/[,\s]+/) ?? []) {
      const name = word.slice(1).toLowerCase().trim();
      if (!name) continue;
      if (word[0] === '+') this.disabled.delete(name);
      else if (word[0] === '-') this.disabled.add(name);
      else {
        this.report(
          `Invalid component operation: ${word[0]}. Use + to enable or - to disable.`,
          this.valueOrigin(attributeOf(markup, 'components')!),
        );
      }
    }
  }
}

const META_SUCCESSORS = new Map([
  ['schema', 'output-schema'],
  ['tool', 'tool-definition'],
]);

/** Problems of a document's markup, and what of it silently does not reach the model. */
export function reportMarkup({ markup, file }: CompiledDocument, pass: Pass): void {
  for (const { reason, start, end } of markup.problems) {
    pass.problems.push(new Problem(reason, { file, start, end }));
  }
}
