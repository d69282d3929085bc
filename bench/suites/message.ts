import type { RenderedPrompt } from '../../src/poml/types.ts';
import { built } from '../built.ts';
import type { Figure } from '../figure.ts';
import { quantile } from '../measure.ts';

const { evaluate, failureMessage, renderSync } = built;
const ROUNDS = 5;

/** From a render that differs in a megabyte to the message that says so. */
export async function measure(): Promise<Figure[]> {
  const markup = '<p whiteSpace="pre">{{ text }}</p>';
  const render = (text: string) => renderSync(markup, { context: { text } });
  const lines = Array.from(
    { length: 20_000 },
    (_, i) => `line ${i}: the quick brown fox jumps over the lazy dog`,
  );
  const before = render(lines.join('\n'));
  const after = {
    'one line': render(
      lines.map((line, i) => (i === 9000 ? line.replace('quick', 'slow') : line)).join('\n'),
    ),
    'every line': render(lines.map((line) => line.replace('quick', 'slow')).join('\n')),
    everything: render(lines.map((line) => line.split('').reverse().join('')).join('\n')),
  };
  const tools = {
    render: () => before,
    files: { read: () => undefined, write() {}, change() {}, list: () => undefined },
    findSource: () => ({ why: 'there is none' }),
  };
  const figures: Figure[] = [];
  for (const [what, prompt] of Object.entries(after) as [string, RenderedPrompt][]) {
    const times: number[] = [];
    let printed = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      const { message, details, mend } = failureMessage(await evaluate(prompt, before, {}, tools));
      times.push(performance.now() - start);
      printed = `${message}\n${details}\n${mend}`.split('\n').length;
    }
    const id = what.replaceAll(' ', '-');
    figures.push(
      {
        id: `message-${id}`,
        what: `message for a result of 1 MB in which ${what} changed`,
        value: quantile(times, 0.5),
        unit: 'ms',
        spread: [Math.min(...times), Math.max(...times)],
        target: { bound: 'at most', value: 1000 },
      },
      {
        id: `message-${id}-lines`,
        what: 'lines of it',
        value: printed,
        unit: 'lines',
        target: { bound: 'at most', value: 300 },
      },
    );
  }
  return figures;
}
