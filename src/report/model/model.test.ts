import { describe, expect, it } from 'vitest';
import type { Cause } from '../../golden/causes.ts';
import type { VerdictDetail } from '../../golden/detail.ts';
import type { VerdictRecord } from '../../golden/record.ts';
import { collect, merge, type RunModel } from './index.ts';

const environment = {
  version: '1.0.0',
  renderer: 'builtin',
  node: 'v20.20.0',
  startedAt: '2026-11-26T06:00:00.000Z',
  duration: 1000,
};
const detail: VerdictDetail = { differences: [] };

function cause(key: string, more: Partial<Cause> = {}): Cause {
  return {
    key,
    kind: 'markup',
    file: `/repo/prompts/${key}.poml`,
    line: 3,
    summary: `${key} changed`,
    ...more,
  };
}

function trace(session: string, id: string, more: Partial<VerdictRecord> = {}): VerdictRecord {
  const prompt = id.replace(/^\d+\./, '');
  return {
    title: `${session} › ${id}`,
    prompt,
    session: `/repo/${session}`,
    trace: id,
    golden: `/repo/${session}/${id}`,
    status: 'same',
    source: { kind: 'live', path: `/repo/prompts/${prompt}.poml` },
    ...more,
  };
}

const records: VerdictRecord[] = [
  trace('b', '0001.greet', {
    status: 'changed',
    classes: ['wording'],
    causes: [cause('x'), cause('y')],
    detail,
  }),
  trace('a', '0002.greet', { status: 'changed', classes: ['whitespace'], causes: [cause('x')] }),
  trace('a', '0001.bye', {
    status: 'changed',
    accepted: true,
    causes: [cause('x', { before: 'urgent', after: 'pressing' })],
    detail,
  }),
  trace('a', '0003.bye'),
  { title: 'a test', prompt: 'greet', status: 'missing', golden: '/repo/src/__goldens__/a/0001.a' },
];
const one = (found: VerdictRecord[], root = '/repo') => collect({ records: found, root, environment });

describe('the model of a run', () => {
  const model = one(records);

  it('orders records by session and trace, whatever the order they ran in', () => {
    expect(model.records.map(({ title }) => title)).toEqual([
      'a test',
      'a › 0001.bye',
      'a › 0002.greet',
      'a › 0003.bye',
      'b › 0001.greet',
    ]);
    expect(one([...records].reverse())).toEqual(model);
  });

  it('names each cause once, with what it touches and the record that shows it best', () => {
    expect(model.causes).toEqual([
      {
        ...cause('x', { before: 'urgent', after: 'pressing' }),
        records: [1, 2, 4],
        red: 2,
        prompts: ['prompts/greet.poml', 'prompts/bye.poml'],
        classes: ['whitespace'],
        exemplar: 1,
      },
      {
        ...cause('y'),
        records: [4],
        red: 1,
        prompts: ['prompts/greet.poml'],
        classes: ['wording'],
        exemplar: 4,
      },
    ]);
  });

  it('gives what an edit declares to that edit, where several meet in the same calls', () => {
    const summaries = [
      'p.poml:2 added <output-schema> { "type": "object" }',
      'p.poml:30 temperature="0" became temperature="1" in <runtime>',
      'p.poml:40 "urgent" became "pressing"',
    ];
    const causes = summaries.map((summary, i) => cause(`${9 - i}`, { summary, line: 30 - i }));
    const classes = ['wording', 'runtime', 'schema'] as const;
    const found = one([trace('a', '0001.p', { status: 'changed', classes: [...classes], causes })]);
    // Those that touch as many calls are in the order of their places.
    expect(found.causes.map(({ line, classes: own }) => [line, own])).toEqual([
      [28, ['wording']],
      [29, ['runtime']],
      [30, ['schema']],
    ]);
  });

  it('counts prompts and outcomes', () => {
    expect(
      model.prompts.map(({ label, records: of, outcomes, causes }) => [label, of, outcomes, causes]),
    ).toEqual([
      ['prompts/greet.poml', [2, 4], { changed: 2 }, ['x', 'y']],
      ['greet', [0], { missing: 1 }, []],
      ['prompts/bye.poml', [1, 3], { updated: 1, same: 1 }, ['x']],
    ]);
    expect(model.totals).toEqual({
      records: 5,
      traces: 4,
      calls: 1,
      sessions: 2,
      prompts: 3,
      live: 4,
      recorded: 0,
      red: 3,
      outcomes: { missing: 1, updated: 1, changed: 2, same: 1 },
    });
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
  });
});

describe('merged shards', () => {
  it('make up the model of the whole run', () => {
    const shards = [one(records.slice(0, 2)), one(records.slice(2))];
    expect(merge(shards)).toEqual(one(records));
    expect(merge([...shards].reverse())).toEqual(one(records));
  });

  it('of machines with another folder speak of the first one', () => {
    const elsewhere = JSON.parse(
      JSON.stringify(one(records.slice(2))).replaceAll('/repo', '/home/ci'),
    ) as RunModel;
    expect(merge([one(records.slice(0, 2)), elsewhere])).toEqual(one(records));
  });

  it('span the time from the first start to the last end', () => {
    const later = { ...environment, startedAt: '2026-11-26T06:00:02.000Z', duration: 500 };
    const { startedAt, duration } = merge([
      collect({ records: [], root: '/repo', environment: later }),
      one([]),
    ]).environment;
    expect([startedAt, duration]).toEqual(['2026-11-26T06:00:00.000Z', 2500]);
  });

  it('keep both looks of one test at the same golden', () => {
    const twice = [records[3]!, records[3]!];
    expect(merge([one(twice), one(twice)]).records).toHaveLength(2);
  });
});
