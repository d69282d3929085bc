import type { Component } from '../components/component.ts';
import { findComponent } from '../components/registry.ts';
import type { MarkupAttribute, MarkupElement } from '../markup/index.ts';
import { type CompiledDocument, type Role, roleOf } from '../template/document.ts';
import type { WarningCode } from './codes.ts';
import type { Finding } from './finding.ts';

/** An element of the markup as the checks see it. */
export interface Visited {
  readonly markup: MarkupElement;
  readonly role: Role;
  /** `undefined` for elements of the language itself, and for names no component has. */
  readonly component: Component | undefined;
  readonly parent: Visited | undefined;
  readonly document: CompiledDocument;
}

/** Takes findings with their place in the document at hand. */
export type Report = (
  code: WarningCode,
  message: string,
  place: { readonly start: number; readonly end: number },
  unlessStyled?: string,
) => void;

export type Check = (element: Visited, report: Report) => void;

/** Whether the document was included from another. */
export function isIncluded(document: CompiledDocument): boolean {
  return document.file.includedFrom.length > 0;
}

/** The attributes that stand in the source; those of POML's own wrapper do not. */
export function writtenAttributes(markup: MarkupElement): readonly MarkupAttribute[] {
  return markup.attributes.filter(({ name, nameEnd }) => name !== '' && nameEnd > 0);
}

export function writtenAttribute(markup: MarkupElement, name: string): MarkupAttribute | undefined {
  return markup.attributes.find((attribute) => attribute.name.toLowerCase() === name);
}

/** Place of an attribute with its name. */
export function placeOf(attribute: MarkupAttribute): { start: number; end: number } {
  // With the closing quote.
  const end = attribute.value === null ? attribute.nameEnd : attribute.valueEnd + 1;
  return { start: attribute.nameStart, end };
}

export function placeOfValue(attribute: MarkupAttribute): { start: number; end: number } {
  return { start: attribute.valueStart, end: attribute.valueEnd };
}

/** Place of the opening tag's name, for what is true of a whole element. */
export function placeOfName(markup: MarkupElement): { start: number; end: number } {
  return { start: markup.start, end: markup.nameEnd };
}

/** Calls every check on every element of a document, parents first. */
export function visitDocument(document: CompiledDocument, checks: readonly Check[]): Finding[] {
  const findings: Finding[] = [];
  const { file, markup } = document;
  const report: Report = (code, message, { start, end }, unlessStyled) => {
    findings.push({
      code,
      message,
      origin: { file, start, end },
      ...(unlessStyled === undefined ? {} : { unlessStyled }),
    });
  };
  const visit = (element: MarkupElement, parent: Visited | undefined): void => {
    const role = roleOf(element.name);
    const component = role === 'component' ? findComponent(element.name) : undefined;
    const visited: Visited = { markup: element, role, component, parent, document };
    for (const check of checks) check(visited, report);
    // The content of the language's own elements is text to POML.
    if (role !== 'component') return;
    for (const child of element.children) if (child.kind === 'element') visit(child, visited);
  };
  if (markup.root) visit(markup.root, undefined);
  return findings;
}
