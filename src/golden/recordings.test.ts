import path from 'node:path';
import { globSync } from 'fast-glob';
import { describe, expect, it } from 'vitest';
import { fakePrompt, fakeTools } from '../../fixtures/golden/fakes.ts';
import { RenderError } from '../poml/errors.ts';
import { loadSession } from '../trace/session.ts';
import type { RecordedResult, Session, Trace } from '../trace/types.ts';
import { evaluate } from './evaluate.ts';
import type { Render } from './tools.ts';
import type { Verdict } from './verdict.ts';

// Real sessions; the render is made of the recorded result, so that only the comparing is tested.
const root = path.resolve(import.meta.dirname, '../..');
const sessions: Session[] = globSync(['fixtures/apps/*/pomlruns/*', 'examples/*/pomlruns/*'], {
  cwd: root,
  onlyDirectories: true,
  absolute: true,
}).map((dir) => loadSession(dir));
const traces = sessions.flatMap((session) => session.traces);

function rerender(trace: Trace, change: (result: RecordedResult) => RecordedResult): Render {
  return () => {
    if (trace.result === undefined) throw new RenderError('no result');
    return fakePrompt(change(structuredClone(trace.result)));
  };
}

const evaluated = (trace: Trace, render: Render, picturesSame = false) =>
  evaluate(
    trace,
    undefined,
    {},
    fakeTools(render, { comparePictures: () => ({ same: picturesSame }) }),
  ) as Verdict;

describe('recorded sessions', () => {
  it('are there', () => {
    expect(sessions.length).toBeGreaterThan(10);
    expect(traces.filter(({ result }) => result === undefined).length).toBeGreaterThan(0);
  });

  it('are the same as themselves, also when their JSON has another layout', () => {
    const verdicts = traces.map((trace) =>
      evaluated(
        trace,
        rerender(trace, (result) => result),
      ),
    );
    expect(
      verdicts.filter(({ status }) => status !== 'same').map(({ title, reason }) => [title, reason]),
    ).toEqual([]);
    const again = traces.map((trace) =>
      evaluated(
        trace,
        rerender(trace, ({ messages, ...rest }) => ({ ...rest, messages })),
      ),
    );
    expect(again.filter(({ status }) => status !== 'same')).toEqual([]);
  });

  it('with pictures of other bytes are the same where the pictures look the same, changed where not', () => {
    const encodedAgain = (result: RecordedResult): RecordedResult =>
      JSON.parse(JSON.stringify(result), (key, value) => (key === 'base64' ? `QUJD${value}` : value));
    const pictured = traces.filter(({ resultJson }) => /"type": "image\//.test(resultJson ?? ''));
    expect(pictured.length).toBeGreaterThan(20);
    for (const trace of pictured) {
      const render = rerender(trace, encodedAgain);
      expect([trace.id, evaluated(trace, render, true).differences]).toEqual([trace.id, []]);
      expect([trace.id, evaluated(trace, render, false).status]).toEqual([trace.id, 'changed']);
    }
  });

  it('turn red by a single character, at its place', () => {
    for (const trace of traces) {
      const text =
        trace.result && Array.isArray(trace.result.messages) ? trace.result.messages.at(-1) : undefined;
      if (typeof text !== 'object' || !('content' in text) || typeof text.content !== 'string') continue;
      const verdict = evaluated(
        trace,
        rerender(trace, (result) => {
          (result.messages as { content: string }[]).at(-1)!.content += '.';
          return result;
        }),
      );
      const last = verdict.actual!.messages.length - 1;
      expect(verdict.differences.map(({ path: place }) => place)).toEqual([`messages[${last}].content`]);
    }
  });
});
