import { parseTyped } from '../assets/guess.ts';
import { type MarkupAttribute, type MarkupElement, textOf } from '../markup/index.ts';
import { type CompiledDocument, roleOf } from '../template/document.ts';
import { isConditional } from './expressions.ts';
import { excerpt, type Finding } from './finding.ts';
import {
  type Check,
  isIncluded,
  placeOf,
  placeOfName,
  placeOfValue,
  type Visited,
  writtenAttribute,
  writtenAttributes,
} from './visit.ts';

const DECLARED = { schema: 'output schema', tool: 'tool', runtime: 'runtime' } as const;

/** What an included file declares stays in it. */
export const includes: Check = ({ markup, role, parent, document }, report) => {
  if (!isIncluded(document)) return;
  if (parent === undefined && markup.name.toLowerCase() === 'poml') {
    for (const attribute of writtenAttributes(markup)) {
      report(
        'include-root-attribute',
        `the <poml> of an included file is left out, and "${attribute.name}" with it: put it on an element inside, or around the include`,
        placeOf(attribute),
      );
    }
  }
  if (role === 'schema' || role === 'tool' || role === 'runtime') {
    report(
      'declaration-lost',
      `the ${DECLARED[role]} of an included file does not reach the model: move it to the prompt itself`,
      placeOfName(markup),
    );
  } else if (role === 'let') letOfInclude(markup, document, report);
};

/** A variable set in an include is gone after it. One that nothing in the include uses was meant for the outside. */
function letOfInclude(markup: MarkupElement, { file }: CompiledDocument, report: Parameters<Check>[1]): void {
  const name = writtenAttribute(markup, 'name')?.value;
  if (!name) return;
  const others = file.text.slice(0, markup.start) + file.text.slice(markup.end);
  if (/<include\b/i.test(others)) return;
  const used = new RegExp(`(?<![\\w$])${name.replace(/[^\w]/g, '\\$&')}(?![\\w$])`).test(others);
  if (!used) {
    report(
      'include-let-lost',
      `"${name}" is known in this file only, which does not use it: set it in the file that includes this one`,
      placeOfName(markup),
    );
  }
}

/** Stylesheet and context elements that are not read, or not read as they look. */
export const settings: Check = ({ markup, parent, document }, report) => {
  const name = markup.name.toLowerCase();
  if ((name !== 'stylesheet' && name !== 'context') || parent === undefined) return;
  if (parent.markup.name !== 'poml') return;
  if (parent.parent !== undefined) {
    report(
      'setting-not-read',
      `a <${name}> is read directly below the root of the prompt only: move it there`,
      placeOfName(markup),
    );
  } else if (!isIncluded(document)) {
    for (const child of markup.children) {
      const at = child.kind === 'text' ? child.text.indexOf('{{') : -1;
      if (at === -1) continue;
      report('setting-not-templated', `expressions are not evaluated in a <${name}>: it must be plain JSON`, {
        start: child.start + at,
        end: child.start + at + 2,
      });
    }
  }
};

/** The content of a let is data: not templated, without elements, its type guessed. */
export const lets: Check = ({ markup, role }, report) => {
  if (role !== 'let') return;
  const content = markup.children.filter((child) => child.kind === 'element' || child.text.trim() !== '');
  if (content.length === 0) return;
  const source = ['src', 'value'].find((name) => writtenAttribute(markup, name)?.value);
  if (source !== undefined) {
    report('let-content-lost', `a let with ${source} does not look at its content`, content[0]!);
    return;
  }
  const element = content.find((child) => child.kind === 'element');
  if (element) {
    report(
      'let-content-lost',
      'the content of a let is text: elements in it are deleted',
      placeOfName(element),
    );
  }
  for (const child of content) {
    const at = child.kind === 'text' ? child.text.indexOf('{{') : -1;
    if (at === -1) continue;
    const place = { start: child.start + at, end: child.start + at + 2 };
    report('let-not-templated', 'the content of a let is not evaluated: use value="…"', place);
  }
  if (writtenAttribute(markup, 'type')?.value) return;
  guessed(textOf(markup), content[0]!, report);
};

function guessed(text: string, place: { start: number; end: number }, report: Parameters<Check>[1]): void {
  const value = parseTyped(text);
  const written = text.trim();
  if (typeof value !== 'number' || String(value) === written) return;
  const shown = excerpt(written) || 'blank text';
  report(
    'let-guessed',
    `${shown} is taken for the number ${value}: add type="string" to keep the text`,
    place,
  );
}

