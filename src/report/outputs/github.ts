import { nameOf } from '../cause-name.ts';
import { clip, escapeText } from '../escape.ts';
import type { RunModel } from '../model/index.ts';
import { relativePath } from '../paths.ts';
import { plural } from '../rows.ts';
import { failuresWithoutCause } from './failures.ts';

/** How many annotations of one kind GitHub shows of one step. */
export const MAX_ANNOTATIONS = 10;
/** GitHub cuts a message there. */
const MAX_MESSAGE = 4096;

interface Annotation {
  title: string;
  message: string;
  file?: string | undefined;
  line?: number | undefined;
  column?: number | undefined;
}

/**
 * The commands that annotate a pull request on GitHub: one error for each change that fails tests, each gate that does
 * not hold, each failure without a cause; where there are more than GitHub shows, the last one says how many.
 *
 * @param base Absolute folder of the checkout, which paths are relative to.
 */
export function githubAnnotations(model: RunModel, base: string): string[] {
  const all: Annotation[] = [
    ...(model.gates ?? []).flatMap(({ passed, gate, line }) =>
      passed ? [] : [{ title: `Prompt gate ${gate}`, message: line }],
    ),
    ...model.causes
      .filter(({ red }) => red > 0)
      .map((cause): Annotation => {
        const { what } = nameOf(cause, model.root);
        const prompts = cause.prompts.length > 1 ? ` of ${plural(cause.prompts.length, 'prompt')}` : '';
        return {
          title: `Prompt change in ${plural(cause.red, 'recorded call')}${prompts}`,
          message: `${what}\n${names(cause.records.map((index) => model.records[index]!.title))}`,
          file: cause.file,
          line: cause.line,
          column: cause.column,
        };
      }),
    ...failuresWithoutCause(model).map(({ title, reason = '', source }) => ({
      title: 'Prompt test',
      message: `${title}: ${reason}`,
      file: source?.kind === 'live' ? source.path : undefined,
    })),
  ];
  const shown = all.length > MAX_ANNOTATIONS ? all.slice(0, MAX_ANNOTATIONS - 1) : all;
  const rest = all.length - shown.length;
  if (rest > 0)
    shown.push({
      title: 'Prompt report',
      message: `… and ${plural(rest, 'more problem')}: see the report of this step`,
    });
  return shown.map((annotation) => command(annotation, base));
}

const MAX_NAMES = 5;

function names(titles: readonly string[]): string {
  const shown = titles.slice(0, MAX_NAMES).join(', ');
  const rest = titles.length - MAX_NAMES;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

function command({ title, message, file, line, column }: Annotation, base: string): string {
  const properties = {
    ...(file !== undefined && { file: relativePath(file, base) }),
    ...(file !== undefined && line !== undefined && { line: String(line) }),
    ...(file !== undefined && column !== undefined && { col: String(column) }),
    title,
  };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${property(value)}`);
  return `::error ${list.join(',')}::${data(clip(message, MAX_MESSAGE))}`;
}

/** The message of a command: what would end it is written as GitHub reads it back. */
function data(text: string): string {
  return escapeText(text)
    .replace(/##(\w*)\[/g, '##$1\\[')
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
