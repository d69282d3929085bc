import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testFiles } from '../../fixtures/golden/fakes.ts';
import { renderMaybeSync } from '../poml/index.ts';
import { createSourceFinder, loadSession } from '../trace/index.ts';
import { evaluate } from './evaluate.ts';
import type { EvaluateOptions } from './prepare.ts';
import type { Verdict } from './verdict.ts';

// A recorded application, its prompts edited, rendered by the real renderer.
const example = path.resolve(import.meta.dirname, '../../examples/support-triage');
let app: string;
let session: string;

beforeEach(() => {
  app = mkdtempSync(path.join(tmpdir(), 'vitest-poml-live-'));
  cpSync(example, app, { recursive: true });
  session = path.join(app, 'pomlruns', readdirSync(path.join(app, 'pomlruns'))[0]!);
});

afterEach(() => rmSync(app, { recursive: true }));

async function run(options: EvaluateOptions = {}): Promise<Verdict[]> {
  const findSource = createSourceFinder({ root: app, sourceRoots: { '/srv/support-triage': '.' } });
  const tools = { render: renderMaybeSync, files: testFiles, findSource };
  return Promise.all(loadSession(session).traces.map((trace) => evaluate(trace, undefined, options, tools)));
}

function edit(prompt: string, from: string, to: string): void {
  const file = path.join(app, 'prompts', prompt);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

/** The names of all files of the session whose text is not what it was. */
function changedFiles(before: ReadonlyMap<string, string>): string[] {
  return [...filesOf()].filter(([name, text]) => before.get(name) !== text).map(([name]) => name);
}

function filesOf(): Map<string, string> {
  return new Map(readdirSync(session).map((name) => [name, readFileSync(path.join(session, name), 'utf8')]));
}

const red = (verdicts: readonly Verdict[]) =>
  verdicts.filter(({ status }) => status !== 'same').map(({ trace }) => trace);

it('is green live and recorded; calls that raised are told', async () => {
  for (const source of ['live', 'recorded'] as const) {
    const verdicts = await run({ source });
    expect(verdicts.map(({ status, source: from }) => [status, from?.kind])).toEqual(
      verdicts.map(() => ['same', source]),
    );
    expect(verdicts.filter(({ errors }) => errors.length > 0).map(({ trace }) => trace)).toEqual([
      '0009.draft_reply',
      '0024.draft_reply',
    ]);
  }
});

it('a changed include turns exactly the traces red that use it, and names the include', async () => {
  const users = loadSession(session)
    .traces.filter(({ resultText }) => resultText?.includes('patient mechanic'))
    .map(({ id }) => id);
  expect(users.length).toBeGreaterThan(5);
  edit('_voice.poml', 'patient mechanic', 'friendly mechanic');
  const verdicts = await run();
  expect(red(verdicts)).toEqual(users);
  for (const { status, differences } of verdicts.filter(({ trace }) => users.includes(trace!))) {
    expect(status).toBe('changed');
    expect(differences).toHaveLength(1);
    expect(differences[0]?.location?.file).toBe(path.join(app, 'prompts', '_voice.poml'));
  }
  expect(red(await run({ source: 'recorded' }))).toEqual(users);
});

it('an update makes them green again and touches only what changed', async () => {
  edit('triage.poml', 'Read one incoming ticket', 'Read one ticket');
  const before = filesOf();
  const changed = red(await run());
  expect(changed.length).toBeGreaterThan(3);
  expect(changedFiles(before)).toEqual([]);
  expect(red(await run({ update: 'new' }))).toEqual(changed);
  expect(changedFiles(before)).toEqual([]);

  const updated = (await run({ update: 'all' })).filter(({ accepted }) => accepted);
  expect(updated.map(({ trace }) => trace)).toEqual(changed);
  expect(changedFiles(before)).toEqual(
    changed.flatMap((id) => [`${id}.poml`, `${id}.result.json`, `${id}.result.txt`]),
  );
  for (const name of changedFiles(before).filter((file) => file.includes('.result.'))) {
    expect(filesOf().get(name)).toBe(
      before.get(name)?.replace('Read one incoming ticket', 'Read one ticket'),
    );
  }
  expect(red(await run())).toEqual([]);
  expect(red(await run({ source: 'recorded' }))).toEqual([]);
});