/** Of several runtime elements the last one counts alone; conditions on one are sent as parameters, too. */
export function runtimes(document: CompiledDocument): Finding[] {
  if (isIncluded(document) || document.markup.root === undefined) return [];
  const found: MarkupElement[] = [];
  const visit = (element: MarkupElement): void => {
    if (roleOf(element.name) === 'runtime') found.push(element);
    for (const child of element.children) if (child.kind === 'element') visit(child);
  };
  visit(document.markup.root);
  const { file } = document;
  const findings: Finding[] = [];
  found.forEach((element, index) => {
    for (const attribute of writtenAttributes(element)) {
      const name = attribute.name.toLowerCase();
      if (name !== 'if' && name !== 'for') continue;
      findings.push({
        code: 'runtime-condition-sent',
        message: `all attributes of a runtime element are parameters: "${name}" is also sent, as "${name}"`,
        origin: { file, ...placeOf(attribute) },
      });
    }
    if (index < found.length - 1 && !found.slice(index + 1).some(isConditional)) {
      findings.push({
        code: 'runtime-replaced',
        message: 'a later runtime element replaces this one as a whole: write one, with all parameters',
        origin: { file, ...placeOfName(element) },
      });
    }
  });
  return findings;
}

const FOLDED = /\S[^\S\n]*\n\s*\S|\S {2,}\S/;

/** The attribute with a name in any spelling; `name` in lower case and without hyphens. */
function attributeNamed(markup: MarkupElement, name: string): MarkupAttribute | undefined {
  return writtenAttributes(markup).find(
    (attribute) => attribute.name.replaceAll('-', '').toLowerCase() === name,
  );
}

function whiteSpaceOf({ markup }: Visited): string | undefined {
  return attributeNamed(markup, 'whitespace')?.value ?? undefined;
}

/** White space is kept in the element that says so, and in none inside it. */
export const whiteSpace: Check = (element, report) => {
  const { markup, component, parent } = element;
  if (component === undefined || whiteSpaceOf(element) !== undefined) return;
  const folded = markup.children.find((child) => child.kind === 'text' && FOLDED.test(child.text));
  if (folded === undefined) return;
  if (component.name === 'Code' && writtenAttribute(markup, 'inline')?.value === 'false') {
    report(
      'code-flattened',
      'line breaks and indentation of this code are folded into single blanks: add whiteSpace="pre"',
      placeOfName(markup),
      'whitespace',
    );
    return;
  }
  for (let at = parent; at !== undefined; at = at.parent) {
    const mode = whiteSpaceOf(at);
    if (mode === undefined) continue;
    if (mode === 'pre' && at.markup.nameEnd > 0) {
      report(
        'white-space-not-inherited',
        `whiteSpace="pre" on <${at.markup.name}> does not reach <${markup.name}>, whose white space is folded: put it here`,
        placeOfName(markup),
        'whitespace',
      );
    }
    return;
  }
};

/** Attributes whose value does something else than it looks like. */
export const values: Check = (element, report) => {
  const { markup, component } = element;
  if (component?.name === 'Document') {
    const pages = attributeNamed(markup, 'selectedpages');
    if (!pages?.value) return;
    report(
      'selected-pages-one-more',
      'pages count from 0, and the page at the end of the slice is shown too: "0" shows the first two',
      placeOfValue(pages),
    );
  } else if (component?.name === 'Folder') {
    const filter = attributeNamed(markup, 'filter');
    if (!filter?.value || !/^\/.*\/[a-z]*g[a-z]*$/.test(filter.value)) return;
    report(
      'filter-with-state',
      'a filter with the flag g goes on from its last match and skips files: leave out the g',
      placeOfValue(filter),
    );
  } else if (component?.name === 'ListItem') bullets(element, report);
};

const DATA = ['json', 'yaml', 'xml', 'text'];

/** In a Markdown list an item of data becomes a fence between its neighbours. */
function bullets({ markup, parent }: Visited, report: Parameters<Check>[1]): void {
  const syntax = attributeNamed(markup, 'syntax');
  if (parent?.component?.name !== 'List' || !syntax?.value || !DATA.includes(syntax.value)) return;
  for (let at: Visited | undefined = parent; at !== undefined; at = at.parent) {
    const around = attributeNamed(at.markup, 'syntax')?.value;
    if (around && DATA.includes(around)) return;
  }
  report(
    'item-without-bullet',
    `an item with syntax="${syntax.value}" has no bullet and is not counted: put the data into an element inside the item`,
    placeOf(syntax),
  );
}
