import path from 'node:path';
import { expect, test } from 'vitest';
import { loadTrace } from './session.ts';
import { folderWith } from './testing/session-folder.ts';

const CONTEXT = { user: { name: 'Ann', tier: 'basic' }, items: [1, 2], photo: { __base64__: 'QUJD' } };

function trace() {
  const dir = folderWith({
    '0001.a.poml': '<p/>',
    '0001.a.context.json': JSON.stringify(CONTEXT),
    '0001.a.stylesheet.json': '{"p":{"syntax":"xml"}}',
  });
  return loadTrace(path.join(dir, '0001.a'));
}

test('changes are merged into what was recorded: objects by key, lists as a whole, undefined takes out', () => {
  const changed = trace().with({ context: { user: { tier: 'gold' }, items: [3], photo: undefined } });
  expect(changed.context).toEqual({ user: { name: 'Ann', tier: 'gold' }, items: [3] });
  expect(changed.stylesheet).toEqual({ p: { syntax: 'xml' } });
  expect(changed.with({ stylesheet: { p: { syntax: 'json' }, b: {} } }).stylesheet).toEqual({
    p: { syntax: 'json' },
    b: {},
  });
});

test('a function gives the whole, from a copy of what was recorded', () => {
  const recorded = trace();
  const changed = recorded.with({
    context: (context) => {
      context.user = 'changed in place';
      return { only: context.items };
    },
  });
  expect(changed.context).toEqual({ only: [1, 2] });
  expect(recorded.context.user).toEqual(CONTEXT.user);
});

test('changes add up, the last prompt counts, and nothing reaches a prototype', () => {
  const changed = trace()
    .with({ prompt: 'a.poml', context: { a: 1 } })
    .with({ prompt: 'b.poml' })
    .with({ chat: false });
  expect(changed.prompt).toBe('b.poml');
  expect(changed.chat).toBe(false);
  expect(changed.context).toMatchObject({ a: 1 });
  const hostile = trace().with({ context: JSON.parse('{"__proto__":{"polluted":true}}') });
  expect(Object.keys(hostile.context)).toContain('__proto__');
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
