import { isSettled } from '../tree/children.ts';
import type { Component, Props } from './component.ts';
import { parametersOf } from './parameters.ts';

/** Parameters whose text layout components hand on as it is, to the output or to a writer, or do not look at. */
const HANDED_ON: ReadonlySet<string> = new Set([
  'caption',
  'captionSerialized',
  'name',
  'type',
  'lang',
  'className',
]);

/**
 * Whether an attribute is a text that is only handed on. One expansion then serves for all such texts: it is made with
 * a stand-in, and the text is put where the stand-in came out.
 */
export function isFreeText(component: Component, name: string, value: unknown, props: Props): boolean {
  const parameter = parametersOf(component)?.get(name.toLowerCase());
  return (
    parameter !== undefined &&
    HANDED_ON.has(parameter.name) &&
    typeof value === 'string' &&
    isSettled(value) &&
    value.isWellFormed() &&
    !value.includes(MARK) &&
    !hasTransform(props)
  );
}

/** A caption in capitals is not the caption that was given. */
function hasTransform(props: Props): boolean {
  for (const name in props) if (name.toLowerCase() === 'captiontexttransform') return true;
  return false;
}

/** A private character, so that a stand-in is never mistaken for a text. */
const MARK = '\uE0F8';

/** What stands for the text of a property while a plan is made. Any change of letter case would show. */
export function standIn(property: string): string {
  return `a${MARK}${property}${MARK}B`;
}

/** Whether there is anything of a stand-in in a text; only what is made with one can have it. */
export function hasStandIn(text: string): boolean {
  return text.includes(MARK);
}
