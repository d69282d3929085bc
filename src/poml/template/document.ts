import { type Component, ORIGIN, type Props } from '../components/component.ts';
import { Constant } from '../components/constant.ts';
import { type Plans, plansFor } from '../components/plans.ts';
import { findComponent } from '../components/registry.ts';
import { type CompiledExpression, compileExpression } from '../expression/index.ts';
import {
  type MarkupAttribute,
  type MarkupDocument,
  type MarkupElement,
  type MarkupText,
  parseMarkup,
  textOf,
} from '../markup/index.ts';
import type { Origin, SourceFile } from '../source.ts';
import { bracedExpression } from './braced.ts';
import type { Place } from './cache.ts';
import { type Settings, settingsOf } from './settings.ts';
import { compileText, type TextTemplate } from './text.ts';

/** What an element of the language itself does; anything else is a component. */
export type Role = 'let' | 'include' | 'meta' | 'schema' | 'tool' | 'runtime' | 'component';

const ROLES = new Map<string, Role>([
  ['let', 'let'],
  ['include', 'include'],
  ['meta', 'meta'],
  ['output-schema', 'schema'],
  ['outputschema', 'schema'],
  ['tool', 'tool'],
  ['tool-def', 'tool'],
  ['tooldef', 'tool'],
  ['tool-definition', 'tool'],
  ['runtime', 'runtime'],
]);

/** What an element of this name (in any letter case) does. */
export function roleOf(name: string): Role {
  return ROLES.get(name.toLowerCase()) ?? 'component';
}

export interface AttributeTemplate {
  /** In lower case, as the elements of the language itself know it. */
  readonly key: string;
  /** In camel case, as components know it. */
  readonly property: string;
  /** The attribute's value, and where it stands. */
  readonly value: TextTemplate;
  readonly raw: string;
}

/** What an element of the language itself says with its content or its `value`. */
export interface StatementTemplate {
  /** The texts directly in the element, joined by a space; `undefined` when there are none. */
  readonly text: string | undefined;
  readonly origin: Origin;
  /** The `value` of a let, or the text as an expression. */
  readonly expression: CompiledExpression | undefined;
  /** The text as JSON with expressions in it. */
  readonly json: TextTemplate | undefined;
}

/** A loop: `for="name in list"`. Both are undefined when the attribute does not have that form. */
export interface LoopTemplate {
  readonly name: string | undefined;
  readonly list: CompiledExpression | undefined;
  readonly empty: boolean;
  readonly origin: Origin;
}

export interface ConditionTemplate {
  /** `undefined` when the attribute is empty. */
  readonly expression: CompiledExpression | undefined;
  readonly origin: Origin;
}

export interface ElementTemplate {
  readonly kind: 'element';
  /** As written, without a namespace. */
  readonly name: string;
  readonly role: Role;
  /** The component of that name while none is switched off; `undefined` where there is none. */
  readonly component: Component | undefined;
  readonly loop: LoopTemplate | undefined;
  readonly condition: ConditionTemplate | undefined;
  /** Of a component without `for`, `if` and empty ones, else all. */
  readonly attributes: readonly AttributeTemplate[];
  /** The attributes as properties, where no expression is in them. */
  readonly fixed: FixedProps | undefined;
  /** For all but components. */
  readonly statement: StatementTemplate | undefined;
  readonly children: readonly (ElementTemplate | TextTemplate)[];
  readonly markup: MarkupElement;
  readonly origin: Origin;
  /** Of an include: the file it led to the last time. */
  included: Place | undefined;
}

/** Properties that are the same for every render, and with them how the element was expanded before. */
export interface FixedProps {
  readonly props: Props;
  /** For a component that only lays out. */
  readonly plans: Plans | undefined;
  /**
   * For an element that stands for the same in every render: nothing in it is an expression, a loop or a condition, and
   * all in it is layout.
   */
  readonly constant: Constant | undefined;
}

/** A parsed prompt or fragment, ready to be evaluated any number of times. */
export interface CompiledDocument {
  readonly file: SourceFile;
  readonly markup: MarkupDocument;
  readonly root: ElementTemplate | undefined;
  readonly settings: Settings;
  /** Whether an expression was met that may change the variables. */
  needsContext: boolean;
}

/** Only text may have to be compiled lazily: what is never reached never fails. */
export function compileDocument(file: SourceFile): CompiledDocument {
  const markup = parseMarkup(file.text);
  const { root } = markup;
  return {
    file,
    markup,
    root: root && compileElement(root, file),
    settings: settingsOf(root),
    needsContext: false,
  };
}

function toCamelCase(name: string): string {
  return name.includes('-') ? name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()) : name;
}

function originOfValue(attribute: MarkupAttribute, file: SourceFile): Origin {
  return { file, start: attribute.valueStart, end: attribute.valueEnd };
}

/** The first attribute of that name (in lower case). */
export function attributeOf(element: ElementTemplate, key: string): AttributeTemplate | undefined {
  return element.attributes.find((attribute) => attribute.key === key);
}

function compileLoop(attribute: MarkupAttribute, file: SourceFile): LoopTemplate {
  const origin = originOfValue(attribute, file);
  const match = attribute.value ? /^(.+)\s+in\s+(.+)/m.exec(attribute.value) : null;
  if (match === null) return { name: undefined, list: undefined, empty: !attribute.value, origin };
  return { name: match[1]!, list: compileExpression(match[2]!), empty: false, origin };
}

