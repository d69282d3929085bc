import { expect, test } from 'vitest';
import type { Cause } from '../../golden/causes.ts';
import { PENDING_VERSION, type Pending } from '../../project/pending/pending.ts';
import { PLAIN } from '../../report/index.ts';
import { pendingLines } from './lines.ts';
import { selectPendings } from './select.ts';

const cause = (file: string, hash: string): Cause => ({
  key: `include:${file}:${hash}`,
  kind: 'include',
  file: `/app/${file}`,
  summary: `${file}:1 "a" became "b"`,
});
const VOICE = cause('prompts/_voice.poml', '3f2a9c10aaaa');
const REPLY = cause('prompts/draft_reply.poml', '0e7e5c0dbbbb');

const pending = (id: string, prompt: string, causes: Cause[], more: Partial<Pending> = {}): Pending => ({
  version: PENDING_VERSION,
  golden: `/app/pomlruns/2026/${id}`,
  status: 'changed',
  title: id,
  prompt,
  source: `/app/prompts/${prompt}.poml`,
  reason: 'changed',
  causes,
  classes: ['wording'],
  files: [],
  ...more,
});
const ALL = [
  pending('0001.triage', 'triage', [VOICE]),
  pending('0002.draft_reply', 'draft_reply', [REPLY, VOICE]),
  pending('0003.draft_reply', 'draft_reply', [REPLY], { classes: ['whitespace', 'wording'] }),
];

const selected = (...names: string[]) =>
  selectPendings(ALL, { names, classes: [], all: false }, '/app').map(({ title }) => title.slice(0, 4));

test.each([
  ['a golden', '0002.draft_reply', ['0002']],
  ['a golden by one of its files', '2026/0002.draft_reply.result.json', ['0002']],
  ['a session', 'pomlruns/2026', ['0001', '0002', '0003']],
  ['a prompt by name', 'draft_reply', ['0002', '0003']],
  ['a prompt by file', './prompts/draft_reply.poml', ['0002', '0003']],
  ['a prompt by file without its ending', 'prompts/draft_reply', ['0002', '0003']],
  ['a cause by file', 'prompts/_voice.poml', ['0001', '0002']],
  ['a cause by file name', '_voice', ['0001', '0002']],
  ['a cause by the beginning of its hash', '3f2a9c10', ['0001', '0002']],
  ['a cause by key', REPLY.key, ['0002', '0003']],
])('a command takes the name of %s', (_, name, expected) => {
  expect(selected(name)).toEqual(expected);
});

test('a wrong name says what is meant, or that nothing is pending', () => {
  expect(() => selected('_voise.poml')).toThrow(
    'Nothing pending is named _voise.poml. Did you mean _voice.poml?',
  );
  expect(() => selected('voice.poml')).toThrow(/Nothing pending is named voice\.poml/);
  expect(() => selectPendings([], { names: ['triage'], classes: [], all: false }, '/app')).toThrow(
    'Nothing is pending, so nothing is named triage. A local test run keeps what changed.',
  );
});

test('the list names all causes, also one that touches only what another does', () => {
  const all = pendingLines(ALL, '/app', PLAIN).join('\n');
  expect(all).toContain('3 renders are pending, from 2 causes');
  expect(all).toContain('✗ prompts/_voice.poml:1 "a" became "b"\n    pomlruns/2026/0001.triage\n');
  const some = pendingLines(ALL.slice(1), '/app', PLAIN).join('\n');
  expect(some).toContain(
    '✗ prompts/draft_reply.poml:1 "a" became "b"\n  also prompts/_voice.poml:1 "a" became "b"',
  );
});
