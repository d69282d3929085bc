import { docxHtml } from '../assets/docx.ts';
import { bodyOf } from '../assets/html.ts';
import { pdfText } from '../assets/pdf.ts';
import { reasonAbout } from '../problems.ts';
import { type Child, Instance } from '../tree/children.ts';
import { text } from './basic.ts';
import { type Context, defineComponent, ORIGIN, type Props } from './component.ts';
import { emitChildren, textChild } from './emit.ts';
import type { Settled } from './expansion.ts';
import { htmlChildren } from './html-content.ts';

type Parser = 'pdf' | 'docx' | 'txt';

function parserFor(src: string): Parser {
  const lower = src.toLowerCase();
  if (lower.endsWith('.docx') || lower.endsWith('.doc')) return 'docx';
  if (lower.endsWith('.pdf')) return 'pdf';
  if (lower.endsWith('.txt')) return 'txt';
  throw new Error(`Cannot determine parser for ${src}: add parser="txt", "pdf" or "docx"`);
}

function verbatim(content: string): Child[] {
  return [new Instance(text, { whiteSpace: 'pre' }, [textChild(content)])];
}

interface Source {
  readonly parser: string | undefined;
  readonly src: string | undefined;
  readonly bytes: Buffer | undefined;
}

function sourceOf(props: Props): Source {
  const { src, base64, buffer } = props;
  const parser = props.parser as string | undefined;
  if (base64) {
    if (buffer !== undefined) throw new Error('Either buffer or base64 should be provided, not both.');
    return { parser, src: src as string, bytes: Buffer.from(base64 as string, 'base64') };
  }
  if (typeof buffer === 'string') {
    const own = parser === undefined || parser === 'auto' ? 'txt' : parser;
    return { parser: own, src: src as string, bytes: Buffer.from(buffer, 'utf8') };
  }
  return { parser, src: src as string | undefined, bytes: buffer as Buffer | undefined };
}

/** The document's content, `undefined` while it is being read. */
function contentOf(source: Source, props: Props, context: Context): Settled<readonly Child[]> | undefined {
  const { expansion } = context;
  const { src } = source;
  let { parser } = source;
  if (parser === 'auto' || parser === undefined) {
    if (!src)
      throw new Error('without a file the document needs a parser: add parser="txt", "pdf" or "docx"');
    parser = parserFor(src);
  }
  const bytes = src ? expansion.files.readBytes(src, 'document') : source.bytes;
  if (!bytes) throw new Error('Either buffer or src must be provided');
  const key = () => `${src ? expansion.files.resolve(src) : bytes.toString('base64')}`;
  switch (parser) {
    case 'txt':
      return { value: verbatim(bytes.toString()) };
    case 'pdf': {
      const pages = props.selectedPages as string | undefined;
      const read = expansion.ask(`pdf\0${pages ?? ''}\0${key()}`, () => pdfText(bytes, pages));
      return read && ('value' in read ? { value: verbatim(read.value) } : read);
    }
    case 'docx': {
      const read = expansion.ask(`docx\0${key()}`, () => docxHtml(bytes));
      if (read === undefined || 'error' in read) return read;
      const multimedia = props.multimedia === undefined || Boolean(props.multimedia);
      const children = htmlChildren(bodyOf(read.value).children, multimedia);
      return { value: [new Instance(text, { syntax: 'markdown' }, children)] };
    }
    default:
      throw new Error(`Unsupported parser: ${parser}`);
  }
}

export const document = defineComponent(
  'Document',
  (props, _children, context, out) => {
    const source = sourceOf(props);
    let content: Settled<readonly Child[]> | undefined;
    try {
      content = contentOf(source, props, context);
    } catch (error) {
      content = { error };
    }
    if (content === undefined) return;
    // Seams: documents are read asynchronously, which shows in POML's intermediate form.
    out.seam();
    if ('value' in content) emitChildren(content.value, context, out);
    else context.expansion.report(reasonAbout(source.src, content.error), props[ORIGIN], content.error);
    out.seam();
  },
  ['doc'],
);
