import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { testFiles } from '../../../fixtures/golden/fakes.ts';
import { makeZip } from '../../poml/assets/testing/make-zip.ts';
import { renderMaybeSync } from '../../poml/index.ts';
import { createSourceFinder, loadSession, loadTrace, type Trace } from '../../trace/index.ts';
import { temporaryFolder, writeFiles } from '../../trace/testing/session-folder.ts';
import { evaluate } from '../evaluate.ts';
import { parseJsonPath } from '../json-path.ts';
import { DETECTOR_NAMES } from '../redaction/detectors.ts';
import { scanFiles } from '../redaction/scan.ts';
import type { GoldenTools } from '../tools.ts';
import { CaptureError, type CaptureOutcome, type CaptureRequest, capture } from './capture.ts';

// A recorded application, with the real renderer.
vi.setConfig({ testTimeout: 120_000 });

const EXAMPLE = path.resolve(import.meta.dirname, '../../../examples/support-triage');
const SESSION = '20261121051927955577';
let app: string;
let goldens: string;

beforeEach(() => {
  app = temporaryFolder();
  cpSync(EXAMPLE, app, { recursive: true });
  goldens = path.join(temporaryFolder(), 'goldens');
});

function toolsAt(root: string): GoldenTools {
  return {
    render: renderMaybeSync,
    files: testFiles,
    findSource: createSourceFinder({ root, sourceRoots: { '/srv/support-triage': '.' } }),
  };
}

function run(more: Partial<CaptureRequest> = {}, ids?: readonly string[]): Promise<CaptureOutcome> {
  const session = loadSession(path.join(app, 'pomlruns', SESSION));
  const traces = session.traces.filter(({ id }) => ids?.includes(id) ?? true);
  return capture(
    {
      sources: [{ session, traces }],
      to: goldens,
      drafts: temporaryFolder(),
      root: app,
      evaluate: { render: { moved: { '/srv/support-triage': app } } },
      renderer: { name: 'vitest-poml', version: '1' },
      force: false,
      dryRun: false,
      ...more,
    },
    toolsAt(app),
  );
}

const redact = (...paths: string[]) => ({ paths: paths.map(parseJsonPath), detectors: DETECTOR_NAMES });

function snapshot(folder = goldens): Map<string, string> {
  const entries = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(files.sort().map((file) => [path.relative(folder, file), readFileSync(file, 'latin1')]));
}

/** How the goldens are met where nothing of the application is. */
async function statusesElsewhere(): Promise<string[]> {
  const elsewhere = temporaryFolder();
  cpSync(goldens, path.join(elsewhere, 'moved'), { recursive: true });
  renameSync(app, `${app}-gone`);
  try {
    const tools = { ...toolsAt(elsewhere), findSource: createSourceFinder({ root: elsewhere }) };
    const { traces } = loadSession(path.join(elsewhere, 'moved', SESSION));
    const verdicts = await Promise.all(traces.map((trace) => evaluate(trace, undefined, {}, tools)));
    return verdicts.map(({ status }) => status);
  } finally {
    renameSync(`${app}-gone`, app);
  }
}

/** A golden in the project, and an include of its prompt changed after it was captured. */
async function captureAndEdit(): Promise<{ trace: Trace; tools: GoldenTools }> {
  await run();
  const dir = path.join(app, 'kept');
  cpSync(goldens, dir, { recursive: true });
  writeFileSync(path.join(app, 'prompts/_voice.poml'), '<p>Shout.</p>');
  const tools = { ...toolsAt(app), findSource: createSourceFinder({ root: app }) };
  return { trace: loadTrace(path.join(dir, SESSION, '0002.draft_reply')), tools };
}

const actions = ({ results }: CaptureOutcome) => new Set(results.map(({ action }) => action));

test('goldens render where nothing of the application is, with the bytes of the recording', async () => {
  expect(actions(await run())).toEqual(new Set(['written']));
  const recorded = snapshot(path.join(app, 'pomlruns', SESSION));
  const captured = snapshot(path.join(goldens, SESSION));
  for (const [file, bytes] of recorded) expect([file, captured.get(file)]).toEqual([file, bytes]);
  const added = [...captured.keys()].filter((file) => !recorded.has(file));
  expect(
    added.filter((file) => !/^\d{4}\.\w+\.golden\.json$|^assets\/[0-9a-f]{64}\.poml$/.test(file)),
  ).toEqual([]);
  expect(added.filter((file) => file.startsWith('assets'))).toHaveLength(2);
  expect(new Set(await statusesElsewhere())).toEqual(new Set(['same']));
});

