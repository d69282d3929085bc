import { describe, expect, it } from 'vitest';
import type { Cause } from '../golden/causes.ts';
import type { VerdictRecord } from '../golden/record.ts';
import { collect, type ObsoleteFolder } from './model/index.ts';
import { printSummary as print } from './summary.ts';

const options = { root: '/repo' };
const environment = {
  version: '1.0.0',
  renderer: 'builtin',
  node: 'v20.20.0',
  startedAt: '2026-11-26T06:00:00.000Z',
  duration: 1000,
};
const printSummary = (found: { records: VerdictRecord[]; obsolete?: ObsoleteFolder[] }) =>
  print(collect({ ...found, root: '/repo', environment }), options);
const SESSION = '/repo/support-triage/pomlruns/20261121051927955577';

function trace(index: number, prompt: string, more: Partial<VerdictRecord> = {}): VerdictRecord {
  const id = `${String(index).padStart(4, '0')}.${prompt}`;
  return {
    title: `support-triage › ${id}`,
    prompt,
    session: SESSION,
    trace: id,
    status: 'same',
    source: { kind: 'live', path: `/repo/prompts/${prompt}.poml` },
    golden: `${SESSION}/${id}`,
    ...more,
  };
}

const recorded = (whyNotLive?: string): VerdictRecord['source'] => ({
  kind: 'recorded',
  path: '/repo/x.poml',
  ...(whyNotLive !== undefined && { whyNotLive }),
});

const RULES: Cause = {
  key: 'include:prompts/_rules.poml:1',
  kind: 'include',
  file: '/repo/prompts/_rules.poml',
  line: 4,
  column: 3,
  summary: 'prompts/_rules.poml:4 "urgent" became "pressing"',
};
const TEMPERATURE: Cause = {
  key: 'markup:prompts/triage.poml:2',
  kind: 'markup',
  file: '/repo/prompts/triage.poml',
  line: 9,
  column: 3,
  summary: 'prompts/triage.poml:9 "0.2" became "0.3"',
};

describe('the report of a run', () => {
  it('is empty when nothing was rendered', () => {
    expect(printSummary({ records: [] })).toEqual([]);
  });

  it('is short when all is well', () => {
    const records = [1, 2, 3].map((i) => trace(i, 'triage')).concat(trace(4, 'draft_reply'));
    expect(printSummary({ records }).join('\n')).toMatchSnapshot();
  });

  it('names the calls once that several edits touch', () => {
    const records = [1, 2].map((i) =>
      trace(i, 'triage', { status: 'changed', causes: [RULES, TEMPERATURE] }),
    );
    const text = printSummary({ records }).join('\n');
    expect(text).toContain(
      `✗ ${RULES.summary}\n✗ ${TEMPERATURE.summary}\n    each in 2 traces of prompts/triage.poml: support-triage › 0001.triage, 0002.triage`,
    );
    expect(text.match(/0001\.triage/g)).toHaveLength(1);
  });

  it('tells everything that happened', () => {
    const gone = '/srv/app/prompts/old.poml is not here';
    const records = [
      ...[1, 2, 3, 4, 5, 6].map((i) =>
        trace(i, 'triage', {
          status: 'changed',
          reason: 'The system message 1 changed.',
          locations: [{ file: '/repo/prompts/_rules.poml', line: 4, column: 3 }],
          causes: [RULES, ...(i === 6 ? [TEMPERATURE] : [])],
        }),
      ),
      trace(16, 'draft_reply', {
        status: 'changed',
        reason: 'The human message 1 changed.',
        causes: [RULES],
      }),
      trace(7, 'triage', {
        status: 'changed',
        reason: 'The system message 1 changed, schema.required changed.',
      }),
      trace(8, 'triage'),
      trace(9, 'draft_reply', {
        status: 'failed',
        reason: 'The render failed: customer is null\n  more',
        errors: 1,
        locations: [{ file: '/repo/prompts/draft_reply.poml', line: 12, column: 5 }],
      }),
      trace(10, 'draft_reply', { errors: 2 }),
      trace(11, 'old', { source: recorded(gone) }),
      trace(12, 'old', { source: recorded(gone), status: 'unreproducible', reason: 'x' }),
      trace(13, 'markup', { source: recorded('a string prompt: its text is only in the recording') }),
      trace(14, 'handover', { status: 'changed', accepted: true, written: 2, reason: 'x' }),
      trace(15, 'handover', { status: 'new', accepted: true, written: 3, reason: 'x' }),
      {
        title: 'greets a guest',
        prompt: 'greet',
        status: 'missing',
        reason: 'There is no golden yet, and none may be written in this run.',
        source: { kind: 'live', path: '/repo/prompts/greet.poml' },
      } as const,
    ];
    const obsolete = [
      {
        folder: '/repo/src/__goldens__/greet.test.ts',
        ids: ['0001.a', '0001.b', '0001.c', '0001.d', '0001.e'],
      },
      { folder: '/repo/src/__goldens__/old.test.ts', ids: ['0001.z'], removed: true },
    ];
    expect(printSummary({ records, obsolete }).join('\n')).toMatchSnapshot();
  });

  it('groups the same cause and stays short for 10,000 traces', () => {
    const records = Array.from({ length: 10_000 }, (_, i) =>
      trace(i, `prompt_${i % 200}`, {
        ...(i % 3 === 0 && { status: 'changed', reason: `The system message ${i % 50} changed.` }),
        ...(i % 7 === 0 && { source: recorded(`reason ${i % 90}`) }),
        ...(i % 11 === 0 && { errors: 1 }),
      }),
    );
    const lines = printSummary({ records });
    expect(lines.length).toBeLessThan(110);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(500);
    expect(lines.at(-1)).toBe('6,666 same, 3,334 changed');
    expect(lines.join('\n')).toContain('more prompts with');
  });

  it('prints hostile names harmlessly', () => {
    const evil = '\u001b]0;x\u0007\n::error::x';
    const records = [
      trace(1, evil, {
        title: evil,
        status: 'failed',
        reason: evil,
        causes: [{ key: evil, kind: 'error', summary: evil, file: evil, before: evil }],
        session: evil,
        source: recorded(evil),
        locations: [{ file: evil, line: 1, column: 1 }],
      }),
    ];
    const printed = printSummary({ records, obsolete: [{ folder: evil, ids: [evil] }] }).join('\n');
    expect(printed).not.toMatch(/(?!\n)\p{Cc}|^\s*::/mu);
  });
});
