import type { MarkupAttribute } from '../markup/index.ts';
import type { Role } from '../template/document.ts';
import { knownAttributes, nearest, withoutEffect } from './known-attributes.ts';
import {
  type Check,
  isIncluded,
  placeOf,
  type Report,
  type Visited,
  writtenAttribute,
  writtenAttributes,
} from './visit.ts';

/** Attributes of the language's own elements. All attributes of a runtime element are parameters. */
const OWN: Readonly<Record<Exclude<Role, 'component' | 'runtime'>, readonly string[]>> = {
  let: ['name', 'src', 'value', 'type'],
  include: ['src', 'for', 'if'],
  meta: ['minVersion', 'maxVersion', 'components', 'type', 'for', 'if'],
  schema: ['parser', 'for', 'if'],
  tool: ['name', 'description', 'parser', 'for', 'if'],
};

function unknown(attribute: MarkupAttribute, owner: string, known: readonly string[], report: Report): void {
  const suggestion = nearest(attribute.name, known);
  report(
    'unknown-attribute',
    `${owner} has no attribute "${attribute.name}"${suggestion ? `: did you mean ${suggestion}?` : ', and ignores it'}`,
    placeOf(attribute),
  );
}

/** Attributes that an element does not know, or knows and does nothing with. */
export const attributes: Check = (element, report) => {
  const { markup, role, component, document, parent } = element;
  // The root of an included file is not an element of the prompt: its attributes are reported as such.
  if (parent === undefined && isIncluded(document) && markup.name.toLowerCase() === 'poml') return;
  if (role === 'runtime') return;
  if (role !== 'component') {
    ownAttributes(element, role, report);
    return;
  }
  if (component === undefined) return;
  const known = knownAttributes(component);
  for (const attribute of writtenAttributes(markup)) {
    const { name } = attribute;
    const lower = name.toLowerCase();
    // An empty attribute is reported as such, and `style` is an error of its own.
    if (lower === 'for' || lower === 'if' || lower === 'style' || !attribute.value) continue;
    if (lower === 'class') {
      report(
        'class-attribute',
        'rules of a stylesheet do not see "class": write className',
        placeOf(attribute),
      );
      continue;
    }
    const property = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const mend = withoutEffect(component, property);
    if (mend !== undefined) {
      report(
        'attribute-without-effect',
        `"${name}" does nothing on <${markup.name}>: ${mend}`,
        placeOf(attribute),
      );
    } else if (known && !known.some((candidate) => candidate.toLowerCase() === property.toLowerCase())) {
      unknown(attribute, `<${markup.name}>`, known, report);
    }
  }
  conversationSpeaker(element, report);
  languageOfInlineCode(element, report);
  bareData(element, report);
  hiddenCaption(element, report);
};

function ownAttributes(
  { markup }: Visited,
  role: Exclude<Role, 'component' | 'runtime'>,
  report: Report,
): void {
  for (const attribute of writtenAttributes(markup)) {
    const lower = attribute.name.toLowerCase();
    if (OWN[role].some((name) => name.toLowerCase() === lower)) continue;
    if (role === 'let' && (lower === 'if' || lower === 'for')) {
      const mend = lower === 'if' ? 'use a conditional expression in value' : 'use map() in value';
      report('attribute-without-effect', `"${lower}" does nothing on a let: ${mend}`, placeOf(attribute));
    } else unknown(attribute, `<${markup.name}>`, OWN[role], report);
  }
  if (role === 'let') letAttributes(markup, report);
}

function letAttributes(markup: Visited['markup'], report: Report): void {
  const [src, value, type] = ['src', 'value', 'type'].map((name) => writtenAttribute(markup, name));
  if (src?.value) {
    if (value?.value) {
      report(
        'attribute-without-effect',
        'a let with src does not look at value: leave one out',
        placeOf(value),
      );
    }
  } else if (value?.value && type?.value) {
    report(
      'attribute-without-effect',
      `"type" does nothing beside value: the expression gives the type, e.g. value="Number(${value.value.trim()})"`,
      placeOf(type),
    );
  }
}

function conversationSpeaker({ markup, component }: Visited, report: Report): void {
  const speaker = component?.name === 'Conversation' ? writtenAttribute(markup, 'speaker') : undefined;
  if (speaker?.value) {
    report(
      'attribute-without-effect',
      'a speaker on a conversation overrides the speaker of each of its messages: leave it out',
      placeOf(speaker),
    );
  }
}

/** Code is inline unless `inline="false"` is there, and inline code shows no language. */
function languageOfInlineCode({ markup, component }: Visited, report: Report): void {
  if (component?.name !== 'Code') return;
  const lang = writtenAttribute(markup, 'lang');
  if (!lang?.value || writtenAttribute(markup, 'inline')?.value || writtenAttribute(markup, 'syntax')?.value)
    return;
  report(
    'attribute-without-effect',
    '"lang" does nothing on inline code, and code is inline by default: add inline="false"',
    placeOf(lang),
    'inline',
  );
}

const OF_A_FENCE = ['speaker', 'charlimit', 'tokenlimit', 'priority', 'whitespace', 'writeroptions'];

/** Data without a syntax of its own is put in as bare text or data, and only its value is looked at. */
function bareData({ markup, component }: Visited, report: Report): void {
  if (component?.name !== 'Object' || writtenAttribute(markup, 'syntax')?.value) return;
  for (const attribute of writtenAttributes(markup)) {
    if (!attribute.value || !OF_A_FENCE.includes(attribute.name.replaceAll('-', '').toLowerCase())) continue;
    report(
      'attribute-without-effect',
      `"${attribute.name}" does nothing on data without a syntax: add e.g. syntax="json", or put it on an element around`,
      placeOf(attribute),
      'syntax',
    );
  }
}

/** Captions of examples, and of their inputs and outputs as chat turns, are hidden unless a style is given. */
function hiddenCaption({ markup, component, parent }: Visited, report: Report): void {
  const caption = writtenAttribute(markup, 'caption');
  if (!caption?.value || !/^Example(Input|Output)?$/.test(component?.name ?? '')) return;
  const given = (element: Visited['markup'], name: string) =>
    writtenAttributes(element).some((attribute) => attribute.name.replaceAll('-', '').toLowerCase() === name);
  if (given(markup, 'captionstyle')) return;
  if (component!.name !== 'Example') {
    for (let at = parent; at !== undefined; at = at.parent) if (given(at.markup, 'chat')) return;
  }
  report(
    'attribute-without-effect',
    `the caption of this <${markup.name}> is hidden: add captionStyle="bold"${
      component!.name === 'Example' ? '' : ', or chat="false" to the examples'
    }`,
    placeOf(caption),
    'captionstyle',
  );
}
