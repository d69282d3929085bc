import {
  anyOrFree,
  bold,
  code,
  header,
  inline,
  italic,
  list,
  listItem,
  newline,
  paragraph,
  strikethrough,
  subContent,
  text,
  underline,
} from './basic.ts';
import {
  caption,
  captionedParagraph,
  captionText,
  example,
  exampleInput,
  exampleOutput,
  exampleSet,
  hint,
  introducer,
  outputFormat,
  question,
  role,
  stepwiseInstructions,
  task,
} from './captioned.ts';
import type { Component } from './component.ts';
import { dataObject, folder, table, tableMarkup, tableSerialize, tree } from './data.ts';
import { document } from './documents.ts';
import {
  encloseSerialize,
  freeEnvironment,
  freeText,
  markupBold,
  markupCode,
  markupEnvironment,
  markupHeader,
  markupInline,
  markupItalic,
  markupList,
  markupListItem,
  markupNewline,
  markupParagraph,
  markupStrikethrough,
  markupSubContent,
  markupUnderline,
  mediaEnvironment,
  serializeAny,
  serializeEnvironment,
  serializeObject,
  tableBody,
  tableCell,
  tableContainer,
  tableHead,
  tableRow,
} from './environment.ts';
import {
  audio,
  image,
  mediaAudio,
  mediaImage,
  mediaToolRequest,
  mediaToolResponse,
  toolRequest,
  toolResponse,
} from './media.ts';
import { aiMessage, conversation, humanMessage, messageContent, systemMessage } from './messages.ts';
import { webpage } from './webpage.ts';

/** Every component, POML's internal ones too: they can be written as tags, and rules of a stylesheet reach them. */
const COMPONENTS: readonly Component[] = [
  markupEnvironment,
  encloseSerialize,
  markupParagraph,
  markupInline,
  markupNewline,
  markupHeader,
  markupSubContent,
  markupBold,
  markupItalic,
  markupStrikethrough,
  markupUnderline,
  markupCode,
  markupList,
  markupListItem,
  tableContainer,
  tableHead,
  tableBody,
  tableRow,
  tableCell,
  serializeEnvironment,
  serializeAny,
  serializeObject,
  freeEnvironment,
  freeText,
  mediaEnvironment,
  mediaImage,
  mediaAudio,
  mediaToolRequest,
  mediaToolResponse,
  anyOrFree,
  text,
  paragraph,
  inline,
  newline,
  header,
  subContent,
  bold,
  italic,
  strikethrough,
  underline,
  code,
  list,
  listItem,
  dataObject,
  image,
  audio,
  toolRequest,
  toolResponse,
  captionText,
  caption,
  captionedParagraph,
  role,
  task,
  outputFormat,
  stepwiseInstructions,
  hint,
  introducer,
  exampleSet,
  example,
  exampleInput,
  exampleOutput,
  question,
  systemMessage,
  humanMessage,
  aiMessage,
  messageContent,
  conversation,
  tableMarkup,
  tableSerialize,
  table,
  tree,
  folder,
  document,
  webpage,
];

/** Every component there is. */
export function allComponents(): readonly Component[] {
  return COMPONENTS;
}

const byAlias = new Map<string, Component>(
  COMPONENTS.flatMap((component) => component.aliases.map((alias) => [alias, component] as const)),
);

const NONE_DISABLED: ReadonlySet<string> = new Set();
const found = new Map<string, Component | undefined>();

/** A component by its name in any letter case, also with hyphens that the name does not have. */
export function findComponent(
  name: string,
  disabled: ReadonlySet<string> = NONE_DISABLED,
): Component | undefined {
  if (disabled.size === 0 && found.has(name)) return found.get(name);
  const lower = name.toLowerCase();
  const variants = [lower, lower.replace(/-([a-z])/g, (_, letter: string) => letter)];
  const alias = variants.find((variant) => byAlias.has(variant) && !disabled.has(variant));
  const component = alias === undefined ? undefined : byAlias.get(alias);
  if (disabled.size === 0 && found.size < 10_000) found.set(name, component);
  return component;
}

/** The names closest to one that does not exist: the best, and all others within two edits. */
export function suggestionsFor(name: string, disabled: ReadonlySet<string> = NONE_DISABLED): string[] {
  const lower = name.toLowerCase();
  const key = `${lower}\0${[...disabled].join()}`;
  let suggestions = suggested.get(key);
  if (suggestions === undefined) {
    suggestions = nearestNames(lower, disabled);
    if (suggested.size >= 1000) suggested.clear();
    suggested.set(key, suggestions);
  }
  return suggestions;
}

const suggested = new Map<string, string[]>();

function nearestNames(lower: string, disabled: ReadonlySet<string>): string[] {
  return [...byAlias.keys()]
    .filter((alias) => !disabled.has(alias))
    .map((alias) => ({ alias, edits: editDistance(alias, lower) }))
    .sort((a, b) => a.edits - b.edits)
    .filter(({ edits }, index) => index === 0 || edits <= 2)
    .map(({ alias }) => alias);
}

/** Levenshtein distance, one row at a time. */
export function editDistance(a: string, b: string): number {
  // A name far longer than any component is as far away as it is long; counting on would cost its square.
  if (Math.abs(a.length - b.length) > 100) return Math.abs(a.length - b.length);
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
