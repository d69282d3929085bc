import type { VerdictRecord } from '../../golden/record.ts';
import { promptName } from '../../golden/subject.ts';
import { signed, signedDollars, signedPercent } from '../cost/cost.ts';
import type { CoverageFile } from '../coverage/model.ts';
import type { PromptModel, RunModel } from '../model/index.ts';
import { count, plural } from '../rows.ts';
import { allowance, type GateName, type GateResult, type Gates, type Limit, needTokens } from './gates.ts';

/**
 * What the gates that are set say of a run: one line each. A gate that cannot be decided, since what it needs is missing,
 * does not hold.
 *
 * @param gates Checked by `checkGatesOption`.
 */
export function checkGates(model: RunModel, gates: Gates): GateResult[] {
  const results: GateResult[] = [];
  const missing = needTokens(gates) ? whyNoTokens(model) : undefined;
  const check = <T>(gate: GateName, limit: T | undefined, decide: (limit: T) => Decision) => {
    if (limit === undefined || limit === false) return;
    const { passed, words } = decide(limit);
    const line = `${gate}${limit === true ? '' : ` ${limitWords(limit)}`}: ${words}`;
    // What names of files hold does not make two of it.
    results.push({ gate, passed, line: line.replace(/\s*[\r\n]\s*/g, ' ') });
  };
  const counted = (decide: () => Decision): Decision =>
    missing === undefined ? decide() : { passed: false, words: `cannot be decided: ${missing}` };
  check('maxTokenIncrease', gates.maxTokenIncrease, (limit) => counted(() => tokenIncrease(model, limit)));
  check('maxCostIncrease', gates.maxCostIncrease, (limit) => counted(() => costIncrease(model, limit)));
  check('maxTokens', gates.maxTokens, (limit) => {
    const unknown = model.chosen ? undefined : unknownPrompt(model, limit);
    return unknown ?? counted(() => largestCalls(model, limit));
  });
  // What chosen tests leave out says nothing of the prompts.
  check('minCoverage', model.chosen ? undefined : gates.minCoverage, (least) => covered(model, least));
  check('requireLive', gates.requireLive, () => allLive(model));
  check('failOnWarnings', gates.failOnWarnings, () => noWarnings(model));
  return results;
}

interface Decision {
  passed: boolean;
  /** How it stands, after the gate's name. */
  words: string;
}

function limitWords(limit: unknown): string {
  return typeof limit === 'object' ? 'by prompt' : typeof limit === 'number' ? count(limit) : String(limit);
}

/** Why tokens that the gates need were not counted; `undefined` when all that could be counted were. */
function whyNoTokens({ records, notes = [] }: RunModel): string | undefined {
  const untold = records.find(({ noTokens }) => noTokens !== undefined);
  return untold ? (notes[0] ?? untold.noTokens) : undefined;
}

/** For each prompt the average over its calls. */
function tokenIncrease({ prompts }: RunModel, limit: Limit): Decision {
  const rises = prompts.flatMap(({ label, tokens }) => {
    if (!tokens || tokens.counted === 0) return [];
    const before = tokens.before / tokens.counted;
    const after = tokens.after / tokens.counted;
    return [{ label, before, after, over: after - before - allowance(limit, before) }];
  });
  const worst = greatest(rises, ({ over }) => over);
  if (!worst) return { passed: true, words: 'no tokens to compare' };
  const { label, before, after, over } = worst;
  const how = `${label} takes ${tokens(after)} tokens a call, ${signed(rounded(after - before))} (${signedPercent(before, after)})`;
  const others = rises.filter((rise) => rise.over > 0).length - 1;
  return over > 0
    ? { passed: false, words: `${how}: ${tokens(over)} too many${also(others, 'prompt')}` }
    : { passed: true, words: `the most: ${how}` };
}

function costIncrease({ tokens: total, price }: RunModel, limit: Limit): Decision {
  if (!total) return { passed: true, words: 'no tokens to compare' };
  if (typeof limit === 'string') {
    const over = total.after - total.before - allowance(limit, total.before);
    const how = `calls as recorded cost ${signedPercent(total.before, total.after)}`;
    return over > 0
      ? {
          passed: false,
          words: `${how}, ${signedPercent(total.before, total.before + over).replace(/^\+/, '')} too much`,
        }
      : { passed: true, words: how };
  }
  if (!price || total.costPerThousand === undefined)
    return {
      passed: false,
      words: 'cannot be decided: the price of the model is not known, set it with the option "prices"',
    };
  const rise = total.costPerThousand;
  const how = `1,000 calls as recorded cost ${signedDollars(rise)} (${price.model})`;
  return rise > limit
    ? { passed: false, words: `${how}, ${signedDollars(rise - limit).replace(/^\+/, '')} too much` }
    : { passed: true, words: how };
}

