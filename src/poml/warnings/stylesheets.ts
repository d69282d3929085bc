import type { Component } from '../components/component.ts';
import { findComponent } from '../components/registry.ts';
import type { MarkupElement } from '../markup/index.ts';
import type { Origin } from '../source.ts';
import type { CompiledDocument } from '../template/document.ts';
import type { Evidence } from './evidence.ts';
import { isConditional, isTemplated } from './expressions.ts';
import type { Finding } from './finding.ts';
import { knownAttributes, nearest, withoutEffect } from './known-attributes.ts';
import { tagPlace } from './places.ts';

/** The stylesheet element that is read, with the place of its text. */
function stylesheetElement({ markup, file }: CompiledDocument): Origin | undefined {
  const element = markup.root?.children.find(
    (child): child is MarkupElement => child.kind === 'element' && child.name.toLowerCase() === 'stylesheet',
  );
  return element && { file, start: element.start, end: element.end };
}

/** Where a key of the stylesheet element stands, or `undefined` when it comes from the options. */
function keyPlace(sheet: Origin | undefined, key: string, after = sheet?.start ?? 0): Origin | undefined {
  if (sheet === undefined) return undefined;
  const written = JSON.stringify(key);
  const start = sheet.file.text.indexOf(written, after);
  if (start === -1 || start >= sheet.end) return undefined;
  return { file: sheet.file, start, end: start + written.length };
}

/** What the markup has, in all documents read, whether it was rendered or not. */
interface Written {
  readonly components: ReadonlySet<Component>;
  readonly classes: ReadonlySet<string>;
  readonly conditional: boolean;
  readonly templatedClass: boolean;
}

function written(documents: Iterable<CompiledDocument>): Written {
  const components = new Set<Component>();
  const classes = new Set<string>();
  let conditional = false;
  let templatedClass = false;
  const visit = (element: MarkupElement): void => {
    const component = findComponent(element.name);
    if (component) components.add(component);
    if (isConditional(element)) conditional = true;
    for (const attribute of element.attributes) {
      if (attribute.name.replaceAll('-', '').toLowerCase() !== 'classname') continue;
      if (isTemplated(attribute)) templatedClass = true;
      for (const name of attribute.value?.split(/\s+/) ?? []) classes.add(name);
    }
    for (const child of element.children) if (child.kind === 'element') visit(child);
  };
  for (const { markup } of documents) if (markup.root) visit(markup.root);
  return { components, classes, conditional, templatedClass };
}

/** Selectors that no element matched, and properties that no component knows. */
export function stylesheetFindings({ recorded, document, stylesheet }: Evidence): Finding[] {
  if (stylesheet.empty) return [];
  const sheet = stylesheetElement(document);
  const findings: Finding[] = [];
  const all = written(recorded.documents);
  for (const selector of stylesheet.unmatched) {
    const place = keyPlace(sheet, selector);
    const reason = whyUnmatched(selector, all, place !== undefined);
    if (reason === undefined) continue;
    findings.push({
      code: 'selector-without-match',
      message: `no element matches ${JSON.stringify(selector)}: ${reason}`,
      origin: place,
    });
  }
  for (const [selector, props] of Object.entries(stylesheet.sheet)) {
    if (props === null || typeof props !== 'object' || Array.isArray(props)) continue;
    const place = keyPlace(sheet, selector);
    for (const name of Object.keys(props)) {
      const reason = whyUnknown(name, selector);
      if (reason === undefined) continue;
      findings.push({
        code: 'style-property-unknown',
        message: `"${name}" in the rule ${JSON.stringify(selector)} does nothing: ${reason}`,
        origin: keyPlace(place && sheet, name, place?.end) ?? place,
      });
    }
  }
  return findings.map((finding) =>
    finding.origin || !sheet ? finding : { ...finding, origin: tagPlace(sheet) },
  );
}

/**
 * Why a selector matches nothing, or `undefined` when it may match in another render or, for a sheet that several
 * prompts share, in another prompt.
 */
