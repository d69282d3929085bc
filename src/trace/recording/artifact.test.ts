import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TraceError } from '../error.ts';
import { loadSession } from '../session.ts';
import { temporaryFolder } from '../testing/session-folder.ts';
import { operation, poml, traceArtifact } from './index.ts';
import { setTrace } from './testing/set-trace.ts';

let dir: string;
beforeEach(() => {
  dir = setTrace('local', { traceDir: temporaryFolder() })!;
});
afterEach(() => {
  setTrace(false);
  vi.restoreAllMocks();
});

const ask = (n: number) => poml('<p>{{ n }}</p>', { context: { n } });
/** As helpers are: something is waited for before the call, so that the caller's strand knows nothing of it. */
const askLater = async (n: number) => {
  await delay(1);
  return ask(n);
};

/** What lies beside each call: the number it was called with, and its reply. */
function replies(): Record<string, string | undefined> {
  return Object.fromEntries(
    loadSession(dir).traces.map((trace) => [
      String(trace.context.n),
      trace.has('.reply.txt') ? readFileSync(trace.path('.reply.txt'), 'utf8') : undefined,
    ]),
  );
}

const warnings = () => vi.spyOn(process, 'emitWarning').mockImplementation(() => {}).mock.calls;

const FORTY = Array.from({ length: 40 }, (_, n) => n);
const all = Object.fromEntries(FORTY.map((n) => [n, `reply ${n}`]));

describe('an artifact', () => {
  it('lies beside the call before it, under any suffix', async () => {
    await ask(1);
    expect(traceArtifact('reply.txt', 'yes')).toBe(`${loadSession(dir).traces[0]!.prefix}.reply.txt`);
    traceArtifact('.bin', Buffer.from([0, 255]));
    traceArtifact('.reply.txt', 'no');
    expect(replies()).toEqual({ 1: 'no' });
    const [trace] = loadSession(dir).traces;
    expect(trace!.artifacts).toEqual(['.bin', '.reply.txt']);
    expect([...readFileSync(trace!.path('.bin'))]).toEqual([0, 255]);
  });

  it('goes to each call in turn', async () => {
    for (const n of FORTY) {
      await ask(n);
      await delay(0);
      traceArtifact('.reply.txt', `reply ${n}`);
    }
    expect(replies()).toEqual(all);
  });

  it('goes to the only call there is, also of a helper that waits for something first', async () => {
    await askLater(1);
    await delay(1);
    traceArtifact('.reply.txt', 'one');
    expect(replies()).toEqual({ 1: 'one' });
  });

  it('goes to the own call of each of many side by side', async () => {
    await Promise.all(
      FORTY.map(async (n) => {
        await ask(n);
        await delay(Math.random() * 5);
        traceArtifact('.reply.txt', `reply ${n}`);
      }),
    );
    expect(replies()).toEqual(all);
  });

  it('does so too when something was waited for before the call', async () => {
    await Promise.all(
      FORTY.map(async (n) => {
        await delay(Math.random() * 5);
        await ask(n);
        await delay(Math.random() * 5);
        traceArtifact('.reply.txt', `reply ${n}`);
      }),
    );
    expect(replies()).toEqual(all);
  });

  it('goes to the call of its operation, however deep that was made', async () => {
    const answer = operation('answer', async (n: number) => {
      await askLater(n);
      await delay(Math.random() * 5);
      traceArtifact('.reply.txt', `reply ${n}`);
    });
    await Promise.all(FORTY.map(answer));
    expect(replies()).toEqual(all);
  });

  it('goes to the call that gave a result, wherever it is written', async () => {
    const results = await Promise.all(FORTY.map(askLater));
    for (const [n, of] of results.entries()) traceArtifact('.reply.txt', `reply ${n}`, { of });
    expect(replies()).toEqual(all);
  });

  it.each([0, 1, 5])('is not written beside a wrong call (%i ms apart): the process warns', async (pause) => {
    const warned = warnings();
    await Promise.all(
      [1, 2, 3].map(async (n) => {
        await delay(pause * n);
        await askLater(n);
        await delay(20);
        expect(traceArtifact('.reply.txt', `reply ${n}`)).toBeUndefined();
      }),
    );
    expect(replies()).toEqual({ 1: undefined, 2: undefined, 3: undefined });
    expect(warned).toHaveLength(3);
    expect(warned[0]).toEqual([expect.stringContaining('{ of: result }'), { code: 'VITEST_POML_ARTIFACT' }]);
  });

  it('is not written where a helper made a call after the own one', async () => {
    const warned = warnings();
    await ask(1);
    const of = await askLater(2);
    expect(traceArtifact('.reply.txt', 'two')).toBeUndefined();
    expect(warned).toHaveLength(1);
    traceArtifact('.reply.txt', 'two', { of });
    await ask(3);
    traceArtifact('.reply.txt', 'three');
    expect(replies()).toEqual({ 1: undefined, 2: 'two', 3: 'three' });
  });

  it('is not written after a call that left no trace, nor over that of the call before', async () => {
    await ask(1);
    traceArtifact('.reply.txt', 'one');
    await expect(ask(Number.NaN)).rejects.toThrow(TypeError);
    expect(traceArtifact('.reply.txt', 'none')).toBeUndefined();
    expect(replies()).toEqual({ 1: 'one' });
  });

  it('lies beside a call that failed', async () => {
    await expect(poml('<p>{{ n.gone.gone }}</p>', { context: { n: 1 } })).rejects.toThrow();
    traceArtifact('.reply.txt', 'failed');
    expect(replies()).toEqual({ 1: 'failed' });
  });

  it('is not written before any call, for a stranger, or without recording', async () => {
    expect(traceArtifact('.reply.txt', 'none')).toBeUndefined();
    const result = await ask(1);
    expect(traceArtifact('.reply.txt', 'none', { of: {} })).toBeUndefined();
    setTrace(false);
    expect(traceArtifact('.reply.txt', 'none', { of: result })).toBeUndefined();
    expect(replies()).toEqual({ 1: undefined });
  });

  it.each(['', '/../x', 'a/b', '.a\\b', '.a\nb', '.result.json', 'RESULT.TXT', '.poml'])(
    'has no suffix %j',
    async (suffix) => {
      await ask(1);
      expect(() => traceArtifact(suffix, 'x')).toThrow(TraceError);
    },
  );

  it('that cannot be written does not fail the application: the process warns', async () => {
    const warned = warnings();
    const result = await ask(1);
    mkdirSync(path.join(`${loadSession(dir).traces[0]!.prefix}.reply.txt`));
    expect(traceArtifact('.reply.txt', 'one', { of: result })).toBeUndefined();
    expect(warned[0]![0]).toContain('0001.');
  });
});
