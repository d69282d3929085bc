import type { Component } from '../components/component.ts';
import { parametersOf } from '../components/parameters.ts';
import { editDistance } from '../components/registry.ts';

/** What works on every component without being one of its documented parameters. */
const EVERYWHERE = ['className', 'children', 'presentation', 'markupLang', 'serializer'];
/** What becomes of an element in a fence. */
const FENCED = ['inline', 'lang'];
const BLOCK = [...FENCED, 'blankLine', 'name', 'type', 'level'];
const CAPTION = [
  ...BLOCK,
  'caption',
  'captionSerialized',
  'captionStyle',
  'captionTextTransform',
  'captionEnding',
  'captionTailingSpace',
];
/** For components that hand on what they do not know to a block of text. */
const TEXTUAL = [
  ...BLOCK,
  'syntax',
  'speaker',
  'writerOptions',
  'whiteSpace',
  'charLimit',
  'tokenLimit',
  'priority',
];

/** Attributes that work although POML does not document them for the component. */
const UNDOCUMENTED: Readonly<Record<string, readonly string[]>> = {
  Text: BLOCK,
  Paragraph: BLOCK,
  Header: BLOCK,
  SubContent: BLOCK,
  Code: BLOCK,
  List: BLOCK,
  ListItem: BLOCK,
  Newline: ['count'],
  Inline: FENCED,
  Bold: FENCED,
  Italic: FENCED,
  Strikethrough: FENCED,
  Underline: FENCED,
  Object: FENCED,
  Table: [...FENCED, 'blankLine', 'data'],
  Audio: ['speaker'],
  ToolRequest: ['syntax', 'content'],
  ToolResponse: [],
  CaptionedParagraph: CAPTION,
  Role: CAPTION,
  Task: CAPTION,
  OutputFormat: CAPTION,
  StepwiseInstructions: CAPTION,
  Hint: CAPTION,
  Introducer: CAPTION,
  ExampleSet: CAPTION,
  Example: CAPTION,
  ExampleInput: CAPTION,
  ExampleOutput: CAPTION,
  Question: CAPTION,
  SystemMessage: BLOCK,
  HumanMessage: BLOCK,
  AiMessage: BLOCK,
  MessageContent: TEXTUAL,
  Conversation: [...TEXTUAL, 'content'],
  Tree: [...TEXTUAL, 'listStyle', 'data'],
  Folder: [...TEXTUAL, 'listStyle', 'items'],
  Image: [],
  Document: [],
  Webpage: [...BLOCK, 'multimedia'],
};

const AROUND = 'its content is put in as it is: put the attribute on an element around it';
const DATA_NAME = 'data takes no name of its own: put <p name="…"> around it';

/** Attributes that are accepted, by component and in lower case, and what to do instead. */
const WITHOUT_EFFECT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '*': {
    captioncolon: 'write captionEnding="colon" or "none"',
    key: 'it belongs to the inner workings of POML: rename it',
  },
  Newline: { newlinecount: 'write count' },
  Hint: { captionserialized: 'its key in data is the caption: write name' },
  Introducer: { captionserialized: 'its key in data is the caption: write name' },
  Object: { name: DATA_NAME },
  Table: { name: DATA_NAME },
  Document: {
    syntax: AROUND,
    speaker: AROUND,
    writeroptions: AROUND,
    whitespace: AROUND,
    charlimit: AROUND,
    tokenlimit: AROUND,
    priority: AROUND,
  },
};

/** Why an attribute of a component does nothing and what to write instead, or `undefined` when it does something. */
export function withoutEffect(component: Component, property: string): string | undefined {
  const key = property.toLowerCase();
  return WITHOUT_EFFECT[component.name]?.[key] ?? WITHOUT_EFFECT['*']?.[key];
}

/** The attributes a component understands, or `undefined` for POML's internal ones, which take whatever they get. */
export function knownAttributes(component: Component): readonly string[] | undefined {
  const parameters = parametersOf(component);
  const own = UNDOCUMENTED[component.name];
  if (parameters === undefined || own === undefined) return undefined;
  const documented = [...parameters.values()].map(({ name }) => name);
  return [...new Set([...documented, ...own, ...EVERYWHERE])];
}

/** Every attribute of any component. */
export function allAttributes(components: Iterable<Component>): Set<string> {
  const all = new Set<string>();
  for (const component of components) {
    for (const name of knownAttributes(component) ?? []) all.add(name.toLowerCase());
  }
  return all;
}

/** The name closest to an unknown one, when it is close enough to be meant. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const lower = name.toLowerCase().replaceAll('-', '');
  let best: string | undefined;
  let least = Math.max(1, Math.floor(lower.length / 3)) + 1;
  for (const candidate of candidates) {
    const edits = editDistance(candidate.toLowerCase(), lower);
    if (edits < least) {
      best = candidate;
      least = edits;
    }
  }
  return best;
}
