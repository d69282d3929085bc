import { createRequire } from 'node:module';
import { loadOptional, resolveOptional } from './optional.ts';
import { reasonOf, shortened } from './words.ts';

/** How many elements a document may have. Badly nested markup can make many elements of few characters. */
export const MAX_HTML_ELEMENTS = 100_000;
/** How deep elements may be nested. The parser looks through the open elements at every tag. */
export const MAX_HTML_DEPTH = 1_000;

/** An element, or text. Comments are left out, and texts they stood between are not joined. */
export type HtmlNode = string | HtmlElement;

export interface HtmlElement {
  /** Lower-case, as HTML has it. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly HtmlNode[];
}

/** What is used of a node of cheerio's tree. */
interface DomNode {
  readonly type: string;
  readonly name?: string;
  readonly data?: string;
  readonly attribs?: Readonly<Record<string, string>>;
  readonly children?: readonly DomNode[];
  readonly parent?: DomNode | null;
}

interface Selection {
  toArray(): DomNode[];
  text(): string;
  remove(): void;
}

type Query = (selector: string | DomNode) => Selection;

/** What the HTML parser builds its tree with. */
interface TreeAdapter {
  createElement(name: string, namespace: string, attributes: readonly unknown[]): object;
  appendChild(parent: object, child: object): void;
  insertBefore(parent: object, child: object, reference: object): void;
  setTemplateContent(template: object, content: object): void;
}

const PURPOSE = 'web pages and Word documents';

/** Parses as a browser would, within the limits. */
function load(html: string): Query {
  const cheerio = loadOptional('cheerio', PURPOSE) as {
    load(html: string, options: { treeAdapter: TreeAdapter }): Query;
  };
  // The adapter that cheerio itself uses, found from its place.
  const { adapter } = createRequire(resolveOptional('cheerio', PURPOSE))(
    'parse5-htmlparser2-tree-adapter',
  ) as {
    adapter: TreeAdapter;
  };
  return cheerio.load(html, { treeAdapter: limited(adapter) });
}

function limited(adapter: TreeAdapter): TreeAdapter {
  const depths = new WeakMap<object, number>();
  /** Contents of templates, which are set before their template has its place. */
  const templates = new WeakMap<object, object>();
  let elements = 0;
  const place = (parent: object, child: object): void => {
    const depth = (depths.get(templates.get(parent) ?? parent) ?? 0) + 1;
    if (depth > MAX_HTML_DEPTH) throw tooDeep();
    depths.set(child, depth);
  };
  return {
    ...adapter,
    createElement(name, namespace, attributes) {
      if (++elements > MAX_HTML_ELEMENTS) {
        throw new Error(
          `the HTML has more than ${MAX_HTML_ELEMENTS} elements: give the prompt a smaller file`,
        );
      }
      return adapter.createElement(name, namespace, attributes);
    },
    appendChild(parent, child) {
      place(parent, child);
      adapter.appendChild(parent, child);
    },
    insertBefore(parent, child, reference) {
      place(parent, child);
      adapter.insertBefore(parent, child, reference);
    },
    setTemplateContent(template, content) {
      templates.set(content, template);
      adapter.setTemplateContent(template, content);
    },
  };
}

function tooDeep(): Error {
  return new Error(`the HTML is nested deeper than ${MAX_HTML_DEPTH} levels: are elements left open?`);
}

/** No deeper than it was read. */
function plainChildren(node: DomNode): HtmlNode[] {
  return (node.children ?? []).flatMap((child): HtmlNode[] => {
    if (child.type === 'text') return [child.data ?? ''];
    // The content of a template is a document of its own.
    if (child.type === 'root') return plainChildren(child);
    return child.attribs ? [plainElement(child)] : [];
  });
}

function plainElement(node: DomNode): HtmlElement {
  return {
    name: node.name ?? '',
    attributes: { ...node.attribs },
    children: plainChildren(node),
  };
}

/**
 * The body of a document.
 * @throws Error when the document is beyond the limits; OptionalPackageError when `cheerio` is missing
 */
export function bodyOf(html: string): HtmlElement {
  const [body] = load(html)('body').toArray();
  // A page of frames has none.
  return body ? plainElement(body) : { name: 'body', attributes: {}, children: [] };
}

/** In this order POML asks whether a selection is such an element; several matches can be several. */
const NAMES_BY_PRECEDENCE = [
  ['style', 'script'],
  ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
  ['p', 'div'],
  ...['br', 'ol', 'ul', 'li', 'b', 'i', 'img', 'table'].map((name) => [name]),
];

/**
 * The elements that a CSS selector matches, as one: several matches give one element with the content of all, of
 * the kind that comes first for POML, and with the attributes of the first.
 * @returns `undefined` when nothing matches
 * @throws Error for a selector that is none
 */
export function queryHtml(html: string, selector: string): HtmlElement | undefined {
  const nodes = select(load(html), selector).toArray();
  const matches = nodes.map((node) => plainElement(node));
  const [first] = matches;
  if (first === undefined || matches.length === 1) return first;
  const kind = NAMES_BY_PRECEDENCE.find((names) => matches.some((match) => names.includes(match.name)));
  const name = matches.find((match) => kind?.includes(match.name))?.name ?? first.name;
  // The rows of a table inside a table are taken once, everything else as often as it is matched.
  const all = new Set(nodes);
  const taken = name === 'table' ? matches.filter((_, index) => !isInside(nodes[index]!, all)) : matches;
  return { name, attributes: first.attributes, children: taken.flatMap((match) => match.children) };
}

function isInside(node: DomNode, others: ReadonlySet<DomNode>): boolean {
  for (let above = node.parent; above; above = above.parent) if (others.has(above)) return true;
  return false;
}

function select($: Query, selector: string): Selection {
  try {
    return $(selector);
  } catch (error) {
    throw new Error(`${JSON.stringify(shortened(selector))} is no CSS selector: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * The text of a document without scripts and styles: of the body, trimmed, or of all elements that a selector
 * matches, with a blank line between.
 * @returns `undefined` when nothing matches
 * @throws Error for a selector that is none
 */
export function htmlText(html: string, selector?: string): string | undefined {
  const $ = load(html);
  $('script').remove();
  $('style').remove();
  if (!selector) return $('body').text().trim();
  const matches = select($, selector).toArray();
  return matches.length === 0 ? undefined : matches.map((match) => $(match).text()).join('\n\n');
}

/** All text in an element. */
export function htmlTextOf(element: HtmlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : htmlTextOf(child))).join('');
}
