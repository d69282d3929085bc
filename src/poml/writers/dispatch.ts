import type { ElementNode } from '../tree/nodes.ts';
import { writeSeparated } from './csv.ts';
import { writeFree } from './free.ts';
import { writeHtml } from './html.ts';
import { writeMarkdown } from './markdown.ts';
import { writeMedia } from './media.ts';
import { NOTHING, type Output } from './output.ts';
import { writeJson, writeXml, writeYaml } from './serialize.ts';
import { refuse, type WriterState, writerOptions } from './state.ts';

type Options = Record<string, unknown> | undefined;

/** Writes an element in the language its environment names; anything but an environment is Markdown. */
export function writeEnvironment(node: ElementNode, state: WriterState): Output {
  if (node.tag !== 'env') return writeMarkdown(node, undefined, state);
  const { presentation, markupLang = 'markdown', serializer = 'json' } = node.attributes;
  const options = node.attributes.writerOptions ? writerOptions(node, state) : undefined;
  switch (presentation) {
    case 'markup':
      return writeMarkup(node, markupLang, options, state);
    case 'serialize':
      return writeData(node, serializer, options, state);
    case 'free':
      return writeFree(node, options, state);
    case 'multimedia':
      return writeMedia(node, state);
    default:
      return unknown(presentation, node, state);
  }
}

// An internal attribute can name a serializer for markup, or a markup language for data.

function writeMarkup(node: ElementNode, language: string, options: Options, state: WriterState): Output {
  switch (language) {
    case 'markdown':
      return writeMarkdown(node, options, state);
    case 'html':
      return writeHtml(node, options, state);
    case 'csv':
    case 'tsv':
      return writeSeparated(node, language, options, state);
    default:
      return unknown(language, node, state);
  }
}

function writeData(node: ElementNode, language: string, options: Options, state: WriterState): Output {
  switch (language) {
    case 'json':
      return writeJson(node, options, state);
    case 'yaml':
      return writeYaml(node, options, state);
    case 'xml':
      return writeXml(node, options, state);
    default:
      return unknown(language, node, state);
  }
}

function unknown(language: string | undefined, node: ElementNode, state: WriterState): Output {
  refuse(state, `Unknown language: ${String(language)}`, node);
  return NOTHING;
}
