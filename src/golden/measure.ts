import type { ChangeClass } from './classes.ts';
import type { Comparison } from './compare.ts';
import { countPromptTokens, lineCounter, type TokenSubject } from './tokens.ts';
import type { GoldenTools } from './tools.ts';
import type { Verdict } from './verdict.ts';

/** What is found out about a render beside how it stands to its golden. */
export interface Measures {
  /** Whose tokens are counted: of what `changed`, or of `all`. */
  tokens?: 'changed' | 'all';
  /** Count the warnings. */
  warnings?: boolean;
}

/** Longer prompts are counted only where all are: of a log file of 10 MB nobody wants to wait for the tokens. */
const MAX_CHARACTERS = 1_000_000;

/**
 * Notes in a verdict its tokens and warnings, as far as they are asked for.
 *
 * @param values What the files of golden and render hold, where it has been read already.
 */
export function measure(
  verdict: Verdict,
  { tokens, warnings }: Measures,
  tools: GoldenTools,
  values?: Comparison['values'],
): void {
  if (warnings && verdict.actual) verdict.warnings = verdict.actual.warnings?.length ?? 0;
  const { countTokens } = tools;
  // A render that failed, or lacked a package, has fewer tokens for no reason that anybody wants to hear of.
  if (verdict.status === 'failed' || !countTokens) return;
  if (tokens !== 'all' && !(tokens === 'changed' && verdict.differences.length > 0)) return;
  const { expectedJson, actualJson } = verdict;
  if (expectedJson === undefined || actualJson === undefined) return;
  if (tokens !== 'all' && expectedJson.length + actualJson.length > MAX_CHARACTERS) return;
  try {
    const count = once(lineCounter(countTokens));
    const after = countPromptTokens(values?.actual ?? (JSON.parse(actualJson) as TokenSubject), count);
    const before =
      expectedJson === actualJson
        ? after
        : countPromptTokens(values?.expected ?? (JSON.parse(expectedJson) as TokenSubject), count);
    verdict.tokens = { before, after };
  } catch (error) {
    verdict.noTokens = (error as Error).message;
  }
}

/** Counts a text that is there twice, in golden and render, only once. */
function once(count: (text: string) => number): (text: string) => number {
  const known = new Map<string, number>();
  return (text) => {
    const found = known.get(text) ?? count(text);
    known.set(text, found);
    return found;
  };
}

/** Whether a change is only of kinds that are allowed; what was written is no change any more. */
export function isAllowed(verdict: Verdict, allow: readonly ChangeClass[]): boolean {
  const { status, accepted, classes } = verdict;
  return (
    status === 'changed' && !accepted && classes.length > 0 && classes.every((name) => allow.includes(name))
  );
}
