import type { CoverageReport, CoveredPrompt } from '../../golden/coverage/index.ts';
import { lineAndColumn } from '../../poml/errors.ts';

/** A place as Istanbul has it: lines from 1, columns from 0. */
export interface IstanbulPosition {
  line: number;
  column: number;
}

export interface IstanbulRange {
  start: IstanbulPosition;
  end: IstanbulPosition;
}

export interface IstanbulBranch {
  /** `if`, `cond-expr`, `binary-expr`, `loop` or `include`. */
  type: string;
  line: number;
  loc: IstanbulRange;
  locations: IstanbulRange[];
}

/** The coverage of a file in Istanbul's form, which Vitest's own coverage takes. */
export interface IstanbulFile {
  path: string;
  statementMap: Record<string, IstanbulRange>;
  s: Record<string, number>;
  branchMap: Record<string, IstanbulBranch>;
  b: Record<string, number[]>;
  fnMap: Record<string, never>;
  f: Record<string, never>;
}

/**
 * The coverage of prompt files as Istanbul objects, by absolute path: elements are statements; conditions, loops,
 * choices in expressions and includes are branches; counts are calls. Markup without a file is left out, and so are texts
 * that their file has no longer.
 */
export function istanbulCoverage(report: CoverageReport): Record<string, IstanbulFile> {
  const files: Record<string, IstanbulFile> = {};
  for (const prompt of report.files) {
    if (prompt.path !== undefined && !prompt.outdated) files[prompt.path] = istanbulFile(prompt, prompt.path);
  }
  return files;
}

function istanbulFile({ text, points }: CoveredPrompt, path: string): IstanbulFile {
  const file: IstanbulFile = { path, statementMap: {}, s: {}, branchMap: {}, b: {}, fnMap: {}, f: {} };
  const rangeOf = ({ start, end }: { start: number; end: number }): IstanbulRange => ({
    start: positionOf(text, start),
    end: positionOf(text, end),
  });
  const branch = (
    id: string,
    type: string,
    range: { start: number; end: number },
    outcomes: readonly { start: number; end: number; calls: number }[],
  ): void => {
    const loc = rangeOf(range);
    file.branchMap[id] = { type, line: loc.start.line, loc, locations: outcomes.map(rangeOf) };
    file.b[id] = outcomes.map(({ calls }) => calls);
  };
  for (const { id, kind, start, end, outcomes, operator } of points) {
    if (kind === 'element' || kind === 'include') {
      file.statementMap[id] = rangeOf(openingTag(text, { start, end }));
      file.s[id] = outcomes[0]!.calls;
    }
    if (kind === 'include') branch(id, 'include', openingTag(text, { start, end }), outcomes);
    else if (kind === 'if') branch(id, 'if', { start, end }, outcomes);
    else if (kind === 'for') branch(id, 'loop', { start, end }, outcomes);
    else if (kind === 'choice')
      branch(id, operator === '?:' ? 'cond-expr' : 'binary-expr', { start, end }, outcomes);
  }
  return file;
}

/** Longer tags are marked whole. */
const MAX_TAG = 2000;

/** An element reaches over all that is in it; what is marked is its opening tag. */
function openingTag(
  text: string,
  { start, end }: { start: number; end: number },
): { start: number; end: number } {
  const tag = /^<[^\s/>]*(?:\s+[^\s=/>]+(?:\s*=\s*(?:"[^"]*"|'[^']*'))?)*\s*\/?>/.exec(
    text.slice(start, Math.min(end, start + MAX_TAG)),
  );
  return { start, end: start + (tag === null ? end - start : tag[0].length) };
}

function positionOf(text: string, offset: number): IstanbulPosition {
  const { line, column } = lineAndColumn(text, offset);
  return { line, column: column - 1 };
}