test('live, the prompt and what it includes are those of the project', async () => {
  const { trace, tools } = await captureAndEdit();
  expect(await evaluate(trace, undefined, {}, tools)).toMatchObject({
    status: 'changed',
    source: { kind: 'live' },
  });
  expect(await evaluate(trace, undefined, { source: 'recorded' }, tools)).toMatchObject({ status: 'same' });
});

test('an accepted live render brings its files along', async () => {
  const { trace, tools } = await captureAndEdit();
  const before = trace.captured?.files;
  expect(await evaluate(trace, undefined, { update: 'all' }, tools)).toMatchObject({ accepted: true });
  expect(trace.captured?.files).not.toEqual(before);
  rmSync(path.join(app, 'prompts'), { recursive: true });
  const bare = { ...tools, findSource: createSourceFinder({ root: temporaryFolder() }) };
  expect(await evaluate(trace, undefined, {}, bare)).toMatchObject({
    status: 'same',
    source: { kind: 'recorded' },
  });
});

test('a second run writes nothing; a golden that differs stays unless forced', async () => {
  await run();
  const first = snapshot();
  expect(actions(await run())).toEqual(new Set(['unchanged']));
  expect(actions(await run({ renderer: { name: 'vitest-poml', version: '2' } }))).toEqual(
    new Set(['unchanged']),
  );
  expect(snapshot()).toEqual(first);

  const file = path.join(goldens, SESSION, '0001.triage.result.txt');
  writeFileSync(file, 'accepted since');
  const kept = await run();
  expect(kept.results.find(({ trace }) => trace.id === '0001.triage')).toMatchObject({
    action: 'different',
    differs: ['.result.txt'],
  });
  expect(readFileSync(file, 'utf8')).toBe('accepted since');
  expect(actions(await run({ force: true }))).toEqual(new Set(['unchanged', 'replaced']));
  expect(snapshot()).toEqual(first);
});

test('calls can be added one by one; a dry run writes nothing at all', async () => {
  expect(actions(await run({ dryRun: true }))).toEqual(new Set(['written']));
  expect(existsSync(goldens)).toBe(false);
  await run({}, ['0001.triage']);
  await run({}, ['0002.draft_reply']);
  const { traces } = loadSession(path.join(goldens, SESSION));
  expect(traces.map(({ id }) => id)).toEqual(['0001.triage', '0002.draft_reply']);
  expect(readdirSync(goldens)).toEqual([SESSION]);
});

test('a redacted golden is true, and nothing of what was redacted is left in any byte', async () => {
  const paths = ['$..customer.name', '$..first_name', '$..subject', '$..ticket.body'];
  const outcome = await run({ redact: redact(...paths) });
  expect(actions(outcome)).toEqual(new Set(['written']));
  expect(outcome.results.flatMap(({ left }) => left)).toEqual([]);
  expect(new Set(await statusesElsewhere())).toEqual(new Set(['same']));

  const originals = loadSession(path.join(app, 'pomlruns', SESSION)).traces.flatMap(({ context }) => {
    const { ticket, customer } = context as { ticket?: Ticket; customer?: Ticket['customer'] };
    return [ticket?.subject, ticket?.body, ticket?.customer?.name, customer?.name, customer?.first_name];
  });
  // Names such as "there" are words of the prompt.
  const distinctive = [...new Set(originals)].filter(
    (value) => value && (value.length >= 12 || /[^A-Za-z]/.test(value)),
  );
  expect(distinctive.length).toBeGreaterThan(20);
  const bytes = [...snapshot().values()].join('\n');
  const utf8 = Buffer.from(bytes, 'latin1').toString('utf8');
  for (const value of distinctive) {
    for (const form of [value!, JSON.stringify(value).slice(1, -1)]) expect(utf8).not.toContain(form);
  }
  // One by one gives the same bytes as all at once.
  const all = snapshot();
  rmSync(goldens, { recursive: true });
  await run({ redact: redact(...paths) }, ['0017.draft_reply']);
  for (const [file, text] of snapshot()) expect([file, text]).toEqual([file, all.get(file)]);
});

interface Ticket {
  subject?: string;
  body?: string;
  customer?: { name?: string; first_name?: string };
}

