import type { Cause } from '../../golden/causes.ts';
import { coverageReport } from '../../golden/coverage/index.ts';
import type { VerdictDetail } from '../../golden/detail.ts';
import type { VerdictRecord } from '../../golden/record.ts';
import { Coverage } from '../../poml/coverage/collector.ts';
import { renderSync } from '../../poml/index.ts';
import { priceOf } from '../cost/prices.ts';
import { type CoverageModel, coverageModel } from '../coverage/index.ts';
import { collect, type RunEnvironment, type RunModel } from '../model/index.ts';

/** Root of the invented project. */
export const ROOT = '/repo';

export const ENVIRONMENT: RunEnvironment = {
  version: '0.0.0',
  renderer: 'builtin',
  node: 'v20.19.0',
  runner: 'vitest 4.1.12',
  startedAt: '2026-11-21T09:00:00.000Z',
  duration: 1500,
};

/** A picture of one red pixel. */
const RED_PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

const SESSION = `${ROOT}/pomlruns/20261121052042120390`;

/** A record of a trace of `prompts/<prompt>.poml`. */
export function recordOf(trace: string, more: Partial<VerdictRecord> = {}): VerdictRecord {
  const prompt = trace.replace(/^\d+\./, '');
  return {
    title: `desk › ${trace}`,
    prompt,
    session: SESSION,
    trace,
    status: 'same',
    source: { kind: 'live', path: `${ROOT}/prompts/${prompt}.poml` },
    golden: `${SESSION}/${trace}`,
    ...more,
  };
}

const WORDING: Cause = {
  key: 'markup:prompts/triage.poml:aaaaaaaaaaaa',
  kind: 'markup',
  file: `${ROOT}/prompts/triage.poml`,
  line: 3,
  column: 9,
  endLine: 3,
  before: '  <task>Decide how urgent the ticket is.</task>',
  after: '  <task>Decide how pressing the ticket is.</task>',
  summary: 'prompts/triage.poml:3 "urgent" became "pressing"',
};

const INCLUDE: Cause = {
  key: 'include:prompts/_tone.poml:bbbbbbbbbbbb',
  kind: 'include',
  file: `${ROOT}/prompts/_tone.poml`,
  line: 2,
  column: 1,
  endLine: 2,
  before: '',
  after: '<item>Never promise a refund.</item>',
  summary: 'prompts/_tone.poml:2 <item>Never promise a refund.</item> was added',
};

const LAYOUT: Cause = {
  key: 'markup:prompts/reply.poml:cccccccccccc',
  kind: 'markup',
  file: `${ROOT}/prompts/reply.poml`,
  line: 7,
  column: 11,
  endLine: 7,
  summary: 'prompts/reply.poml:7 listStyle="star" became listStyle="dash"',
};

const BEFORE = '# Task\n\nDecide how urgent the ticket is.\n\n- be kind';
const AFTER = '# Task\n\nDecide how pressing the ticket is.\n\n- be kind\n- Never promise a refund.';

