import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { testFiles } from '../../fixtures/golden/fakes.ts';
import { renderMaybeSync } from '../poml/render.ts';
import { Random } from '../poml/testing/fuzz/random.ts';
import { loadSession, TraceError } from '../trace/index.ts';
import { evaluate } from './evaluate.ts';
import { summarize } from './record.ts';
import type { GoldenTools } from './tools.ts';

/** More sessions, or others: `FUZZ_SESSIONS=2000 FUZZ_SEED=7 npx vitest run src/golden/fuzz.test.ts`. */
const SESSIONS = Number(process.env.FUZZ_SESSIONS ?? 60);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const BATCH = 20;

const home = mkdtempSync(path.join(tmpdir(), 'vitest-poml-sessions-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const recorded = path.resolve(import.meta.dirname, '../../examples/travel-desk/pomlruns');
const [sessionName = ''] = readdirSync(recorded);
const files = new Map(
  readdirSync(path.join(recorded, sessionName), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name < '0009')
    .map(({ name }) => [name, readFileSync(path.join(recorded, sessionName, name))]),
);
const suffixes = [
  '.poml',
  '.env',
  '.context.json',
  '.stylesheet.json',
  '.result.json',
  '.result.txt',
  '.golden.json',
  '.reply',
];
const values = [
  'null',
  '[]',
  '{}',
  '""',
  '-1',
  '1e999',
  '"\\ud800"',
  '{"__proto__":{"a":1}}',
  '{"__base64__":"!"}',
  '[[[[1]]]]',
];

/** A recorded session with a few things broken. */
function brokenSession(random: Random, folder: string): string {
  const session = new Map(files);
  for (let i = random.between(1, 6); i > 0; i--) damage(session, random);
  const dir = mkdtempSync(path.join(folder, 'session-'));
  for (const [name, bytes] of session) writeFileSync(path.join(dir, name), bytes);
  return dir;
}

function damage(session: Map<string, Buffer>, random: Random): void {
  const name = random.pick([...session.keys()]);
  const bytes = session.get(name)!;
  const text = bytes.toString('utf8');
  random.choose<void>([
    [3, () => void session.set(name, bytes.subarray(0, random.below(bytes.length + 1)))],
    [
      3,
      () => {
        const copy = Buffer.from(bytes);
        for (let i = random.skewed(8); i >= 0 && copy.length > 0; i--)
          copy[random.below(copy.length)] = random.below(256);
        session.set(name, copy);
      },
    ],
    [4, () => void session.set(name, Buffer.from(replaceSomeValue(text, random)))],
    [2, () => void session.delete(name)],
    [
      2,
      () =>
        void session.set(
          `${random.between(0, 12)}`.padStart(4, '0') +
            random.pick(['.x', '', '.a.b', '.é 日']) +
            random.pick(suffixes),
          bytes,
        ),
    ],
    [1, () => void session.set(name, Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]))],
    [1, () => void session.set(name, Buffer.from(text.replaceAll('\n', '\r\n')))],
    [
      1,
      () => void session.set(name, Buffer.from(`<<<<<<< HEAD\n${text}\n=======\n${text}\n>>>>>>> other\n`)),
    ],
    [1, () => void session.set(name, Buffer.from(text + text))],
  ]);
}

/** JSON with one value replaced, or a piece of text doubled where it is no JSON. */
function replaceSomeValue(text: string, random: Random): string {
  const places = [...text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+|true|false|null/g)];
  if (places.length === 0) return text + text.slice(random.below(text.length + 1));
  const { index, 0: found } = random.pick(places);
  return text.slice(0, index) + random.pick(values) + text.slice(index + found.length);
}

const tools: GoldenTools = {
  render: renderMaybeSync,
  files: testFiles,
  findSource: () => ({ why: 'not looked for' }),
};

/** Reads and judges everything; whatever is broken must end in a verdict or a TraceError. */
async function judge(dir: string): Promise<string[]> {
  const before = readdirSync(dir).length;
  let traces: ReturnType<typeof loadSession>['traces'];
  try {
    ({ traces } = loadSession(dir));
  } catch (error) {
    return error instanceof TraceError ? [] : [`loadSession: ${(error as Error).stack}`];
  }
  const faults: string[] = [];
  for (const trace of traces) {
    try {
      const verdict = await evaluate(trace, undefined, { folders: [dir] }, tools);
      const record = summarize(verdict);
      if (verdict.status !== 'same' && verdict.reason === '')
        faults.push(`${trace.id}: ${verdict.status} without a reason`);
      JSON.stringify(record);
      const name = verdict.cause?.name ?? '';
      if (['TypeError', 'RangeError', 'ReferenceError'].includes(name))
        faults.push(`${trace.id}: ${verdict.cause?.stack}`);
    } catch (error) {
      faults.push(`${trace.id}: ${(error as Error).stack}`);
    }
  }
  if (readdirSync(dir).length !== before) faults.push('something was written');
  return faults;
}

describe('sessions with something broken', () => {
  for (let from = 0; from < SESSIONS; from += BATCH) {
    const end = Math.min(from + BATCH, SESSIONS);
    test(`${from} to ${end - 1} of seed ${SEED}`, { timeout: 120_000 }, async () => {
      for (let index = from; index < end; index++) {
        const dir = brokenSession(Random.of(SEED, index), home);
        expect({ index, dir, faults: await judge(dir) }).toEqual({ index, dir, faults: [] });
        rmSync(dir, { recursive: true });
      }
    });
  }
});
