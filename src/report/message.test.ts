import { describe, expect, it } from 'vitest';
import { fakePrompt, fakeTools, human } from '../../fixtures/golden/fakes.ts';
import { evaluate } from '../golden/evaluate.ts';
import type { Verdict } from '../golden/verdict.ts';
import { RenderError } from '../poml/errors.ts';
import type { Message, RenderedPrompt } from '../poml/types.ts';
import { checkMessage } from './check.ts';
import { printDiff } from './diff.ts';
import { failureMessage, printFailure } from './message.ts';

const options = { root: '/repo' };
const at = (line: number) => ({
  file: '/repo/prompts/triage.poml',
  line,
  column: 5,
  offset: 60,
  endOffset: 70,
  expression: 'ticket.body',
});

function verdict(actual: RenderedPrompt, expected: RenderedPrompt, more: Partial<Verdict> = {}): Verdict {
  const found = evaluate(
    actual,
    expected,
    { title: 'support-triage › 0007.triage' },
    fakeTools(() => actual),
  ) as Verdict;
  return {
    ...found,
    source: { kind: 'live', path: '/repo/prompts/triage.poml' },
    golden: '/repo/pomlruns/20261121051927955577/0007.triage',
    ...more,
  };
}

const messages = (system: string, ...rest: Message[]): Message[] => [
  { speaker: 'system', content: system },
  ...rest,
];

describe('a changed prompt', () => {
  it('is shown message by message', () => {
    const expected = fakePrompt({
      messages: messages(
        '# Role\n\nYou are the first-line triage desk of Pedalworks.\n\n# Rules\n\n- Never promise a refund.\n- Be brief.\n- Sign with your name.',
        {
          speaker: 'human',
          content: ['My bicycle smokes', { type: 'image/png', base64: 'AAAA'.repeat(4000) }],
        },
        { speaker: 'ai', content: 'Stop riding.' },
      ),
    });
    const actual = fakePrompt(
      {
        messages: messages(
          '# Role\n\nYou are the second-line triage desk of Pedalworks.\n\n# Rules\n\n- Never promise a refund.\n- Be brief.\n-  Sign with your name.',
          { speaker: 'human', content: 'Hello' },
          {
            speaker: 'human',
            content: ['My bicycle smokes', { type: 'image/png', base64: 'BBBB'.repeat(4100), alt: 'smoke' }],
          },
        ),
      },
      { locate: (message) => (message === 0 ? at(12) : undefined) },
    );
    expect(printFailure(verdict(actual, expected), options)).toMatchSnapshot();
  });

  it('shows schema, tools and runtime by path', () => {
    const tool = (description: string) => ({
      type: 'function' as const,
      name: 'search',
      description,
      parameters: { type: 'object' },
    });
    const expected = human('same', {
      schema: {
        type: 'object',
        properties: { to: { type: 'string', description: 'Where to' } },
        required: ['to'],
      },
      tools: [tool('Searches\nthe catalogue')],
      runtime: { temperature: 0.2 },
    });
    const actual = human('same', {
      schema: {
        properties: {
          to: { type: 'string', description: 'Where the guest goes to' },
          at: { enum: Array.from({ length: 40 }, (_, i) => `value ${i}`) },
        },
        type: 'object',
        required: ['to', 'at'],
      },
      tools: [tool('Searches\nthe whole catalogue'), { ...tool('x'), name: 'book' }],
    });
    expect(printFailure(verdict(actual, expected), options)).toMatchSnapshot();
  });

  it('without speakers is shown part by part', () => {
    const picture = { type: 'image/png', base64: 'AAAA' };
    const expected = fakePrompt({ messages: ['look at this', picture, 'gone'] });
    const actual = fakePrompt({ messages: ['look at that', { ...picture, alt: 'x' }] });
    expect(printFailure(verdict(actual, expected), options)).toMatchSnapshot();
    const none = fakePrompt({ messages: [] });
    expect(printFailure(verdict(fakePrompt({ messages: 'some text' }), none), options)).toContain(
      '+ some text',
    );
  });

  it('names the errors that strict mode raises', () => {
    const actual = fakePrompt(
      { messages: 'Services: .' },
      { errors: [new RenderError('services is not defined', at(3), 'a\nb\n  {{services}}\nd')] },
    );
    expect(
      printFailure(verdict(actual, fakePrompt({ messages: 'Services: repair.' })), options),
    ).toMatchSnapshot();
  });

  it('in a hundred messages is bounded', () => {
    const many = (word: string) =>
      fakePrompt({
        messages: Array.from(
          { length: 300 },
          (_, i): Message => ({ speaker: 'human', content: `${word} number ${i}` }),
        ),
      });
    const lines = printFailure(verdict(many('old'), many('new')), options).split('\n');
    expect(lines.length).toBeLessThan(260);
    expect(lines.join('\n')).toContain('more parts with differences');
  });

  it('in thousands of lines is bounded', () => {
    const text = (word: string) => Array.from({ length: 2000 }, (_, i) => `the ${word} line ${i}`).join('\n');
    const lines = printFailure(verdict(human(text('new')), human(text('old'))), options).split('\n');
    expect(lines.length).toBeLessThan(260);
  });

  it('shares few lines among its parts, and says what is left out', () => {
    const long = Array.from({ length: 200 }, (_, i) => `line ${i}`).join('\n');
    const { differences } = verdict(
      fakePrompt({
        messages: messages(long, { speaker: 'human', content: 'new' }),
        runtime: { temperature: 0.2 },
      }),
      fakePrompt({ messages: messages('short', { speaker: 'human', content: 'old' }) }),
    );
    const lines = printDiff({ differences }, { maxLines: 30 });
    expect(lines.length).toBeLessThanOrEqual(32);
    const text = lines.join('\n');
    expect(text).toMatch(/… \d+ more added lines\n/);
    for (const part of ['── system message 1 (added) ──', '+ new', '── runtime (added) ──', 'temperature'])
      expect(text).toContain(part);
  });

  it('gives places to point at', () => {
    const actual = human('new');
    const { places } = failureMessage(
      verdict(fakePrompt(actual, { locate: () => at(12) }), human('old')),
      options,
    );
    expect(places).toEqual([at(12)]);
  });
});