const DETAIL: VerdictDetail = {
  golden: {
    messages: [
      { speaker: 'system', parts: [{ kind: 'text', text: BEFORE }] },
      { speaker: 'human', parts: [{ kind: 'text', text: 'My bicycle has a flat tyre.' }] },
    ],
  },
  render: {
    messages: [
      { speaker: 'system', parts: [{ kind: 'text', text: AFTER }] },
      { speaker: 'human', parts: [{ kind: 'text', text: 'My bicycle has a flat tyre.' }] },
      {
        speaker: 'human',
        parts: [
          { kind: 'text', text: 'The picture:' },
          { kind: 'media', type: 'image/png', bytes: 70, alt: 'a red tyre', base64: RED_PIXEL },
        ],
      },
    ],
  },
  differences: [
    {
      path: 'messages[0].content',
      kind: 'changed',
      speaker: 'system',
      expected: BEFORE,
      actual: AFTER,
      location: { file: WORDING.file!, line: 3, column: 9 },
    },
    {
      path: 'messages[2]',
      kind: 'added',
      speaker: 'human',
      actual: { speaker: 'human', content: ['The picture:'] },
    },
    { path: 'runtime.temperature', kind: 'changed', expected: 0.2, actual: 0.7 },
    { path: 'tools.search.parameters.properties.to', kind: 'removed', expected: { type: 'string' } },
  ],
  sources: [
    {
      file: WORDING.file!,
      line: 1,
      lines: [
        '<poml>',
        '  <role>…</role>',
        '  <task>Decide how pressing the ticket is.</task>',
        '  <include src="_tone.poml"/>',
        '  <p>{{ ticket }}</p>',
        '</poml>',
      ],
    },
    { file: INCLUDE.file!, line: 1, lines: ['<item>be kind</item>', '<item>Never promise a refund.</item>'] },
  ],
  origins: [
    [
      { start: 0, end: 8, source: 0, line: 3, column: 3, endLine: 3, endColumn: 9 },
      { start: 8, end: 42, source: 0, line: 3, column: 9, endLine: 3, endColumn: 43 },
      { start: 46, end: 53, source: 1, line: 1, column: 7, endLine: 1, endColumn: 14 },
      { start: 56, end: 79, source: 1, line: 2, column: 7, endLine: 2, endColumn: 30 },
    ],
    [{ start: 0, end: 27, source: 0, line: 5, column: 6, endLine: 5, endColumn: 18, expression: 'ticket' }],
  ],
};

/** A run in which a word and a list of prompts and a line of an include changed: three causes, four red traces of five. */
export function sampleRecords(): VerdictRecord[] {
  const changed = {
    status: 'changed',
    reason: 'The system message 1 changed.',
    classes: ['wording'],
  } as const;
  const bare = ({ before: _before, after: _after, ...cause }: Cause): Cause => cause;
  return [
    recordOf('0001.triage', {
      ...changed,
      classes: ['wording', 'messages'],
      causes: [WORDING, INCLUDE],
      tokens: { before: 120, after: 126 },
      locations: [{ file: WORDING.file!, line: 3, column: 9 }],
      detail: DETAIL,
    }),
    recordOf('0002.triage', {
      ...changed,
      classes: ['wording'],
      causes: [bare(WORDING), bare(INCLUDE)],
      tokens: { before: 110, after: 116 },
    }),
    recordOf('0003.reply', {
      ...changed,
      classes: ['wording'],
      causes: [bare(INCLUDE)],
      tokens: { before: 300, after: 306 },
    }),
    recordOf('0004.reply', {
      ...changed,
      classes: ['structure'],
      causes: [LAYOUT],
      tokens: { before: 300, after: 290 },
    }),
    recordOf('0005.bye'),
  ];
}

/** The model of `sampleRecords`. */
export function sampleModel(): RunModel {
  return collect({
    records: sampleRecords(),
    root: ROOT,
    environment: ENVIRONMENT,
    price: priceOf('gpt-4o'),
  });
}

/** A run with so many changes, each of a file of its own. */
export function manyChanges(number: number): RunModel {
  const records = Array.from({ length: number }, (_, i) => {
    const file = `${ROOT}/prompts/part-${i % 40}.poml`;
    const cause: Cause = {
      ...WORDING,
      key: `markup:${file}:${i}`,
      file,
      line: i + 1,
      endLine: i + 1,
      summary: `prompts/part-${i % 40}.poml:${i + 1} "urgent ${i}" became "pressing ${i}"`,
    };
    return recordOf(`${String(i + 1).padStart(4, '0')}.part-${i % 40}`, {
      status: 'changed',
      classes: [i % 3 === 0 ? 'structure' : 'wording'],
      causes: [cause],
      tokens: { before: 500 + i, after: 500 + 2 * i },
      detail: DETAIL,
    });
  });
  return collect({ records, root: ROOT, environment: ENVIRONMENT, price: priceOf('gpt-4o') });
}

