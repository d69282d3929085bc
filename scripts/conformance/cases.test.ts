import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseArguments } from './arguments.ts';
import type { BrokenCase, ConformanceCase } from './case.ts';
import { collectCases } from './run.ts';

const repository = join(import.meta.dirname, '../..');

function sound(cases: (ConformanceCase | BrokenCase)[]): ConformanceCase[] {
  return cases.map((subject) => {
    if ('reason' in subject) throw new Error(subject.reason);
    return subject;
  });
}

describe('collectCases', () => {
  test('reads every conformance case', () => {
    const cases = sound(collectCases(join(repository, 'fixtures/conformance'), false));
    expect(cases).toHaveLength(471);
    expect(cases.filter((subject) => subject.mustFail)).toHaveLength(74);
    expect(cases.filter((subject) => subject.expected === undefined)).toHaveLength(4);
    expect(cases.filter((subject) => subject.options.chat === false)).toHaveLength(4);
    expect(
      cases
        .filter((subject) => subject.exactness === 'decoded')
        .every((subject) => subject.name.startsWith('platform-')),
    ).toBe(true);
    expect(
      cases.filter((subject) => subject.mustFail).every((subject) => subject.name.startsWith('err-')),
    ).toBe(true);
  });

  test('takes recorded applications from where they are now', () => {
    const cases = sound(collectCases(join(repository, 'fixtures/apps'), false));
    expect(cases).toHaveLength(273);
    const named = (name: string): ConformanceCase | undefined =>
      cases.find((subject) => subject.name === name);
    const app = join(repository, 'fixtures/apps/incident-runbook');
    expect(named('0019.handoff')?.options.sourcePath).toBe(join(app, 'prompts/handoff.poml'));
    expect(named('0016.tmps4e_ylvg')?.markup).toContain(`${app}/prompts/`);
    expect(named('0016.tmps4e_ylvg')?.options.sourcePath).toBe('/tmp/tmps4e_ylvg');
    expect(named('0010.extract')).toMatchObject({ mustFail: true, expected: undefined });
  });

  test('finds the version of the prompts that a session was recorded with', () => {
    const cases = sound(collectCases(join(repository, 'examples/code-review-bot'), true));
    const folders = new Set(
      cases.map(
        (subject) => `${subject.directory.slice(-20)} ${subject.options.sourcePath?.split('/').at(-2)}`,
      ),
    );
    expect([...folders].sort()).toEqual(['20261121052513698126 prompts-v1', '20261121052525083189 prompts']);
  });
});

test('parseArguments refuses what it does not know', () => {
  expect(parseArguments([])).toMatchObject({
    dirs: ['fixtures/conformance', 'fixtures/conformance-own'],
    json: false,
    shown: 10,
  });
  expect(parseArguments(['a', '--only', 'img', '--json'])).toMatchObject({
    dirs: ['a'],
    only: 'img',
    json: true,
  });
  expect(() => parseArguments(['--max', 'x'])).toThrow('--max takes a number');
  expect(() => parseArguments(['--onyl', 'x'])).toThrow('--onyl');
});
