import path from 'node:path';
import { globSync } from 'fast-glob';
import { describe, expect, test } from 'vitest';
import { fakeTools, folderWith } from '../../fixtures/golden/fakes.ts';
import { renderMaybeSync } from '../poml/render.ts';
import { loadSession } from '../trace/session.ts';
import type { Trace } from '../trace/types.ts';
import { checkDeterminism } from './determinism.ts';
import { renderReceived } from './render.ts';
import type { GoldenTools } from './tools.ts';

const tools = fakeTools(renderMaybeSync);

function traceOf(markup: string, context: Record<string, unknown> = {}): Trace {
  const dir = folderWith({
    '20261121052042120390/0001.p.poml': markup,
    '20261121052042120390/0001.p.context.json': JSON.stringify(context),
  });
  return loadSession(path.join(dir, '20261121052042120390')).traces[0]!;
}

async function leaksOf(markup: string, context?: Record<string, unknown>) {
  const { leaks } = await checkDeterminism(traceOf(markup, context), {}, tools);
  return leaks.map(({ condition, locations }) => [
    condition,
    locations.map(({ line, expression }) => `${line}: ${expression ?? ''}`.trim()),
  ]);
}

describe('what a render depends on', () => {
  test('nothing', async () => {
    expect(await leaksOf('<p>{{ name.toUpperCase() }} {{ 1 + 1 }}</p>', { name: 'i' })).toEqual([]);
  });

  test('the clock, each expression of it', async () => {
    const markup = `<poml>
  <p>On {{ new Date().getFullYear() }}</p>
  <p>Fixed {{ new Date(0).getTime() }}</p>
  <p>At {{ Date.now() }}</p>
</poml>`;
    expect(await leaksOf(markup)).toEqual([['clock', ['2: new Date().getFullYear()', '4: Date.now()']]]);
  });

  test('chance', async () => {
    expect(await leaksOf('<p>Id {{ Math.random() }}</p>')).toEqual([['seed', ['1: Math.random()']]]);
  });

  test('the locale; not where the prompt names one', async () => {
    const markup = '<p>{{ n.toLocaleString() }} and {{ n.toLocaleString("de-DE") }}</p>';
    expect(await leaksOf(markup, { n: 1234.5 })).toEqual([['locale', ['1: n.toLocaleString()']]]);
  });

  test('the time zone', async () => {
    expect(await leaksOf('<p>{{ new Date(0).getHours() }} h</p>')).toEqual([
      ['time-zone', ['1: new Date(0).getHours()']],
    ]);
  });

  test('the order of keys', async () => {
    expect(await leaksOf('<p>{{ Object.keys(o).join() }}, {{ o.a }}</p>', { o: { a: 1, b: 2 } })).toEqual([
      ['context-order', ['1: Object.keys(o).join()']],
    ]);
  });

  test('what only fails under one condition', async () => {
    const markup = '<p>{{ new Date().getFullYear() > 2026 ? missing.x : 1 }}</p>';
    const { leaks } = await checkDeterminism(traceOf(markup), { render: { strict: true } }, tools);
    expect(leaks).toMatchObject([{ condition: 'clock', failure: expect.stringContaining('missing') }]);
  });

  // No expression reaches these: only a renderer that somebody plugs in, or a mistake of ours, can depend on them.
  test.each([
    ['environment', () => String(Object.keys(process.env).length > 0)],
    ['earlier-renders', (renders: number) => String(renders)],
  ] as const)('%s', async (condition, leaked) => {
    let renders = 0;
    const leaky: GoldenTools = {
      ...tools,
      render: (markup, options) => renderMaybeSync(markup.replace('LEAK', leaked(++renders)), options),
    };
    const { leaks } = await checkDeterminism(traceOf('<p>LEAK</p>'), {}, leaky, [condition]);
    expect(leaks.map((leak) => leak.condition)).toEqual([condition]);
  });

  test('conditions can be chosen', async () => {
    const trace = traceOf('<p>{{ Math.random() }} {{ Date.now() }}</p>');
    const { leaks } = await checkDeterminism(trace, {}, tools, ['clock']);
    expect(leaks.map(({ condition }) => condition)).toEqual(['clock']);
  });

  test('the environment is back afterwards', async () => {
    const before = { ...process.env };
    await checkDeterminism(traceOf('<p>x</p>'), {}, tools);
    expect({ ...process.env }).toEqual(before);
  });
});

test('recorded calls render the same in any order, at once, and after each other', async () => {
  const root = path.resolve(import.meta.dirname, '../..');
  const traces = globSync('examples/*/pomlruns/*', { cwd: root, onlyDirectories: true, absolute: true })
    .sort()
    .flatMap((dir) => loadSession(dir).traces);
  expect(traces.length).toBeGreaterThan(80);
  const render = async (trace: Trace) => {
    try {
      return JSON.stringify(await renderReceived(trace, {}, tools));
    } catch (error) {
      return String(error);
    }
  };
  const expected = new Map<string, string>();
  for (const trace of traces) expected.set(trace.prefix, await render(trace));
  const shuffled = [...traces].sort((a, b) => (shuffleKey(a) < shuffleKey(b) ? -1 : 1));
  expect(shuffled).not.toEqual(traces);
  for (const trace of shuffled) expect(await render(trace)).toBe(expected.get(trace.prefix));
  const atOnce = await Promise.all(shuffled.map(render));
  shuffled.forEach((trace, i) => {
    expect(atOnce[i]).toBe(expected.get(trace.prefix));
  });
});

/** An order that has nothing to do with that of the session. */
function shuffleKey({ prefix }: Trace): string {
  let hash = 7;
  for (const character of prefix) hash = (hash * 31 + character.codePointAt(0)!) >>> 0;
  return String(hash % 9973).padStart(4, '0');
}
