import type { ElementNode } from '../tree/nodes.ts';
import { writeEnvironment } from './dispatch.ts';
import { limitsOf, type TruncateOptions, truncate, truncateOptions } from './limits.ts';
import { concatenate, markOf, NOTHING, type Output, outputOf } from './output.ts';
import { refuse, type WriterState } from './state.ts';

/** Writes plain text: what stands there, as it stands there. */
export function writeFree(
  node: ElementNode,
  options: Record<string, unknown> | undefined,
  state: WriterState,
): Output {
  return writeFreeElement(node, truncateOptions(options ?? {}), state);
}

function writeFreeElement(node: ElementNode, options: TruncateOptions, state: WriterState): Output {
  const outputs = node.children.map((child): Output => {
    if (child.kind === 'text') {
      return outputOf(child, child.text);
    }
    if (child.kind === 'element') {
      if (child.tag === 'text' || (child.tag === 'env' && child.attributes.presentation === 'free')) {
        return writeFreeElement(child, options, state);
      }
      if (child.tag === 'env') return writeEnvironment(child, state);
      refuse(state, `<${child.tag}> cannot stand in plain text`, child);
    } else {
      refuse(
        state,
        'plain text must be one piece: start it right after the opening tag, or add whiteSpace="trim"',
        node,
      );
    }
    return NOTHING;
  });
  const whole = outputs.length === 0 ? NOTHING : concatenate(outputs);
  const text = truncate(whole.text, limitsOf(node), options);
  if (text !== whole.text) state.warnings.cutByLimit(node);
  return { text, marks: markOf(node, text.length, whole.marks), media: whole.media };
}
