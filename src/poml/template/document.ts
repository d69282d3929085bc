import { type CompiledExpression, compileExpression } from '../expression/index.ts';
import {
  type MarkupAttribute,
  type MarkupDocument,
  type MarkupElement,
  type MarkupText,
  parseMarkup,
} from '../markup/index.ts';
import type { Origin, SourceFile } from '../source.ts';
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

export interface AttributeTemplate {
  /** As written. */
  readonly name: string;
  /** In camel case, as components know it. */
  readonly property: string;
  readonly value: TextTemplate;
  readonly raw: string;
  /** The attribute's value in the source. */
  readonly origin: Origin;
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
  readonly loop: LoopTemplate | undefined;
  readonly condition: ConditionTemplate | undefined;
  /** Without `for`, `if` and empty ones. */
  readonly attributes: readonly AttributeTemplate[];
  readonly children: readonly (ElementTemplate | TextTemplate)[];
  readonly markup: MarkupElement;
  readonly origin: Origin;
}

/** A parsed prompt or fragment, ready to be evaluated any number of times. */
export interface CompiledDocument {
  readonly file: SourceFile;
  readonly markup: MarkupDocument;
  readonly root: ElementTemplate | undefined;
}

/** Only text may have to be compiled lazily: what is never reached never fails. */
export function compileDocument(file: SourceFile): CompiledDocument {
  const markup = parseMarkup(file.text);
  return { file, markup, root: markup.root && compileElement(markup.root, file) };
}

function toCamelCase(name: string): string {
  return name.includes('-') ? name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()) : name;
}

function originOfValue(attribute: MarkupAttribute, file: SourceFile): Origin {
  return { file, start: attribute.valueStart, end: attribute.valueEnd };
}

/** The first attribute of that name, in any letter case. */
export function attributeOf(element: MarkupElement, name: string): MarkupAttribute | undefined {
  return element.attributes.find((attribute) => attribute.name.toLowerCase() === name);
}

function compileLoop(attribute: MarkupAttribute, file: SourceFile): LoopTemplate {
  const origin = originOfValue(attribute, file);
  const match = attribute.value ? /(.+)\s+in\s+(.+)/.exec(attribute.value) : null;
  if (match === null) return { name: undefined, list: undefined, empty: !attribute.value, origin };
  return { name: match[1]!, list: compileExpression(match[2]!), empty: false, origin };
}

/** An expression with or without braces around it. */
export function compileBraced(text: string): CompiledExpression {
  const braced = /^\s*\{\{\s*(.+?)\s*\}\}\s*$/m.exec(text);
  return compileExpression(braced ? braced[1]! : text);
}

function compileElement(markup: MarkupElement, file: SourceFile): ElementTemplate {
  let loop: LoopTemplate | undefined;
  let condition: ConditionTemplate | undefined;
  const attributes: AttributeTemplate[] = [];
  for (const attribute of markup.attributes) {
    const name = attribute.name.toLowerCase();
    if (name === 'for') {
      loop ??= compileLoop(attribute, file);
    } else if (name === 'if') {
      condition ??= {
        expression: attribute.value ? compileBraced(attribute.value) : undefined,
        origin: originOfValue(attribute, file),
      };
    } else if (attribute.name && attribute.value) {
      attributes.push({
        name: attribute.name,
        property: toCamelCase(attribute.name),
        value: compileText(attribute.value, file, attribute.valueStart),
        raw: attribute.value,
        origin: originOfValue(attribute, file),
      });
    }
  }
  const role = ROLES.get(markup.name.toLowerCase()) ?? 'component';
  const wanted = role === 'component' ? markup.children.filter((child) => !isSetting(markup, child)) : [];
  return {
    kind: 'element',
    name: markup.name,
    role,
    loop,
    condition,
    attributes,
    children: wanted.map((child) => compileChild(child, file)),
    markup,
    origin: { file, start: markup.start, end: markup.end },
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

/** The text directly in an element, its pieces joined by a space. */
export function textOf(element: MarkupElement): string {
  return element.children
    .filter((child) => child.kind === 'text')
    .map((child) => child.text)
    .join(' ');
}