function whyUnmatched(selector: string, all: Written, own: boolean): string | undefined {
  const words = selector.split(/\s+/).filter(Boolean);
  if (words.length === 0) return 'it is empty; write * for every element';
  const odd = words.find((word) => !/^\.?[\w.-]+$/.test(word) || /\w\.(?!\w+$)|^\w+\.\w+\./.test(word));
  if (odd !== undefined) {
    return 'a selector is component names and classes with blanks between them, which must all match one element';
  }
  const names = words.filter((word) => !word.startsWith('.'));
  for (const name of names) {
    if (exactly(name) !== undefined) continue;
    const [component, ...classes] = name.split('.');
    if (classes.length > 0 && exactly(component!)) {
      return `write ${JSON.stringify(`${component} .${classes.join(' .')}`)}, with a blank`;
    }
    const meant = findComponent(name);
    return meant ? `the component is called "${meant.aliases[0]}" here` : `there is no component "${name}"`;
  }
  const components = new Set(names.map((name) => exactly(name)));
  if (components.size > 1) return 'an element is one component only, and rules do not reach into elements';
  if (!own) return undefined;
  const missing = words.find((word) => word.startsWith('.') && !all.classes.has(word.slice(1)));
  if (missing !== undefined) {
    if (all.templatedClass) return undefined;
    const near = nearest(missing.slice(1), all.classes);
    return `no className has "${missing.slice(1)}"${near ? `: did you mean ${near}?` : ''}`;
  }
  const [component] = components;
  if (component === undefined) return all.conditional ? undefined : 'no element has this class here';
  if (all.components.has(component) && all.conditional) return undefined;
  if (all.conditional && isInner(component)) return undefined;
  return names.length < words.length ? 'no such element has this class' : `the prompt has no such element`;
}

function exactly(name: string): Component | undefined {
  const component = findComponent(name);
  return component?.aliases.includes(name.toLowerCase()) ? component : undefined;
}

/** Components that others are made of. */
function isInner({ name }: Component): boolean {
  return (
    name.includes('.') ||
    /^(Text|Paragraph|Inline|Header|Bold|SubContent|Newline|List|ListItem|Code|Object|AnyOrFree|Caption.*|Table.*|Tree|Image|ToolRe.*|MessageContent|Introducer)$/.test(
      name,
    )
  );
}

/** Hyphenated names that work by accident, as they are also names of POML's intermediate form. */
const HYPHENATED = new Set([
  'list-style',
  'char-limit',
  'token-limit',
  'blank-line',
  'writer-options',
  'markup-lang',
]);

function whyUnknown(name: string, selector: string): string | undefined {
  if (HYPHENATED.has(name)) return undefined;
  const lower = name.toLowerCase();
  if (lower === 'class') return 'write className';
  const words = selector.split(/\s+/).filter((word) => word !== '' && word !== '*' && !word.startsWith('.'));
  const component = words.length === 1 ? exactly(words[0]!) : undefined;
  const mend = component && withoutEffect(component, name);
  if (mend) return mend;
  const known = component ? knownAttributes(component) : everyAttribute();
  if (known === undefined || known.some((candidate) => candidate.toLowerCase() === lower)) return undefined;
  if (name.includes('-')) {
    const camel = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return `names in rules are not converted: write ${camel}`;
  }
  const near = nearest(name, known);
  if (near) return `did you mean ${near}?`;
  return component
    ? `<${component.aliases.at(-1)}> has no such attribute`
    : 'no component has such an attribute';
}

let every: readonly string[] | undefined;

function everyAttribute(): readonly string[] {
  every ??= [...new Set(TEXT_LIKE.flatMap((name) => knownAttributes(findComponent(name)!) ?? []))];
  return every;
}

/** Components that between them have every attribute there is. */
const TEXT_LIKE = [
  'poml',
  'p',
  'cp',
  'code',
  'list',
  'br',
  'obj',
  'img',
  'audio',
  'toolrequest',
  'toolresponse',
  'examples',
  'example',
  'qa',
  'msg-content',
  'conversation',
  'table',
  'tree',
  'folder',
  'document',
  'webpage',
];
