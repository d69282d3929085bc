import type { Problem } from '../problems.ts';
import { Problem as WriteProblem } from '../problems.ts';
import type { ElementNode, SeamNode } from '../tree/nodes.ts';
import type { Warnings } from '../warnings.ts';

/** What the writers share during one render. */
export interface WriterState {
  readonly problems: Problem[];
  readonly warnings: Warnings;
}

/** Records that a node cannot be written here. */
export function refuse(state: WriterState, reason: string, node: ElementNode | SeamNode): void {
  state.problems.push(new WriteProblem(reason, node.kind === 'element' ? node.origin : undefined));
}

/** The `writerOptions` of an environment element. */
export function writerOptions(node: ElementNode, state: WriterState): Record<string, unknown> {
  const text = node.attributes.writerOptions;
  if (!text) return {};
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    refuse(state, `writerOptions is not JSON: ${text}`, node);
    return {};
  }
}
