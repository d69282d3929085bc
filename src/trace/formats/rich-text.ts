import type { Content } from '../../poml/types.ts';

/** The answer of a tool as text, for formats whose tools answer nothing else: of media only type and description stay. */
export function richText(content: Content): string {
  if (typeof content === 'string') return content;
  const texts = content.map((part) => {
    if (typeof part === 'string') return part;
    return 'alt' in part && part.alt ? `[${part.type}: ${part.alt}]` : `[${part.type}]`;
  });
  return texts.join('\n\n');
}