/** What can stand in an attribute of a prompt. */
function attributeText(text: string): string {
  return text.replace(/["<&]/g, '');
}

/** A run in which everything that can come from a prompt, a trace or a file name is a text of bad will. */
export function hostileModel(text: string): RunModel {
  const line = text.replace(/\s*\n\s*/g, ' ');
  const file = `${ROOT}/prompts/${line.replaceAll('/', '_')}.poml`;
  const message = (more: string) => ({
    speaker: 'human' as const,
    parts: [
      { kind: 'text' as const, text: `${text}${more}` },
      { kind: 'media' as const, type: text, bytes: 4, alt: text, base64: text },
      { kind: 'data' as const, type: text, value: { [text]: text } },
    ],
  });
  const cause: Cause = {
    key: `markup:${line}`,
    kind: 'markup',
    file,
    line: 2,
    column: 1,
    before: text,
    after: `${text} now`,
    summary: `prompts/${line.replaceAll('/', '_')}.poml:2 ${line}`,
  };
  const broken: Cause = { key: `error:${line}`, kind: 'error', summary: line };
  const records: VerdictRecord[] = [
    recordOf('0001.hostile', {
      title: `${line} › 0001.hostile`,
      prompt: line,
      source: { kind: 'live', path: file },
      status: 'changed',
      reason: text,
      classes: ['wording'],
      causes: [cause],
      locations: [{ file, line: 2, column: 1 }],
      tokens: { before: 5, after: 6 },
      detail: {
        golden: { messages: [message('')] },
        render: { messages: [message(' now')] },
        differences: [
          {
            path: 'messages[0].content[0]',
            kind: 'changed',
            speaker: 'human',
            expected: text,
            actual: `${text} now`,
          },
          {
            path: 'messages[0].content[1]',
            kind: 'changed',
            speaker: 'human',
            expected: { type: text, base64: text, alt: text },
            actual: { type: 'image/png', base64: text, alt: text },
            note: text,
          },
          { path: `tools.${text}`, kind: 'added', actual: { description: text } },
        ],
        sources: [{ file, line: 1, lines: text.split('\n') }],
        origins: [
          [{ start: 0, end: 9, source: 0, line: 1, column: 1, endLine: 1, endColumn: 9, expression: text }],
        ],
      },
    }),
    recordOf('0002.hostile', {
      title: line,
      prompt: line,
      source: { kind: 'recorded', path: file, whyNotLive: text },
      status: 'failed',
      reason: text,
      causes: [broken],
      detail: { differences: [], errors: [{ reason: text, frame: text, file, line: 1, column: 1 }] },
    }),
    recordOf('0003.hostile', { title: line, prompt: line, status: 'missing', reason: text }),
  ];
  return collect({
    records,
    root: ROOT,
    environment: ENVIRONMENT,
    price: priceOf('gpt-4o'),
    notes: [text],
    coverage: sampleCoverage(file, `<poml>\n<p if="${attributeText(text)} || 1">x</p></poml>`, { [text]: 1 }),
    obsolete: [{ folder: `${ROOT}/${line}`, ids: [line] }],
  });
}

/** The coverage of one prompt, `file`, of which half is reached: its texts are those of `markup` and `context`. */
export function sampleCoverage(
  file = `${ROOT}/prompts/triage.poml`,
  markup = '<poml><p if="vip">{{ name || "you" }}</p></poml>',
  context: Record<string, unknown> = { vip: false, name: 'Ann', spare: 1 },
): CoverageModel {
  const coverage = new Coverage();
  renderSync(markup, { sourcePath: file, context, strict: false, coverage });
  return coverageModel(
    coverageReport(coverage.files.map(({ file: { path, text }, hits }) => ({ path, text, hits }))),
  );
}