test('personal data is replaced in the stylesheet, artifacts, .env, file names and included files too', async () => {
  const dir = path.join(app, 'pomlruns/20270101000000000000');
  const markup =
    '<poml><p>{{ who }} <include src="_sign.poml"/></p><document src="data/people.csv" parser="txt"/></poml>';
  writeFiles(app, {
    'prompts/mail.poml': markup,
    'prompts/_sign.poml': '<p>Ask eve.adams@firm.de.</p>',
    'prompts/data/people.csv': 'name;mail\nBob;bob@firm.de\n',
  });
  const source = path.join(app, 'prompts/mail.poml');
  const rendered = await renderMaybeSync(markup, { context: { who: 'carl@firm.de' }, sourcePath: source });
  writeFiles(dir, {
    '0001.mail.poml': markup,
    '0001.mail.env': 'SOURCE_PATH=/home/ann.smith/app/prompts/mail.poml\n',
    '0001.mail.context.json': JSON.stringify({ who: 'carl@firm.de' }),
    '0001.mail.stylesheet.json': JSON.stringify({ p: { note: 'dan@firm.de' } }),
    '0001.mail.result.json': JSON.stringify(rendered, null, 2),
    '0001.mail.result.txt': String(rendered),
    '0001.mail.from-fred@firm.de.reply.txt': 'Dear carl@firm.de, bob@firm.de is away.',
  });
  symlinkSync('/home/ann.smith/app/prompts/mail.poml', path.join(dir, '0001.mail.source.poml'));
  const session = loadSession(dir);
  const outcome = await run({ sources: [{ session, traces: session.traces }], redact: redact() });
  expect(outcome.results).toMatchObject([{ action: 'written', assets: 2, left: [] }]);
  const files = snapshot();
  expect([...files.keys(), ...files.values()].filter((text) => /firm|smith/.test(text))).toEqual([]);
  expect(scanFiles([goldens], goldens, {}).findings).toEqual([]);
  const text = files.get('20270101000000000000/0001.mail.result.txt')!;
  const [who] = /user\d@example\.com/.exec(text)!;
  expect(files.get(`20270101000000000000/0001.mail.context.json`)).toContain(who);
  const reply = [...files].find(([file]) => /0001\.mail\.user\d@example\.com\.txt$/.test(file))!;
  expect(reply[1]).toContain(`Dear ${who},`);
});

test('goldens that are there can be redacted in place, and leave no copy of what was', async () => {
  writeFileSync(
    path.join(app, 'prompts/_voice.poml'),
    `${readFileSync(path.join(app, 'prompts/_voice.poml'), 'utf8')}<!-- eve@firm.de -->`,
  );
  await run();
  const before = snapshot();
  expect([...before.values()].some((text) => text.includes('eve@firm.de'))).toBe(true);
  const session = loadSession(path.join(goldens, SESSION));
  const outcome = await run({
    sources: [{ session, traces: session.traces }],
    redact: redact('$..subject'),
    force: true,
  });
  expect(actions(outcome)).toContain('replaced');
  expect(outcome.removed).toHaveLength(1);
  expect([...snapshot().values()].filter((text) => text.includes('eve@firm.de'))).toEqual([]);
  expect(readdirSync(path.join(goldens, SESSION, 'assets'))).toHaveLength(2);
  expect(new Set(await statusesElsewhere())).toEqual(new Set(['same']));
});

test('redaction refuses a call that does not render as it was recorded, and a path that names nothing', async () => {
  writeFileSync(path.join(app, 'prompts/_voice.poml'), '<p>Shout.</p>');
  const outcome = await run({ redact: redact('$..subject') });
  const refused = outcome.results.filter(({ action }) => action === 'refused');
  expect(refused.every(({ trace }) => trace.name === 'draft_reply')).toBe(true);
  expect(refused[0]?.reason).toMatch(/does not render as it was recorded/);
  expect(readdirSync(path.join(goldens, SESSION)).filter((name) => name.includes('draft_reply'))).toEqual([]);
  await expect(run({ redact: redact('$.tickets.subject') })).rejects.toThrow(CaptureError);
  const forced = await run({ redact: redact('$..subject'), force: true });
  expect(actions(forced)).not.toContain('refused');
  // Without redaction it is kept as it was recorded, and said.
  rmSync(goldens, { recursive: true });
  const plain = await run({}, ['0002.draft_reply']);
  expect(plain.results).toMatchObject([
    { action: 'written', notes: [expect.stringMatching(/does not render as it was recorded/)] },
  ]);
});

