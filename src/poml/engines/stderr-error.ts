import type { EngineFailure } from './failure.ts';

const FIRST_FRAME = /\n {4}at /;
const HEADING = /^(?:Uncaught )?_?[A-Z][\w$.]*(?: \[[\w-]+\])?: /;

/**
 * Finds the error in what Node prints when a process dies of one: the source line (in a bundle, millions of
 * characters), an empty line, `Name: message`, the stack, and the error's own properties in braces.
 *
 * @param stderr its end is enough
 * @returns `undefined` when no stack is there
 */
export function parseStderr(stderr: string): EngineFailure | undefined {
  const text = stderr.replaceAll('\r\n', '\n');
  const stack = FIRST_FRAME.exec(text);
  if (stack === null) return undefined;
  const paragraphs = text.slice(0, stack.index).split('\n\n');
  const last = paragraphs.findLastIndex((paragraph) => HEADING.test(paragraph));
  const message = (last === -1 ? paragraphs.slice(-1) : paragraphs.slice(last))
    .join('\n\n')
    .replace(HEADING, '')
    .trim();
  // Properties of a cause are indented further.
  const property = (name: string) =>
    new RegExp(`\\n {2}${name}: (.*?),?\\n`).exec(text.slice(stack.index))?.[1];
  const startIndex = integer(property('startIndex'));
  const endIndex = integer(property('endIndex'));
  const sourcePath = unquoted(property('sourcePath'));
  return {
    message,
    ...(startIndex !== undefined && { startIndex }),
    ...(endIndex !== undefined && { endIndex }),
    ...(sourcePath !== undefined && { sourcePath }),
  };
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function unquoted(text: string | undefined): string | undefined {
  const match = text === undefined ? null : /^(['"`])(.*)\1$/.exec(text);
  return match?.[2]?.replace(/\\(['"`\\])/g, '$1');
}
