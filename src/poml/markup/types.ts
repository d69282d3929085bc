/** A run of text exactly as it stands in the source: nothing is decoded or trimmed. */
export interface MarkupText {
  kind: 'text';
  text: string;
  /** Offset of the first character in the original source. */
  start: number;
  /** Offset after the last character. */
  end: number;
}

/** One attribute as written. */
export interface MarkupAttribute {
  name: string;
  /** Without its quotes, references not decoded; `null` where the value is missing (there is a problem then). */
  value: string | null;
  nameStart: number;
  nameEnd: number;
  /** Between the quotes; both equal `nameEnd` where the value is missing. */
  valueStart: number;
  valueEnd: number;
}

/** An element with what is inside it, children ordered by position. */
export interface MarkupElement {
  kind: 'element';
  /** Without namespace prefix (`a:b` is `b`), case as written; empty where a malformed tag has no name. */
  name: string;
  attributes: MarkupAttribute[];
  children: MarkupNode[];
  /** Offset of the `<` of the opening tag. */
  start: number;
  /** Offset after the `>` of the closing tag, or after the last thing that belongs to a malformed element. */
  end: number;
  nameStart: number;
  nameEnd: number;
}

export type MarkupNode = MarkupElement | MarkupText;

/** Why a document is not well-formed, with the way to mend it. */
export interface MarkupProblem {
  reason: string;
  start: number;
  end: number;
}

/**
 * What stands in the source and does not reach the model, without any error:
 * references (`&amp;`, `&#65;`), CDATA sections, processing instructions, declarations (`<!...>`),
 * and comments that cut a `{{ }}` expression in two. Other comments are meant to vanish and not listed.
 */
export interface MarkupDropped {
  kind: 'entity' | 'cdata' | 'processing-instruction' | 'declaration' | 'comment-in-expression';
  start: number;
  end: number;
}

/** How POML wraps a file that is not one element: as plain text, as Markdown, or not at all. */
export type MarkupWrapper = 'none' | 'text' | 'markdown';

/** A parsed document. All offsets refer to `source`, also those of a wrapped document. */
export interface MarkupDocument {
  /** `undefined` only with at least one problem. */
  root: MarkupElement | undefined;
  /** Not `none`: `root` is a `<poml>` that is not in the source; POML then leaves white space untrimmed. */
  wrapper: MarkupWrapper;
  /** Ordered by place, the first hundred; empty exactly where POML accepts the document. */
  problems: MarkupProblem[];
  dropped: MarkupDropped[];
  source: string;
}
