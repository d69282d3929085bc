import type { Files } from '../assets/fs.ts';
import type { CompiledStylesheet } from '../components/stylesheet.ts';
import type { CompiledDocument } from '../template/document.ts';
import type { Child } from '../tree/children.ts';
import type { ElementNode, TreeNode } from '../tree/nodes.ts';
import type { Warnings } from '../warnings.ts';
import type { WrittenMessage } from '../writers/messages.ts';
import type { Output } from '../writers/output.ts';

/** What a render leaves behind from which its warnings are worked out. */
export interface Evidence {
  readonly recorded: Warnings;
  /** The prompt's own document. */
  readonly document: CompiledDocument;
  /** The components of the prompt, not expanded. */
  readonly content: readonly Child[];
  /** What they were expanded to; only `root` is written. */
  readonly nodes: readonly TreeNode[];
  readonly root: ElementNode | undefined;
  readonly output: Output;
  /** `undefined` without chat. */
  readonly messages: readonly WrittenMessage[] | undefined;
  /** `undefined` without one. */
  readonly schema: unknown;
  /** How many tools are declared. */
  readonly tools: number;
  readonly runtime: Readonly<Record<string, unknown>> | undefined;
  readonly stylesheet: CompiledStylesheet;
  readonly files: Files;
  /** The variables the prompt was given. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Whether expressions ran natively. */
  readonly trusted: boolean;
  readonly mutatedContext: boolean;
  /** Whether errors were reported: then what is missing has another reason. */
  readonly failed: boolean;
}