describe('other verdicts', () => {
  it('a missing golden comes with the command that creates it', () => {
    const missing = verdict(human('x'), human('x'), {
      status: 'missing',
      reason: 'There is no golden yet.',
      expectedJson: undefined,
    });
    expect(printFailure(missing, options)).toMatchSnapshot();
  });

  it('a failed render shows its code frame', () => {
    const error = new RenderError(
      'Cannot read properties of null',
      at(2),
      '<poml>\n    <p>{{ticket.body}}</p>\n</poml>',
    );
    const failed = verdict(human('x'), human('x'), {
      status: 'failed',
      errors: [error],
      actual: undefined,
      source: {
        kind: 'recorded',
        path: '/repo/pomlruns/1/0007.triage.poml',
        whyNotLive: '/srv/app/prompts/triage.poml is not here',
      },
      reason: `The render failed: ${error.reason}`,
    });
    expect(printFailure(failed, options)).toMatchSnapshot();
  });

  it('hostile names and reasons cannot steer a terminal or a CI', () => {
    const evil = '\u001b[2J\n::error::x';
    const hostile = verdict(human('x'), human('x'), {
      status: 'failed',
      title: evil,
      reason: evil,
      source: { kind: 'recorded', path: `/repo/${evil}`, whyNotLive: evil },
      golden: `/repo/${evil}`,
      errors: [new RenderError(evil, { ...at(1), file: evil, expression: evil }, evil)],
    });
    const printed = printFailure(hostile, options);
    expect(printed).not.toContain('\u001b');
    expect(printed).not.toMatch(/^\s*::/m);
  });
});

describe('checkMessage', () => {
  it('shows a diff where a text was expected, else the text', () => {
    const { message, details } = checkMessage('toRenderText', {
      pass: false,
      reason: 'Another text.',
      expected: 'a b',
      actual: 'a c',
    });
    expect(message).toBe('toRenderText: Another text.');
    expect(details).toBe('- expected  + render\n\n- a b\n    ^\n+ a c\n    ^');
    expect(checkMessage('toRenderText', { pass: false, reason: 'x', actual: 'a\u001b' }).details).toBe(
      'the text is\n  a␛',
    );
    expect(checkMessage('toRenderText', { pass: true, reason: 'x', actual: 'a' }).details).toBe('');
  });
});
