import type { RenderedPrompt } from '../poml/types.ts';
import { firstDifference } from './compare.ts';
import { isChat } from './golden.ts';
import { plainText } from './messages.ts';
import { countPromptTokens } from './tokens.ts';

/** What a check found: whether it holds, and what to say. */
export interface CheckResult {
  pass: boolean;
  /** Why it does not hold; for one that holds, why its negation does not. One sentence, or a few lines. */
  reason: string;
  /** What was expected and found, for a diff, where both are texts. */
  expected?: string;
  actual?: string;
}

/**
 * `toRenderText`: a string must be the whole text (as in `.result.txt`) or the text of the only message; a regular expression
 * must match somewhere in the whole text.
 */
export function checkText(prompt: RenderedPrompt, expected: string | RegExp): CheckResult {
  const whole = String(prompt);
  if (expected instanceof RegExp) {
    // A sticky or global expression remembers where it stopped; the copy does not.
    const pass = new RegExp(expected.source, expected.flags.replace(/[gy]/g, '')).test(whole);
    return {
      pass,
      reason: pass
        ? `The prompt's text matches ${expected}.`
        : `The prompt's text does not match ${expected}.`,
      ...(!pass && { actual: whole }),
    };
  }
  const texts = [whole, ...onlyText(prompt)];
  const pass = texts.includes(expected);
  if (pass) return { pass, reason: 'The prompt renders to this text.' };
  // A text without a heading is meant as the message's.
  const actual = /^===== \w+ =====\n/.test(expected) ? whole : texts.at(-1)!;
  return {
    pass,
    reason: `The prompt renders to another text; the first difference is at character ${firstDifference(expected, actual) + 1}.`,
    expected,
    actual,
  };
}

/** The text of a prompt that is a single message, or no chat. */
function onlyText({ messages }: RenderedPrompt): string[] {
  if (!isChat(messages)) return typeof messages === 'string' ? [messages] : [];
  const only = messages.length === 1 ? messages[0]?.content : undefined;
  return typeof only === 'string' ? [only] : [];
}

/** Upper bounds of a prompt's size; each may be left out. */
export interface PromptLimits {
  /** Tokens of all that the model reads as text, tools and schema included, counted with o200k_base. */
  tokens?: number;
  /** UTF-16 units of all texts, without headings. */
  characters?: number;
  /** Messages; a prompt without speakers counts as one. */
  messages?: number;
}

/**
 * `toRenderWithin`: the prompt is no larger than the limits.
 *
 * @param countTokens Counts the tokens of a text; called only for a token limit.
 * @throws TypeError for a limit that is unknown or no positive number.
 */
export function checkWithin(
  prompt: RenderedPrompt,
  limits: PromptLimits,
  countTokens: (text: string) => number,
): CheckResult {
  checkLimits(limits);
  const texts = textsOf(prompt);
  const sizes: Record<keyof PromptLimits, () => number> = {
    tokens: () => countPromptTokens(prompt, countTokens),
    characters: () => texts.reduce((sum, text) => sum + text.length, 0),
    messages: () => (isChat(prompt.messages) ? prompt.messages.length : 1),
  };
  const over: string[] = [];
  const within: string[] = [];
  for (const [unit, limit] of Object.entries(limits) as [keyof PromptLimits, number | undefined][]) {
    if (limit === undefined) continue;
    const size = sizes[unit]();
    const said = `${size} ${unit} (limit ${limit}${size > limit ? `, ${size - limit} over` : ''})`;
    (size > limit ? over : within).push(said);
  }
  return over.length > 0
    ? { pass: false, reason: `The prompt is too large: ${over.join(', ')}.` }
    : { pass: true, reason: `The prompt is within its limits: ${within.join(', ')}.` };
}

function checkLimits(limits: PromptLimits): void {
  const known = ['tokens', 'characters', 'messages'];
  const entries = Object.entries(limits).filter(([, limit]) => limit !== undefined);
  if (entries.length === 0) throw new TypeError(`toRenderWithin needs a limit: ${known.join(', ')}.`);
  for (const [unit, limit] of entries) {
    if (!known.includes(unit))
      throw new TypeError(`toRenderWithin knows no limit "${unit}"; it knows ${known.join(', ')}.`);
    if (typeof limit !== 'number' || !(limit >= 0)) {
      throw new TypeError(`The limit of ${unit} must be a number from 0 on, but is ${String(limit)}.`);
    }
  }
}

function textsOf({ messages }: RenderedPrompt): string[] {
  const contents = isChat(messages) ? messages.map(({ content }) => content) : [messages];
  return contents.flatMap((content) =>
    typeof content === 'string' ? [content] : content.filter((part) => typeof part === 'string'),
  );
}

/** How a render ended, for `toFailToRender`. */
export type FailureSubject = { error: unknown } | { prompt: RenderedPrompt };

/**
 * `toFailToRender`: the render fails, in strict mode's sense: it threw, or reports errors.
 *
 * @param expected Part of the message of one of the errors, or an expression that matches it; left out, any error will do.
 */
export function checkFailure(subject: FailureSubject, expected?: string | RegExp): CheckResult {
  const errors = 'error' in subject ? [subject.error] : (subject.prompt.errors ?? []);
  if (errors.length === 0) {
    const text = 'prompt' in subject ? beginningOf(subject.prompt) : '';
    return {
      pass: false,
      reason: `The prompt renders without an error${text ? `, to ${text}` : ''}.`,
    };
  }
  const messages = errors.map((error) => (error instanceof Error ? error.message : String(error)));
  if (expected === undefined) return { pass: true, reason: `The render fails: ${messages[0]}` };
  const hit = messages.find((message) =>
    typeof expected === 'string'
      ? message.includes(expected)
      : new RegExp(expected.source, expected.flags.replace(/[gy]/g, '')).test(message),
  );
  if (hit !== undefined) return { pass: true, reason: `The render fails so: ${hit}` };
  const wanted = typeof expected === 'string' ? JSON.stringify(expected) : String(expected);
  return {
    pass: false,
    reason: `The render fails, but with nothing that matches ${wanted}:\n${messages.join('\n')}`,
  };
}

/** The beginning of what a prompt rendered to, quoted. */
function beginningOf({ messages }: RenderedPrompt): string {
  const text = plainText(isChat(messages) ? (messages[0]?.content ?? '') : messages);
  return text.length > 80 ? `${JSON.stringify(text.slice(0, 80))}…` : JSON.stringify(text);
}
