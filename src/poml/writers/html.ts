import { requireRepeats } from '../budget.ts';
import { FatalRenderError } from '../problems.ts';
import type { Origin } from '../source.ts';
import { ElementNode, type TreeNode } from '../tree/nodes.ts';
import { writeEnvironment } from './dispatch.ts';
import { type Output, outputOf } from './output.ts';
import { printXml, type XmlChild, type XmlElement } from './print-xml.ts';
import { refuse, type WriterState } from './state.ts';

/** Writes HTML. The elements keep POML's inner names (`list`, `item`), but for those below. */
export function writeHtml(
  node: ElementNode,
  options: Record<string, unknown> | undefined,
  state: WriterState,
): Output {
  const nodes = convert(node, state, false);
  if (nodes.length > 1 || typeof nodes[0] === 'string') {
    throw new FatalRenderError(
      'HTML must be one element: put a <div> around what stands in it',
      node.origin ?? firstOrigin(node),
    );
  }
  const text = printXml(nodes, {
    pretty: options?.htmlPrettyPrint ?? true,
    indent: options?.htmlIndent ?? '  ',
    indentOption: 'htmlIndent',
    origin: node.origin ?? firstOrigin(node),
  });
  return outputOf(node, text);
}

/** Environments are made by components; what they hold was written by the author. */
function firstOrigin(node: ElementNode): Origin | undefined {
  return node.children.find((child) => child instanceof ElementNode)?.origin;
}

function element(name: string, children: XmlChild[]): XmlElement {
  return { name, children };
}

function convertAll(nodes: readonly TreeNode[], state: WriterState, inHead: boolean): XmlChild[] {
  return nodes.flatMap((node) => (node.kind === 'text' ? [node.text] : convert(node, state, inHead)));
}

function convert(node: Exclude<TreeNode, { kind: 'text' }>, state: WriterState, inHead: boolean): XmlChild[] {
  // A seam shows in HTML as an empty element.
  if (node.kind === 'seam') return [element('div', [])];
  const children = (head = inHead) => convertAll(node.children, state, head);
  switch (node.tag) {
    case 'h':
      return [element(`h${node.attributes.level || '1'}`, children())];
    case 'code':
      return [element('pre', [element('code', children())])];
    case 'nl': {
      const count = Number.parseInt(node.attributes.count || '1', 10);
      requireRepeats(count, 'the count of line breaks', node.origin);
      return Array.from({ length: Math.max(0, count || 0) }, () => element('br', []));
    }
    case 'thead':
      return [element('thead', children(true))];
    case 'tcell':
      return [element(inHead ? 'th' : 'td', children())];
    case 'trow':
      return [element('tr', children())];
    case 'env': {
      if (node.attributes.presentation === 'markup' && node.attributes.markupLang === 'html')
        return children();
      const inner = writeEnvironment(node, state);
      if (inner.media.length > 0) {
        refuse(
          state,
          'pictures and other media cannot stand in HTML: give an alt text, or another syntax',
          node,
        );
      }
      return [inner.text];
    }
    default:
      return [element(node.tag, children())];
  }
}
