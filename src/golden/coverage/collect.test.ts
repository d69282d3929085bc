import path from 'node:path';
import { expect, test } from 'vitest';
import { fakeTools, folderWith } from '../../../fixtures/golden/fakes.ts';
import { renderMaybeSync } from '../../poml/index.ts';
import { loadSession } from '../../trace/session.ts';
import { coverTraces, recordedAs } from './collect.ts';

test('recordings of one prompt are one file, texts that differ are not', async () => {
  const folder = folderWith({
    '0001.greet.poml': '<p>Hello {{ name }}</p>',
    '0001.greet.context.json': '{"name": "Ada"}',
    '0002.greet.poml': '<p>Hello {{ name }}</p>',
    '0002.greet.context.json': '{"name": "Bob"}',
    '0003.greet.poml': '<p>Hi {{ name }}</p>',
    '0003.greet.context.json': '{"name": "Cem"}',
  });
  const { traces } = loadSession(folder);
  const { calls, coverage } = await coverTraces(traces, {}, fakeTools(renderMaybeSync), { values: true });
  expect(coverage.files.map(({ hits }) => hits.calls)).toEqual([2, 1]);
  expect(calls[0]!.outcomes).toEqual(calls[1]!.outcomes);
  expect(calls[2]!.outcomes).not.toEqual(calls[1]!.outcomes);
});

test('a call that cannot be rendered is there with its reason', async () => {
  const folder = folderWith({
    '0001.a.poml': '<p>a</p>',
    '0002.a.context.json': '{}',
    '0003.a.poml': '<p>a</p>',
  });
  const { traces } = loadSession(folder);
  const { calls } = await coverTraces(traces, {}, fakeTools(renderMaybeSync));
  expect(calls.map(({ failure }) => failure?.name)).toEqual([undefined, 'TraceError', undefined]);
});

test.each([
  ['/runs/s/0007.triage.poml', '/runs/s/*.triage.poml'],
  ['/runs/s/00012.tmpab12cd_3.poml', '/runs/s/*.poml'],
  ['/app/prompts/triage.poml', '/app/prompts/triage.poml'],
])('%s stands for %s', (file, same) => {
  expect(recordedAs(path.normalize(file))).toBe(path.normalize(same));
});