function largestCalls({ prompts, records }: RunModel, limit: number | Record<string, number>): Decision {
  const largest = prompts.flatMap(({ label, tokens, records: own }) => {
    const most = limitOf(limit, label, records[own[0] ?? 0]);
    return tokens && most !== undefined
      ? [{ label, most, size: tokens.largest, over: tokens.largest - most }]
      : [];
  });
  const worst = greatest(largest, ({ over }) => over);
  if (!worst) return { passed: true, words: 'no prompt has a limit' };
  const how = `a call of ${worst.label} takes ${count(worst.size)} of ${plural(worst.most, 'token')}`;
  const others = largest.filter(({ over }) => over > 0).length - 1;
  return worst.over > 0
    ? { passed: false, words: `${how}: ${count(worst.over)} too many${also(others, 'prompt')}` }
    : { passed: true, words: `the nearest: ${how}` };
}

/** A limit for a prompt that no call renders: a name that is mistyped would let any call of it pass. */
function unknownPrompt(
  { prompts, records }: RunModel,
  limit: number | Record<string, number>,
): Decision | undefined {
  if (typeof limit === 'number') return undefined;
  const names = new Set(prompts.flatMap(({ label, records: own }) => namesOf(label, records[own[0] ?? 0])));
  const unknown = Object.keys(limit).find((name) => name !== '*' && !names.has(name));
  if (unknown === undefined) return undefined;
  const known = prompts.slice(0, MAX_NAMES).map(({ label }) => promptName(label));
  const more = prompts.length > known.length ? ', …' : '';
  return {
    passed: false,
    words: `cannot be decided: no call renders a prompt named "${unknown}"; there are ${known.join(', ')}${more}`,
  };
}

const MAX_NAMES = 8;

/** What a prompt is called in limits: its label, its file's base name. */
function namesOf(label: string, record: VerdictRecord | undefined): string[] {
  return [label, promptName(label), record?.prompt ?? label];
}

/** The limit of a prompt: by its label, its file's base name, or `*`. */
function limitOf(
  limit: number | Record<string, number>,
  label: string,
  record: VerdictRecord | undefined,
): number | undefined {
  if (typeof limit === 'number') return limit;
  const name = [...namesOf(label, record), '*'].find((key) => Object.hasOwn(limit, key));
  return name === undefined ? undefined : limit[name];
}

function covered({ coverage }: RunModel, least: number): Decision {
  if (!coverage)
    return { passed: false, words: 'cannot be decided: nothing was rendered by the built-in renderer' };
  const words = `${coverage.percent}% of the prompts are covered`;
  const worst = greatest(coverage.files, ({ percent }) => -percent);
  return coverage.percent >= least || !worst
    ? { passed: true, words }
    : {
        passed: false,
        words: `${words}, ${rounded(least - coverage.percent)} points too few; least of ${nameOf(worst)}, ${worst.percent}%`,
      };
}

function nameOf({ path }: CoverageFile): string {
  return path === undefined ? 'a prompt given as text' : promptName(path);
}

function allLive({ records, totals }: RunModel): Decision {
  const recorded = records.filter(({ source }) => source?.kind === 'recorded');
  const [first] = recorded;
  return first
    ? {
        passed: false,
        words: `${count(recorded.length)} of ${plural(totals.traces, 'trace')} ${recorded.length === 1 ? 'was' : 'were'} rendered from the recorded text, first ${first.title}${first.source?.whyNotLive === undefined ? '' : ` (${first.source.whyNotLive})`}`,
      }
    : { passed: true, words: 'every trace was rendered from the prompt file as it is now' };
}

function noWarnings({ prompts, records }: RunModel): Decision {
  const sum = (prompt: PromptModel) =>
    prompt.records.reduce((total, index) => total + (records[index]?.warnings ?? 0), 0);
  const warned = prompts.filter((prompt) => sum(prompt) > 0);
  const worst = greatest(warned, sum);
  return worst
    ? {
        passed: false,
        words: `renders of ${worst.label} have ${plural(sum(worst), 'warning')}${also(warned.length - 1, 'prompt')}`,
      }
    : { passed: true, words: 'no render has a warning' };
}

function also(others: number, noun: string): string {
  return others > 0 ? `, and ${plural(others, `more ${noun}`)}` : '';
}

function greatest<T>(items: readonly T[], size: (item: T) => number): T | undefined {
  return items.reduce<T | undefined>(
    (most, item) => (most === undefined || size(item) > size(most) ? item : most),
    undefined,
  );
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function tokens(value: number): string {
  return count(rounded(value));
}
