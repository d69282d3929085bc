import type { MarkupElement } from '../markup/index.ts';
import { Problem } from '../problems.ts';
import type { SourceFile } from '../source.ts';
import { textOf } from './document.ts';

/**
 * The JSON of the `<context>` or `<stylesheet>` element directly below the root, or `undefined` when there is
 * none. Two of them, or broken JSON, are a problem.
 */
export function readSetting(
  root: MarkupElement,
  name: 'context' | 'stylesheet',
  file: SourceFile,
  problems: Problem[],
): unknown {
  let element: MarkupElement | undefined;
  let second: MarkupElement | undefined;
  for (const child of root.children) {
    if (child.kind !== 'element' || child.name.length !== name.length || child.name.toLowerCase() !== name)
      continue;
    if (element === undefined) element = child;
    else second ??= child;
  }
  if (element === undefined) return undefined;
  if (second !== undefined) {
    problems.push(
      new Problem(`Multiple ${name} elements found: write one, with everything in it`, {
        file,
        start: second.start,
        end: second.end,
      }),
    );
    return undefined;
  }
  try {
    return JSON.parse(textOf(element));
  } catch (error) {
    const reason = `the <${name}> element is not JSON: ${(error as Error).message}`;
    problems.push(new Problem(reason, { file, start: element.start, end: element.end }, error));
    return undefined;
  }
}