/** An expression with or without braces around it. */
export function compileBraced(text: string): CompiledExpression {
  return compileExpression(bracedExpression(text) ?? text);
}

function compileElement(markup: MarkupElement, file: SourceFile): ElementTemplate {
  // No component has the name of an element of the language.
  const component = findComponent(markup.name);
  const role = component ? 'component' : roleOf(markup.name);
  let loop: LoopTemplate | undefined;
  let condition: ConditionTemplate | undefined;
  const attributes: AttributeTemplate[] = [];
  for (const attribute of markup.attributes) {
    const key = attribute.name.toLowerCase();
    if (key === 'for') {
      loop ??= compileLoop(attribute, file);
    } else if (key === 'if') {
      condition ??= {
        expression: attribute.value ? compileBraced(attribute.value) : undefined,
        origin: originOfValue(attribute, file),
      };
    }
    const raw = attribute.value ?? '';
    if (role === 'component' ? raw === '' || key === '' || key === 'for' || key === 'if' : key === '')
      continue;
    attributes.push({
      key,
      property: toCamelCase(attribute.name),
      value: compileText(raw, file, attribute.valueStart),
      raw,
    });
  }
  const children: (ElementTemplate | TextTemplate)[] = [];
  if (role === 'component') {
    for (const child of markup.children) {
      if (!isSetting(markup, child)) children.push(compileChild(child, file));
    }
  }
  const origin = { file, start: markup.start, end: markup.end };
  const props = component && fixedProps(attributes, origin);
  return {
    kind: 'element',
    name: markup.name,
    role,
    component,
    loop,
    condition,
    attributes,
    fixed: props && {
      props,
      plans: component.layout ? plansFor(component, props) : undefined,
      constant: component.layout && !loop && !condition ? constantOf(children) : undefined,
    },
    statement: role === 'component' ? undefined : compileStatement(markup, role, attributes, file),
    children,
    markup,
    origin,
    included: undefined,
  };
}

/** An element around content that is the same in every render. */
function constantOf(children: readonly (ElementTemplate | TextTemplate)[]): Constant | undefined {
  let elements = 0;
  for (const child of children) {
    if (child.kind === 'text') {
      if (child.literal === undefined) return undefined;
    } else {
      const constant = child.fixed?.constant;
      if (constant === undefined) return undefined;
      elements += constant.elements + 1;
    }
  }
  return new Constant(elements);
}

/** `key` belongs to POML's inner workings; `children` stands for content; `__proto__` would set the prototype. */
const NOT_PROPERTIES: ReadonlySet<string> = new Set(['key', 'children', '__proto__']);

export function isProperty(name: string): boolean {
  return !NOT_PROPERTIES.has(name);
}

function fixedProps(attributes: readonly AttributeTemplate[], origin: Origin): Props | undefined {
  const props: Props = {};
  for (const { property, value } of attributes) {
    if (value.literal === undefined || !isProperty(property)) return undefined;
    props[property] = value.literal;
  }
  props[ORIGIN] = origin;
  return props;
}

function compileStatement(
  markup: MarkupElement,
  role: Role,
  attributes: readonly AttributeTemplate[],
  file: SourceFile,
): StatementTemplate {
  const texts = markup.children.filter((child) => child.kind === 'text');
  const text = texts.length > 0 ? textOf(markup) : undefined;
  const origin = { file, ...visibleRange(texts, markup) };
  if (role === 'let') {
    const value = attributes.find(({ key }) => key === 'value')?.raw;
    return { text, origin, expression: value ? compileBraced(value) : undefined, json: undefined };
  }
  if (role !== 'schema' && role !== 'tool') return { text, origin, expression: undefined, json: undefined };
  const trimmed = (text ?? '').trim();
  const parser =
    attributes.find(({ key }) => key === 'parser')?.raw || (trimmed.startsWith('{') ? 'json' : 'eval');
  return {
    text: trimmed,
    origin,
    // A parser may be an expression; then either can be asked for.
    expression: parser === 'json' ? undefined : compileBraced(trimmed),
    json: parser === 'eval' ? undefined : compileText(trimmed, file, origin.start),
  };
}

/** From the first to the last visible character of texts. */
function visibleRange(
  texts: readonly MarkupText[],
  { start, end }: MarkupElement,
): { start: number; end: number } {
  const visible = texts.filter(({ text }) => text.trim() !== '');
  const [first] = visible;
  const last = visible.at(-1);
  if (first === undefined || last === undefined) return { start, end };
  return {
    start: first.end - first.text.trimStart().length,
    end: last.start + last.text.trimEnd().length,
  };
}

function compileChild(child: MarkupElement | MarkupText, file: SourceFile): ElementTemplate | TextTemplate {
  return child.kind === 'text' ? compileText(child.text, file, child.start) : compileElement(child, file);
}

/** What of an included document stands for it. Stylesheet and context elements are no settings there. */
export function contentOfFragment(root: ElementTemplate): readonly (ElementTemplate | TextTemplate)[] {
  const { children } = root.markup;
  if (children.length === root.children.length) return root.children;
  return children.map((child) => compileChild(child, root.origin.file));
}

/** Stylesheet and context elements are not content, below an element spelled exactly `poml`. */
function isSetting(parent: MarkupElement, child: MarkupElement | MarkupText): boolean {
  if (parent.name !== 'poml' || child.kind !== 'element') return false;
  const name = child.name.toLowerCase();
  return name === 'stylesheet' || name === 'context';
}
