import type { ElementNode } from '../tree/nodes.ts';
import { writeSeparated } from './csv.ts';
import { writeFree } from './free.ts';
import { writeHtml } from './html.ts';
import { writeMarkdown } from './markdown.ts';
import { writeMedia } from './media.ts';
import { NOTHING, type Output } from './output.ts';
import { writeJson, writeXml, writeYaml } from './serialize.ts';
import { refuse, type WriterState, writerOptions } from './state.ts';

/** Writes an element in the language its environment names; anything but an environment is Markdown. */
export function writeEnvironment(node: ElementNode, state: WriterState): Output {
  if (node.tag !== 'env') return writeMarkdown(node, undefined, state);
  const { presentation, markupLang = 'markdown', serializer = 'json' } = node.attributes;
  const options = node.attributes.writerOptions ? writerOptions(node, state) : undefined;
  const language =
    presentation === 'markup' ? markupLang : presentation === 'serialize' ? serializer : undefined;
  // An internal attribute can name a markup language for data, or a serializer for markup.
  switch (language === undefined ? presentation : `${presentation} ${language}`) {
    case 'markup markdown':
      return writeMarkdown(node, options, state);
    case 'markup html':
      return writeHtml(node, options, state);
    case 'markup csv':
      return writeSeparated(node, 'csv', options, state);
    case 'markup tsv':
      return writeSeparated(node, 'tsv', options, state);
    case 'serialize json':
      return writeJson(node, options, state);
    case 'serialize yaml':
      return writeYaml(node, options, state);
    case 'serialize xml':
      return writeXml(node, options, state);
    case 'free':
      return writeFree(node, options, state);
    case 'multimedia':
      return writeMedia(node, state);
    default:
      refuse(state, `Unknown language: ${String(language ?? presentation)}`, node);
      return NOTHING;
  }
}
