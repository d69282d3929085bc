import { bodyOf, htmlText, queryHtml } from '../assets/html.ts';
import { reasonOf } from '../problems.ts';
import { type Child, Instance } from '../tree/children.ts';
import { text } from './basic.ts';
import { type Context, defineComponent, ORIGIN, type Props } from './component.ts';
import { invoke, textChild } from './emit.ts';
import { htmlElement } from './html-content.ts';

function htmlOf(props: Props, buffer: unknown, context: Context): string {
  const { src, url } = props;
  if (url) {
    throw new Error(`pages are not fetched from the network: save ${String(url)} and use src`);
  }
  if (src) return context.expansion.files.readText(src as string, 'webpage');
  if (buffer) return typeof buffer === 'string' ? buffer : (buffer as Buffer).toString('utf8');
  throw new Error('Either url, src, or buffer must be provided');
}

function contentOf(html: string, props: Props): Child[] {
  const { extractText, selector } = props;
  const wanted = selector ? (selector as string) : undefined;
  if (extractText) {
    const found = htmlText(html, wanted);
    const words = found === undefined ? `No elements found matching selector: ${wanted}` : found;
    return [new Instance(text, { whiteSpace: 'pre' }, [textChild(words)])];
  }
  const multimedia = props.multimedia === undefined || Boolean(props.multimedia);
  if (wanted === undefined) return htmlElement(bodyOf(html), multimedia);
  const selected = queryHtml(html, wanted);
  if (selected !== undefined) return htmlElement(selected, multimedia);
  return [new Instance(text, {}, [textChild('No elements found matching selector: '), textChild(wanted)])];
}

export const webpage = defineComponent('Webpage', (props, _children, context, out) => {
  const {
    src: _src,
    url: _url,
    buffer: given,
    base64,
    extractText: _text,
    selector: _selector,
    ...others
  } = props;
  let buffer = given;
  if (base64) {
    if (buffer !== undefined) throw new Error('Either buffer or base64 should be provided, not both.');
    buffer = Buffer.from(base64 as string, 'base64');
  }
  let content: Child[] = [];
  try {
    content = contentOf(htmlOf(props, buffer, context), props);
  } catch (error) {
    context.expansion.report(reasonOf(error), props[ORIGIN], error);
  }
  out.seam();
  invoke(text, others, content, context, out);
  out.seam();
});