test('what a template puts together itself cannot be replaced, and is refused unless forced', async () => {
  const dir = path.join(app, 'pomlruns/20270101000000000000');
  const markup = "<p>{{ 'ann' }}@firm.de and {{ first + ' ' + last }}, {{ tier }}</p>";
  const context = {
    first: 'Zacharias',
    last: 'Brandenburger',
    full: 'Zacharias Brandenburger',
    tier: 'gold',
  };
  const rendered = await renderMaybeSync(markup, { context });
  writeFiles(dir, {
    '0001.tmpabcd1234.poml': markup,
    '0001.tmpabcd1234.context.json': JSON.stringify(context),
    '0001.tmpabcd1234.result.json': JSON.stringify(rendered, null, 2),
  });
  const session = loadSession(dir);
  const sources = [{ session, traces: session.traces }];
  const refused = await run({ sources, redact: redact('$.full', '$.tier') });
  expect(refused.results).toMatchObject([{ action: 'refused' }]);
  expect(refused.results[0]?.reason).toMatch(
    /a value of \$\.full \(23 characters\) still stands in 0001\.tmpabcd1234\.result\.json:5; something that looks like email still stands in/,
  );
  expect(refused.results[0]?.reason).not.toContain('Zacharias');
  expect(existsSync(goldens)).toBe(false);
  const forced = await run({ sources, redact: redact('$.full'), force: true });
  expect(forced.results).toMatchObject([
    { action: 'written', left: [expect.any(String), expect.any(String)] },
  ]);
});

test.each<[string, string | Buffer, boolean]>([
  ['base64', `Seen: ${Buffer.from('Zacharias Brandenburger').toString('base64')}.`, false],
  ['other bytes in base64', Buffer.from('by Zacharias Brandenburger').toString('base64'), true],
  ['capitals', 'Seen: ZACHARIAS BRANDENBURGER.', false],
  ['an address', 'https://a.example/?name=Zacharias%20Brandenburger', false],
  [
    'a Word file',
    makeZip([{ name: 'word/document.xml', data: '<w:t>Zacharias </w:t><w:t>Brandenburger</w:t>' }]),
    true,
  ],
])('a value in %s beside a call is replaced, or refused', async (_, artifact, isRefused) => {
  const dir = path.join(app, 'pomlruns/20270101000000000000');
  const rendered = await renderMaybeSync('<p>Hi</p>', { context: { full: 'Zacharias Brandenburger' } });
  writeFiles(dir, {
    '0001.tmpabcd1234.poml': '<p>Hi</p>',
    '0001.tmpabcd1234.context.json': JSON.stringify({ full: 'Zacharias Brandenburger' }),
    '0001.tmpabcd1234.result.json': JSON.stringify(rendered, null, 2),
    '0001.tmpabcd1234.reply.bin': artifact,
  });
  const session = loadSession(dir);
  const { results } = await run({
    sources: [{ session, traces: session.traces }],
    redact: { paths: [parseJsonPath('$.full')], detectors: [] },
  });
  expect(results[0]?.action).toBe(isRefused ? 'refused' : 'written');
  if (isRefused) expect(results[0]?.reason).toMatch(/still stands in 0001\.tmpabcd1234\.reply\.bin/);
  else {
    const kept = readFileSync(`${results[0]!.golden}.reply.bin`, 'utf8');
    expect(kept).not.toMatch(/Zacharias|Brandenburger|WmFjaGFyaWFz/i);
  }
});

test('a call with a broken file, or a link that leads out, is refused, and the others are captured', async () => {
  const secret = path.join(temporaryFolder(), 'secret.txt');
  writeFileSync(secret, 'secret');
  const session = path.join(app, 'pomlruns', SESSION);
  symlinkSync(secret, path.join(session, '0001.triage.notes.txt'));
  writeFileSync(path.join(session, '0003.triage.context.json'), '{');
  for (const more of [{}, { redact: redact('$..subject') }]) {
    const { results } = await run(more, ['0001.triage', '0003.triage', '0006.triage']);
    expect(results.map(({ action, reason }) => [action, reason?.split('\n')[0]])).toEqual([
      ['refused', expect.stringMatching(/0001\.triage\.notes\.txt: is a symbolic link that leads out/)],
      ['refused', expect.stringMatching(/0003\.triage\.context\.json: is not valid JSON/)],
      [expect.stringMatching(/written|different/), undefined],
    ]);
  }
  expect([...snapshot().values()]).not.toContain('secret');
});

test('sessions of one name from two folders would end up in one', async () => {
  const other = path.join(app, 'other', SESSION);
  cpSync(path.join(app, 'pomlruns', SESSION), other, { recursive: true });
  const sources = [path.join(app, 'pomlruns', SESSION), other].map((dir) => {
    const session = loadSession(dir);
    return { session, traces: session.traces };
  });
  await expect(run({ sources })).rejects.toThrow(/same name/);
});
