import { type MarkupElement, textOf } from '../markup/index.ts';
import { Problem } from '../problems.ts';
import type { SourceFile } from '../source.ts';

/** The `<context>` or `<stylesheet>` element directly below the root, and a second one, which is a problem. */
interface Setting {
  readonly element: MarkupElement;
  readonly second: MarkupElement | undefined;
}

/** What a document says of its own variables and rules. Most say nothing. */
export interface Settings {
  readonly context: Setting | undefined;
  readonly stylesheet: Setting | undefined;
}

/** The settings below the root of a document. */
export function settingsOf(root: MarkupElement | undefined): Settings {
  if (root === undefined) return { context: undefined, stylesheet: undefined };
  return { context: settingOf(root, 'context'), stylesheet: settingOf(root, 'stylesheet') };
}

function settingOf({ children }: MarkupElement, name: keyof Settings): Setting | undefined {
  const [element, second] = children.filter(
    (child) =>
      child.kind === 'element' && child.name.length === name.length && child.name.toLowerCase() === name,
  ) as MarkupElement[];
  return element && { element, second };
}

/** The JSON of a setting, or `undefined` when there is none. Two of them, or broken JSON, are a problem. */
export function readSetting(
  settings: Settings,
  name: keyof Settings,
  file: SourceFile,
  problems: Problem[],
): unknown {
  const setting = settings[name];
  if (setting === undefined) return undefined;
  const { element, second } = setting;
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
