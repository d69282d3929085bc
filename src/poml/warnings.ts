import type { Origin } from './source.ts';
import type { CompiledDocument } from './template/document.ts';
import type { Segment } from './template/text.ts';
import type { ElementNode, TextNode } from './tree/nodes.ts';
import type { WarningCode } from './warnings/codes.ts';
import type { Finding } from './warnings/finding.ts';

/** A value that printed nothing, and the expression it came from. */
export interface SilentValue {
  readonly segment: Segment;
  readonly value: unknown;
}

/**
 * What a render takes note of for `prompt.warnings`. Only what cannot be found out afterwards is recorded, and as
 * cheaply as possible; everything else is worked out when the warnings are first asked for.
 */
export class Warnings {
  // Made when first needed: most renders have nothing to put into these.
  private prompt: CompiledDocument | undefined;
  private includes: Set<CompiledDocument> | undefined;
  private found: Map<string, Finding> | undefined;
  private silentBySegment: Map<Segment, SilentValue> | undefined;
  private cutNodes: Set<ElementNode> | undefined;
  private droppedNodes: Set<ElementNode | TextNode> | undefined;

  add(code: WarningCode, message: string, origin: Origin | undefined): void {
    const key = `${code}\0${origin?.file.path ?? ''}\0${origin?.start ?? ''}\0${message}`;
    this.found ??= new Map();
    if (!this.found.has(key)) this.found.set(key, { code, message, origin });
  }

  /** A document was read, the prompt itself first. */
  read(document: CompiledDocument): void {
    this.prompt ??= document;
    if (document === this.prompt) return;
    this.includes ??= new Set();
    this.includes.add(document);
  }

  /** A value printed nothing inside a text. */
  silent(segment: Segment, value: unknown): void {
    this.silentBySegment ??= new Map();
    if (!this.silentBySegment.has(segment)) this.silentBySegment.set(segment, { segment, value });
  }

  /** A limit has cut the content of an element. */
  cutByLimit(node: ElementNode): void {
    this.cutNodes ??= new Set();
    this.cutNodes.add(node);
  }

  /** An element went because what encloses it was over its limit and its priority was the lowest. */
  droppedByPriority(node: ElementNode | TextNode): void {
    this.droppedNodes ??= new Set();
    this.droppedNodes.add(node);
  }

  /** The documents that were read: the prompt and its includes. */
  get documents(): readonly CompiledDocument[] {
    return this.prompt === undefined ? [] : [this.prompt, ...(this.includes ?? [])];
  }

  get silentValues(): Iterable<SilentValue> {
    return this.silentBySegment?.values() ?? [];
  }

  get cut(): Iterable<ElementNode> {
    return this.cutNodes ?? [];
  }

  get dropped(): Iterable<ElementNode | TextNode> {
    return this.droppedNodes ?? [];
  }

  list(): Finding[] {
    return [...(this.found?.values() ?? [])];
  }
}
