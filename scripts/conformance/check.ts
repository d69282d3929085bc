import type { RenderedPrompt, RenderOptions } from '../../src/poml/types.ts';
import type { ConformanceCase } from './case.ts';
import { folded, renderedDifference, withoutPictureBytes } from './rendered-difference.ts';
import { textDifference } from './text-difference.ts';

/** A renderer under test. */
export type Render = (markup: string, options?: RenderOptions) => Promise<RenderedPrompt>;

/** A render that takes longer (seconds) is taken for hanging. */
const TIME_LIMIT = 60;

/** Renders a case and says in words what is wrong; an empty list when it conforms. */
export async function checkCase(subject: ConformanceCase, render: Render): Promise<string[]> {
  const problems: string[] = [];
  if (subject.mustFail) {
    const strict = await attempt(render, subject, true);
    if ('prompt' in strict) problems.push('a strict render must fail, but gave a result');
  }
  if (subject.expected === undefined) return problems;

  const outcome = await attempt(render, subject, !subject.lenient);
  if ('error' in outcome) return [...problems, `the render failed: ${firstLines(outcome.error)}`];
  if (subject.mustFail && subject.lenient && outcome.prompt.errors.length === 0) {
    problems.push('with strict: false, errors must not be empty');
  }
  return [...problems, ...(await differences(subject, subject.expected, outcome.prompt))];
}

async function differences(
  subject: ConformanceCase,
  expected: { json: string; text: string },
  prompt: RenderedPrompt,
): Promise<string[]> {
  const json = JSON.stringify(prompt, null, 2);
  const text = String(prompt);
  const inBytes = [
    textDifference('result.json', expected.json, json),
    textDifference('result.txt', expected.text, text),
  ];
  const exact = inBytes.filter((difference) => difference !== undefined);
  if (exact.length === 0 || subject.exactness === 'bytes') return exact;
  // Without a picture there is nothing that decoding could excuse.
  if (subject.exactness === 'bytes or decoded' && !expected.json.includes('"base64"')) return exact;

  const fold = subject.blanksMayDiffer ? folded : (value: string): string => value;
  const decoded = [
    await renderedDifference(JSON.parse(expected.json), JSON.parse(json), subject.blanksMayDiffer),
    textDifference('result.txt', fold(withoutPictureBytes(expected.text)), fold(withoutPictureBytes(text))),
  ];
  return decoded.filter((difference) => difference !== undefined);
}

type Attempt = { prompt: RenderedPrompt } | { error: unknown };

async function attempt(render: Render, subject: ConformanceCase, strict: boolean): Promise<Attempt> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Attempt>((resolve) => {
    timer = setTimeout(
      () => resolve({ error: new Error(`no result after ${TIME_LIMIT} s`) }),
      TIME_LIMIT * 1000,
    );
  });
  try {
    const rendered = Promise.resolve(render(subject.markup, { ...subject.options, strict })).then(
      (prompt) => ({ prompt }),
    );
    return await Promise.race([rendered, late]);
  } catch (error) {
    return { error };
  } finally {
    clearTimeout(timer);
  }
}

function firstLines(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.split('\n').slice(0, 8).join('\n  ').slice(0, 800);
}
