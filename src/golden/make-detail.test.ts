import path from 'node:path';
import { expect, it } from 'vitest';
import { fakePrompt, fakeTools, folderWith, human } from '../../fixtures/golden/fakes.ts';
import { renderMaybeSync } from '../poml/index.ts';
import { diskFiles } from './disk.ts';
import { evaluate } from './evaluate.ts';
import { Exemplars } from './exemplars.ts';
import { makeDetail } from './make-detail.ts';
import type { Verdict } from './verdict.ts';

const read = diskFiles.read;

it('shows golden and render, what differs, and where in the sources it comes from', async () => {
  const folder = folderWith({
    'a.poml': '<poml>\n  <p>Hello {{ name }}, <b>welcome</b></p>\n  <include src="_tone.poml"/>\n</poml>\n',
    '_tone.poml': 'be kind',
  });
  const call = { prompt: path.join(folder, 'a.poml'), context: { name: 'Ann' } };
  const verdict = await evaluate(
    call,
    human('Hi Ann, **welcome**\n\nbe kind'),
    { folders: [folder] },
    fakeTools(renderMaybeSync),
  );
  const detail = makeDetail(verdict, read);
  expect(detail.golden?.messages).toEqual([
    { speaker: 'human', parts: [{ kind: 'text', text: 'Hi Ann, **welcome**\n\nbe kind' }] },
  ]);
  const text = 'Hello Ann, **welcome**\n\n be kind';
  expect(detail.render?.messages).toEqual([{ speaker: 'human', parts: [{ kind: 'text', text }] }]);
  expect(detail.differences).toMatchObject([{ path: 'messages[0].content', kind: 'changed' }]);
  expect(detail.cut).toBeUndefined();
  const shown = detail.origins?.[0]?.map(({ start, end, source, line, expression }) => [
    text.slice(start, end),
    path.basename(detail.sources?.[source]?.file ?? ''),
    line,
    expression,
  ]);
  expect(shown).toEqual([
    ['Hello', 'a.poml', 2, undefined],
    ['Ann,', 'a.poml', 2, 'name'],
    ['**welcome**', 'a.poml', 2, undefined],
    ['be kind', '_tone.poml', 1, undefined],
  ]);
  expect(detail.sources?.map(({ line, lines }) => [line, lines[0]])).toEqual([
    [1, '<poml>'],
    [1, 'be kind'],
  ]);
  const first = detail.origins![0]![0]!;
  const { lines } = detail.sources![first.source]!;
  expect(lines[first.line - 1]!.slice(first.column - 1, first.endColumn - 1)).toBe('Hello');
});

it('is plain JSON of a bounded size whatever the prompt', () => {
  const part = (i: number) => ({ type: 'image/png', base64: String(i).repeat(9000), alt: 'x'.repeat(5000) });
  const result = (sign: string) => ({
    messages: Array.from({ length: 200 }, (_, i) => ({
      speaker: 'human' as const,
      content: [`${sign} ${i} ${'\u0001 "word" '.repeat(400)}`, part(i % 9)],
    })),
    schema: { [`${sign}${'s'.repeat(9000)}`]: 1 },
    tools: Array.from({ length: 100 }, (_, i) => ({
      type: 'function' as const,
      name: `tool${i}`,
      parameters: { [sign]: 'p'.repeat(500) },
    })),
    runtime: { [sign]: 'r'.repeat(7000) },
  });
  const actual = fakePrompt(result('b'), {
    locate: (_, offset) => ({ file: '/x.poml', line: offset + 1, column: 1, offset, endOffset: offset + 1 }),
  });
  const verdict = evaluate(
    actual,
    fakePrompt(result('a')),
    { title: 'big' },
    fakeTools(() => actual),
  ) as Verdict;
  const detail = makeDetail(verdict, read);
  const json = JSON.stringify(detail);
  expect(json.length).toBeLessThanOrEqual(64_000);
  expect(JSON.parse(json)).toEqual(detail);
  expect(detail.cut).toBe(true);
  expect(detail.differences.length).toBeGreaterThan(0);
  expect(detail.render?.messages.length).toBeGreaterThan(0);
});

it('is made for the first traces of each cause', () => {
  const exemplars = new Exemplars();
  const verdict = (title: string, ...keys: string[]) =>
    ({ title, causes: keys.map((key) => ({ key, kind: 'markup', summary: key })) }) as unknown as Verdict;
  const like = (title: string, ...keys: string[]) => exemplars.like(verdict(title, ...keys));
  expect([like('1', 'a'), like('2', 'a', 'b'), like('3', 'a'), like('4', 'a')]).toEqual([
    undefined,
    undefined,
    undefined,
    '1',
  ]);
  expect(like('5', 'a', 'b')).toBeUndefined();
  expect(like('4', 'a')).toBe('1');
  expect(like('2', 'a', 'b')).toBeUndefined();
  const many = Array.from({ length: 500 }, (_, i) => like(`many ${i}`, `cause ${i}`));
  expect(many.filter((title) => title === undefined)).toHaveLength(56);
  expect(many.at(-1)).toBe('1');
});
