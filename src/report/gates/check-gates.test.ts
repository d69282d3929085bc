import { describe, expect, it } from 'vitest';
import { priceOf } from '../cost/prices.ts';
import { collect, type RunModel } from '../model/index.ts';
import {
  ENVIRONMENT,
  ROOT,
  recordOf,
  sampleCoverage,
  sampleModel,
  sampleRecords,
} from '../testing/models.ts';
import { checkGates } from './check-gates.ts';

/** `triage` takes 115 → 121 tokens a call on average, `reply` 300 → 298; all in all 830 → 838 of 4 calls, 5 recorded. */
const model = sampleModel();

function lines(run: RunModel, gates: Parameters<typeof checkGates>[1]): string[] {
  return checkGates(run, gates).map(({ passed, line }) => `${passed ? 'ok' : 'NO'} ${line}`);
}

describe('gates', () => {
  it('are off unless set', () => {
    expect(checkGates(model, {})).toEqual([]);
    expect(checkGates(model, { allow: ['whitespace'], requireLive: false, failOnWarnings: false })).toEqual(
      [],
    );
  });

  it.each([
    [
      { maxTokenIncrease: 5 },
      'NO maxTokenIncrease 5: prompts/triage.poml takes 121 tokens a call, +6 (+5.2%): 1 too many',
    ],
    [
      { maxTokenIncrease: 6 },
      'ok maxTokenIncrease 6: the most: prompts/triage.poml takes 121 tokens a call, +6 (+5.2%)',
    ],
    [
      { maxTokenIncrease: '5%' as const },
      'NO maxTokenIncrease 5%: prompts/triage.poml takes 121 tokens a call, +6 (+5.2%): 0.3 too many',
    ],
    [
      { maxCostIncrease: '0.5%' as const },
      'NO maxCostIncrease 0.5%: calls as recorded cost +1.0%, 0.5% too much',
    ],
    [{ maxCostIncrease: '4%' as const }, 'ok maxCostIncrease 4%: calls as recorded cost +1.0%'],
    [
      { maxCostIncrease: 0.001 },
      'NO maxCostIncrease 0.001: 1,000 calls as recorded cost +$0.004 (gpt-4o), $0.003 too much',
    ],
    [{ maxCostIncrease: 0.01 }, 'ok maxCostIncrease 0.01: 1,000 calls as recorded cost +$0.004 (gpt-4o)'],
    [
      { maxTokens: 300 },
      'NO maxTokens 300: a call of prompts/reply.poml takes 306 of 300 tokens: 6 too many',
    ],
    [
      { maxTokens: { triage: 100, '*': 1000 } },
      'NO maxTokens by prompt: a call of prompts/triage.poml takes 126 of 100 tokens: 26 too many',
    ],
    [
      { maxTokens: { triag: 1, '*': 9000 } },
      'NO maxTokens by prompt: cannot be decided: no call renders a prompt named "triag"; there are reply, triage, bye',
    ],
    [{ requireLive: true }, 'ok requireLive: every trace was rendered from the prompt file as it is now'],
    [{ failOnWarnings: true }, 'ok failOnWarnings: no render has a warning'],
  ])('%j', (gates, expected) => {
    expect(lines(model, gates)).toEqual([expected]);
  });

  it('name a trace that was not rendered live, and renders with warnings', () => {
    const records = [
      ...sampleRecords(),
      recordOf('0006.gone', {
        source: { kind: 'recorded', path: '/x', whyNotLive: 'gone.poml is not here' },
        warnings: 2,
      }),
    ];
    const run = collect({ records, root: ROOT, environment: ENVIRONMENT });
    expect(lines(run, { requireLive: true, failOnWarnings: true })).toEqual([
      'NO requireLive: 1 of 6 traces was rendered from the recorded text, first desk › 0006.gone (gone.poml is not here)',
      'NO failOnWarnings: renders of gone (repo) have 2 warnings',
    ]);
  });

  it('are one line whatever a file is called', () => {
    const source = { kind: 'recorded', path: '/x', whyNotLive: 'a\r\n::error::b is not here' } as const;
    const run = collect({
      records: [recordOf('0001.a\nb', { source })],
      root: ROOT,
      environment: ENVIRONMENT,
    });
    expect(lines(run, { requireLive: true })[0]).not.toMatch(/[\r\n]/);
  });

  it('ask for coverage', () => {
    const run = collect({
      records: sampleRecords(),
      root: ROOT,
      environment: ENVIRONMENT,
      coverage: sampleCoverage(),
    });
    expect(lines(run, { minCoverage: 80 })).toEqual([
      'NO minCoverage 80: 28.5% of the prompts are covered, 51.5 points too few; least of triage, 28.5%',
    ]);
    expect(lines(run, { minCoverage: 28.5 })).toEqual([
      'ok minCoverage 28.5: 28.5% of the prompts are covered',
    ]);
    expect(lines({ ...run, chosen: true }, { minCoverage: 80 })).toEqual([]);
    // A prompt may be among those that were left out.
    expect(lines({ ...run, chosen: true }, { maxTokens: { bye: 1 } })).toEqual([
      'ok maxTokens by prompt: no prompt has a limit',
    ]);
    expect(lines(model, { minCoverage: 0 })[0]).toMatch(/^NO minCoverage 0: cannot be decided: /);
  });

  it('do not hold where they cannot be decided', () => {
    const records = sampleRecords().map(({ tokens: _, ...record }) => ({
      ...record,
      noTokens: 'token counts need the package "js-tiktoken"',
    }));
    const run = collect({ records, root: ROOT, environment: ENVIRONMENT, price: priceOf() });
    expect(lines(run, { maxTokens: 10, maxTokenIncrease: 1 })).toEqual([
      'NO maxTokenIncrease 1: cannot be decided: token counts need the package "js-tiktoken"',
      'NO maxTokens 10: cannot be decided: token counts need the package "js-tiktoken"',
    ]);
    const unpriced = collect({ records: sampleRecords(), root: ROOT, environment: ENVIRONMENT });
    expect(lines(unpriced, { maxCostIncrease: 1 })[0]).toContain('the price of the model is not known');
    expect(lines(unpriced, { maxCostIncrease: '5%' })[0]).toMatch(/^ok/);
  });
});
