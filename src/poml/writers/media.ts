import { requireSmall } from '../json.ts';
import type { ElementNode, TreeNode } from '../tree/nodes.ts';
import type { ContentPart } from '../types.ts';
import { contentOf } from './content.ts';
import { writeEnvironment } from './dispatch.ts';
import { concatenate, markOf, NOTHING, type Output, outputOf, PLACEHOLDER, type Position } from './output.ts';
import { refuse, type WriterState } from './state.ts';

type Handler = (node: ElementNode, state: WriterState) => Output;

/** Writes pictures, sounds, tool requests and responses. */
export function writeMedia(node: ElementNode, state: WriterState): Output {
  return writeParts(node.children, state);
}

function writeParts(nodes: readonly TreeNode[], state: WriterState): Output {
  const outputs = nodes.filter((child) => child.kind === 'element').map((child) => writePart(child, state));
  return outputs.length === 0 ? NOTHING : concatenate(outputs);
}

function writePart(node: ElementNode, state: WriterState): Output {
  if (node.tag === 'env') {
    return node.attributes.presentation === 'multimedia'
      ? writeParts(node.children, state)
      : writeEnvironment(node, state);
  }
  const handler = HANDLERS[node.tag];
  if (handler) return handler(node, state);
  refuse(state, `<${node.tag}> is not a picture, a sound or a tool call`, node);
  return NOTHING;
}

function placeholder(node: ElementNode, part: Exclude<ContentPart, string>, position: Position): Output {
  return { text: PLACEHOLDER, marks: markOf(node, 1), media: [{ part, position, index: 0 }] };
}

function pictureOrSound(node: ElementNode, state: WriterState): Output {
  const { base64, alt, type = 'image', position = 'here' } = node.attributes;
  if (base64) {
    if (position !== 'here' && position !== 'top' && position !== 'bottom') {
      refuse(state, `Invalid position: ${position}; write here, top or bottom`, node);
      return NOTHING;
    }
    const part = alt === undefined ? { type, base64 } : { type, base64, alt };
    return placeholder(node, part, position);
  }
  if (alt) return outputOf(node, alt);
  refuse(state, 'a picture or sound needs a source or an alt text', node);
  return NOTHING;
}

function named(
  node: ElementNode,
  what: string,
  state: WriterState,
): { id: string; name: string } | undefined {
  const { id, name } = node.attributes;
  if (id && name) return { id, name };
  const tag = what === 'Tool request' ? 'tool-request' : 'tool-response';
  refuse(state, `${what} must have id and name attributes: write <${tag} id="…" name="…">`, node);
  return undefined;
}

function toolRequest(node: ElementNode, state: WriterState): Output {
  const call = named(node, 'Tool request', state);
  if (call === undefined) return NOTHING;
  const text = node.attributes.content;
  let content: unknown;
  try {
    content = text ? JSON.parse(text) : {};
    requireSmall(content);
  } catch {
    refuse(state, `the parameters of a tool request are not JSON: ${text}`, node);
    return NOTHING;
  }
  return placeholder(node, { type: 'application/vnd.poml.toolrequest', content, ...call }, 'here');
}

function toolResponse(node: ElementNode, state: WriterState): Output {
  const call = named(node, 'Tool response', state);
  if (call === undefined) return NOTHING;
  const content = contentOf(writeParts(node.children, state));
  if (content.length === 0) {
    refuse(state, 'Tool response must have content', node);
    return NOTHING;
  }
  return placeholder(node, { type: 'application/vnd.poml.toolresponse', content, ...call }, 'here');
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  __proto__: null as never,
  img: pictureOrSound,
  audio: pictureOrSound,
  toolrequest: toolRequest,
  toolresponse: toolResponse,
};
