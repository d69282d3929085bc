import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { folderWith, testFiles } from '../../../fixtures/golden/fakes.ts';
import { renderMaybeSync } from '../../poml/index.ts';
import { createSourceFinder, loadSession } from '../../trace/index.ts';
import { capture } from '../capturing/capture.ts';
import { type EvaluateOptions, evaluate } from '../evaluate.ts';
import type { Received } from '../subject.ts';
import type { GoldenTools } from '../tools.ts';
import type { Verdict } from '../verdict.ts';

const examples = path.resolve(import.meta.dirname, '../../../examples');
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A copy of a recorded application. */
function application(name: string): string {
  const app = mkdtempSync(path.join(tmpdir(), 'vitest-poml-causes-'));
  folders.push(app);
  cpSync(path.join(examples, name), app, { recursive: true });
  return app;
}

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

function toolsOf(app: string, more: Partial<GoldenTools> = {}): GoldenTools {
  const findSource = createSourceFinder({
    root: app,
    sourceRoots: { [`/srv/${NAMES.get(app) ?? ''}`]: '.' },
  });
  return { render: renderMaybeSync, trial: renderMaybeSync, files: testFiles, findSource, ...more };
}
const NAMES = new Map<string, string>();

async function run(
  app: string,
  name: string,
  options: EvaluateOptions = {},
  more: Partial<GoldenTools> = {},
  session = 0,
): Promise<Verdict[]> {
  NAMES.set(app, name);
  const runs = path.join(app, 'pomlruns');
  const { traces } = loadSession(path.join(runs, readdirSync(runs).sort()[session]!));
  const tools = toolsOf(app, more);
  return Promise.all(
    traces.map((trace) => evaluate(trace, undefined, { folders: [app], ...options }, tools)),
  );
}

/** How many traces each cause touches, by its kind and summary. */
function counts(verdicts: readonly Verdict[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { causes } of verdicts)
    for (const { kind, summary } of causes)
      found[`${kind} ${summary}`] = (found[`${kind} ${summary}`] ?? 0) + 1;
  return found;
}

describe('an application whose prompts were written anew', () => {
  it('names every change once, at its line, with the traces it touches', async () => {
    const app = application('code-review-bot');
    const verdicts = await run(app, 'code-review-bot');
    expect(counts(verdicts)).toEqual({
      'include prompts/_guidelines.poml:5 added <item>Say what goes wrong at run time, with an input that s…': 9,
      'markup prompts/review_file.poml:2 added <output-schema parser="json"> { "type": "object", "properti…': 9,
      'markup prompts/review_file.poml:22 added <runtime temperature="0.2" max-output-tokens="1200" />': 9,
      'markup prompts/review_file.poml:23 added <system-msg> around lines 24 to 35': 9,
      'markup prompts/review_file.poml:25 "below and list" became "and report"': 9,
      'markup prompts/review_file.poml:29 added <cp caption="Severity"> <list> <item><b>blocker</b>: loses …': 9,
      'markup prompts/review_file.poml:37 added <human-msg> around lines 38 to 49': 9,
      'markup prompts/review_file.poml:38 caption="File" became caption="{{ file.path }} (+{{ file.added }} -{{ file.remove… in <cp>': 9,
      'markup prompts/review_file.poml:39 removed <p><code inline="true">{{ file.path }}</code> ({{ file.adde…': 9,
      'markup prompts/review_file.poml:49 added <p if="{{ related.length === 0 && !lint }}">No related code…': 5,
      'markup prompts/review_file.poml:50 removed <output-format> A list. Each entry starts with the line num…': 9,
      'markup prompts/summarise_pr.poml:7 listStyle="star" became listStyle="dash" in <list>': 2,
      'markup prompts/summarise_pr.poml:12 added syntax="csv" to <table>': 2,
      'markup prompts/summarise_pr.poml:14 "Three" became "Two"': 2,
    });
    const keys = new Set(verdicts.flatMap(({ causes }) => causes.map(({ key }) => key)));
    expect(keys.size).toBe(14);
    expect([...keys].every((key) => !key.includes(app))).toBe(true);
    const words = verdicts[0]!.causes.find(({ line }) => line === 25);
    expect(words).toMatchObject({ before: 'below and list', after: 'and report', column: 29, endLine: 25 });
    expect(words?.file).toBe(path.join(app, 'prompts/review_file.poml'));
  });
});

describe('edits', () => {
  it('of one file are told apart, and each trace lists those that touch it', async () => {
    const app = application('support-triage');
    const before = await run(app, 'support-triage');
    expect(counts(before)).toEqual({});
    const file = path.join(app, 'prompts/triage.poml');
    edit(file, 'Read one incoming ticket', 'Read one ticket');
    const one = await run(app, 'support-triage');
    const [summary] = Object.keys(counts(one));
    expect(summary).toBe('markup prompts/triage.poml:23 "one incoming ticket" became "one ticket"');
    const touched = counts(one)[summary!]!;
    expect(touched).toBe(one.filter(({ status }) => status === 'changed').length);
    expect(touched).toBeGreaterThan(5);

    // In a branch that some calls take only, and one that changes nothing.
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('</poml>', '  <hint if="{{ false }}">Never.</hint>\n</poml>'));
    expect(counts(await run(app, 'support-triage'))).toEqual({ [summary!]: touched });
  });

  it('of files that a captured golden brought along are known as those of the prompt', async () => {
    const app = application('support-triage');
    NAMES.set(app, 'support-triage');
    const runs = path.join(app, 'pomlruns');
    const recorded = loadSession(path.join(runs, readdirSync(runs)[0]!));
    const source = { session: recorded, traces: recorded.traces.slice(0, 4) };
    await capture(
      {
        sources: [source],
        to: path.join(app, 'goldens'),
        root: app,
        evaluate: {},
        renderer: { name: 'test' },
        force: false,
        dryRun: false,
        drafts: mkdtempSync(path.join(app, 'drafts-')),
      },
      toolsOf(app),
    );
    edit(path.join(app, 'prompts/_voice.poml'), 'patient mechanic', 'kind mechanic');
    edit(path.join(app, 'prompts/draft_reply.poml'), 'Say in one', 'Tell in one');
    const { traces } = loadSession(path.join(app, 'goldens', recorded.name));
    const verdicts = await Promise.all(
      traces.map((trace) => evaluate(trace, undefined, { folders: [app] }, toolsOf(app))),
    );
    expect(counts(verdicts)).toEqual({
      'include prompts/_voice.poml:3 "patient" became "kind"': 2,
      'markup prompts/draft_reply.poml:12 "Say" became "Tell"': 2,
    });
  });

  it('of an include are found by the lines they come from', async () => {
    const app = application('support-triage');
    edit(path.join(app, 'prompts/_voice.poml'), 'patient mechanic', 'friendly mechanic');
    const verdicts = await run(app, 'support-triage');
    const found = counts(verdicts);
    expect(Object.keys(found)).toEqual([
      expect.stringMatching(/^include prompts\/_voice\.poml:\d+ is now .*friendly mechanic/),
    ]);
    expect(Object.values(found)).toEqual([verdicts.filter(({ status }) => status === 'changed').length]);
  });

  it('of files that it reads are told apart where what they were before gives the golden', async () => {
    const app = application('support-triage');
    const old = application('support-triage');
    const earlier = (file: string) => ({ copy: path.join(old, path.relative(app, file)), root: old });
    edit(path.join(app, 'prompts/_voice.poml'), 'patient mechanic', 'friendly mechanic');
    edit(path.join(app, 'prompts/draft_reply.poml'), 'Say in one', 'Tell in one');
    expect(counts(await run(app, 'support-triage', {}, { earlier }))).toEqual({
      'include prompts/_voice.poml:3 "patient" became "friendly"': 14,
      'markup prompts/draft_reply.poml:12 "Say" became "Tell"': 14,
    });
    // What is not what was recorded explains nothing.
    edit(path.join(old, 'prompts/_voice.poml'), 'patient mechanic', 'clumsy mechanic');
    expect(Object.keys(counts(await run(app, 'support-triage', {}, { earlier })))).toContainEqual(
      expect.stringMatching(/^include prompts\/_voice\.poml:\d+ is now /),
    );
  });

  it('of files that are committed are those made last, or all that were made', async () => {
    const app = application('support-triage');
    const old = application('support-triage');
    const when = new Map([
      ['_voice.poml', 2],
      ['_policy.poml', 1],
    ]);
    const earlier = (file: string) => {
      const changed = when.get(path.basename(file));
      return changed === undefined
        ? undefined
        : { copy: path.join(old, path.relative(app, file)), root: old, changed };
    };
    edit(path.join(app, 'prompts/_voice.poml'), 'patient mechanic', 'friendly mechanic');
    edit(path.join(app, 'prompts/_policy.poml'), 'Never promise', 'Do not promise');
    const voice = 'include prompts/_voice.poml:3 "patient" became "friendly"';
    const policy = 'include prompts/_policy.poml:4 "Never" became "Do not"';
    const replies = (verdicts: Verdict[]) =>
      counts(verdicts.filter(({ title }) => title.includes('draft_reply')));
    expect(replies(await run(app, 'support-triage', {}, { earlier }))).toEqual({ [voice]: 14, [policy]: 14 });
    // A change of long ago, which is in the recording.
    edit(path.join(app, 'prompts/_policy.poml'), 'Do not promise', 'Never promise');
    edit(path.join(old, 'prompts/_policy.poml'), 'Never promise', 'Please never promise');
    expect(replies(await run(app, 'support-triage', {}, { earlier }))).toEqual({ [voice]: 14 });
  });

  it('of earlier texts that explain nothing are not tried for every trace', async () => {
    const app = application('support-triage');
    const old = application('support-triage');
    const earlier = (file: string) => ({
      copy: path.join(old, path.relative(app, file)),
      root: old,
      changed: 1,
    });
    edit(path.join(old, 'prompts/_voice.poml'), 'patient mechanic', 'clumsy mechanic');
    // Another engine than the one that recorded, so to speak.
    const render: GoldenTools['render'] = (markup, options) =>
      renderMaybeSync(markup.replace('Ground', 'House'), options);
    edit(path.join(app, 'prompts/_policy.poml'), 'Ground', 'House');
    let trials = 0;
    const trial: GoldenTools['trial'] = (markup, options) => {
      trials++;
      return renderMaybeSync(markup, options);
    };
    const verdicts = await run(
      app,
      'support-triage',
      {},
      { render, trial, earlier: (file) => (file.endsWith('_voice.poml') ? earlier(file) : undefined) },
    );
    expect(verdicts.filter(({ status }) => status === 'changed').length).toBeGreaterThan(20);
    expect(trials).toBeLessThan(10);
  });

  it('are found before an update replaces the recorded text', async () => {
    const app = application('support-triage');
    edit(path.join(app, 'prompts/triage.poml'), 'Read one incoming ticket', 'Read one ticket');
    const verdicts = await run(app, 'support-triage', { update: 'all' });
    expect(Object.keys(counts(verdicts.filter(({ accepted }) => accepted)))).toEqual([
      'markup prompts/triage.poml:23 "one incoming ticket" became "one ticket"',
    ]);
    expect(counts(await run(app, 'support-triage'))).toEqual({});
  });

  it('that plainly are all that differs spare a render', async () => {
    const app = application('support-triage');
    edit(path.join(app, 'prompts/triage.poml'), 'Read one incoming ticket', 'Read one new ticket');
    let trials = 0;
    const trial: GoldenTools['trial'] = (markup, options) => {
      trials++;
      return renderMaybeSync(markup, options);
    };
    const verdicts = await run(app, 'support-triage', {}, { trial });
    expect(Object.keys(counts(verdicts))).toEqual(['markup prompts/triage.poml:23 "incoming" became "new"']);
    expect(trials).toBe(0);
    // With another change that is not in the text it is not plain any more.
    edit(path.join(app, 'prompts/_policy.poml'), '<item>', '<item>Always: ');
    expect(Object.keys(counts(await run(app, 'support-triage', {}, { trial })))).toHaveLength(2);
    expect(trials).toBeGreaterThan(0);
  });

  it('are all named where they cannot be tried', async () => {
    const app = application('code-review-bot');
    const verdicts = await run(app, 'code-review-bot', {}, { trial: undefined });
    expect(counts(verdicts)).toMatchObject({
      'markup prompts/summarise_pr.poml:12 added syntax="csv" to <table>': 2,
    });
  });
});

describe('what is not in the prompt', () => {
  const markup = '<poml>\n  <p>Hello {{ name }}</p>\n  <document src="terms.txt"/>\n</poml>\n';

  /** A call with a golden of its own, from which things are changed then. */
  async function recorded(
    files: Record<string, string>,
  ): Promise<{ folder: string; options: EvaluateOptions }> {
    const folder = folderWith(files);
    folders.push(folder);
    return { folder, options: { folders: [folder], own: path.join(folder, '__goldens__/0001.a') } };
  }

  async function held(
    received: Received,
    options: EvaluateOptions,
    more: Partial<GoldenTools> = {},
  ): Promise<Verdict> {
    return evaluate(received, undefined, options, toolsOf(options.folders![0]!, more));
  }

  it('the context of a call', async () => {
    const { folder, options } = await recorded({ 'a.poml': '<p>Hello {{ user.name }}</p>' });
    const call = (name: string) => ({
      prompt: path.join(folder, 'a.poml'),
      context: { user: { name }, other: 1 },
    });
    await held(call('Ann'), { ...options, update: 'new' });
    const { causes } = await held(call('Bob'), options);
    expect(causes.map(({ kind, summary }) => [kind, summary])).toEqual([
      ['context', 'the context of the call changed: context.user.name "Ann" became "Bob"'],
    ]);
  });

  it('the stylesheet of a call, while a change of the context has no effect', async () => {
    const { folder, options } = await recorded({ 'a.poml': '<list><item>x</item></list>' });
    const call = (listStyle: string, unused: number) => ({
      prompt: path.join(folder, 'a.poml'),
      context: { unused },
      stylesheet: { list: { listStyle } },
    });
    await held(call('star', 1), { ...options, update: 'new' });
    const { causes } = await held(call('dash', 2), options);
    expect(causes.map(({ kind, summary }) => [kind, summary])).toEqual([
      ['stylesheet', 'the stylesheet of the call changed: stylesheet.list.listStyle "star" became "dash"'],
    ]);
  });

  it('a document', async () => {
    const { folder, options } = await recorded({ 'a.poml': markup, 'terms.txt': 'No refunds.' });
    const call = { prompt: path.join(folder, 'a.poml'), context: { name: 'Ann' } };
    await held(call, { ...options, update: 'new' });
    writeFileSync(path.join(folder, 'terms.txt'), 'Refunds in a week.');
    const { causes } = await held(call, options);
    expect(causes).toEqual([
      {
        key: expect.stringMatching(/^asset:terms\.txt:/),
        kind: 'asset',
        file: path.join(folder, 'terms.txt'),
        summary: 'terms.txt changed (document)',
      },
    ]);
  });

  it('each of several documents, where it is known what they were', async () => {
    const old = { 'terms.txt': 'No refunds.', 'hours.txt': 'Open at nine.' };
    const both = '<poml><document src="terms.txt"/><document src="hours.txt"/></poml>';
    const { folder, options } = await recorded({ 'a.poml': both, ...old });
    const before = folderWith(old);
    folders.push(before);
    const earlier = (file: string) => ({ copy: path.join(before, path.basename(file)), root: before });
    const call = { prompt: path.join(folder, 'a.poml') };
    await held(call, { ...options, update: 'new' });
    const told = async (more: Partial<GoldenTools>) =>
      (await held(call, options, more)).causes.map(({ kind, summary }) => `${kind} ${summary}`);

    writeFileSync(path.join(folder, 'hours.txt'), 'Open at ten.');
    expect(await told({ earlier })).toEqual(['asset hours.txt:1 "nine" became "ten"']);
    writeFileSync(path.join(folder, 'terms.txt'), 'Few refunds.');
    expect(await told({ earlier })).toEqual([
      'asset terms.txt:1 "No" became "Few"',
      'asset hours.txt:1 "nine" became "ten"',
    ]);
    // Without, it is said which files changed, as far as the output tells.
    expect((await told({})).join()).toMatch(/terms\.txt|hours\.txt/);
  });

  it('the engine, when nothing else changed', async () => {
    const { folder, options } = await recorded({ 'a.poml': '<poml>\n<list><item>x</item></list>\n</poml>' });
    const call = { prompt: path.join(folder, 'a.poml') };
    await held(call, { ...options, update: 'new' });
    const other = '<poml>\n<list listStyle="plus"><item>x</item></list>\n</poml>';
    const { causes } = await held(call, options, { render: (_, given) => renderMaybeSync(other, given) });
    expect(causes.map(({ kind }) => kind)).toEqual(['engine']);
  });

  it('an error, by its place whatever values it quotes', async () => {
    const { folder, options } = await recorded({ 'a.poml': '<poml>\n  <p>{{ user.name }}</p>\n</poml>' });
    const prompt = path.join(folder, 'a.poml');
    await held({ prompt, context: { user: { name: 'Ann' } } }, { ...options, update: 'new' });
    const failing = await Promise.all(
      [null, undefined].map((user) => held({ prompt, context: { user } }, options)),
    );
    expect(failing.map(({ status, causes }) => [status, causes[0]?.kind, causes[0]?.line])).toEqual([
      ['failed', 'error', 2],
      ['failed', 'error', 2],
    ]);
    expect(new Set(failing.map(({ causes }) => causes[0]?.key)).size).toBe(1);
  });

  it('a golden that is broken', async () => {
    const { folder, options } = await recorded({
      'a.poml': '<p>x</p>',
      '__goldens__/0001.a.result.json': '{ "messages": [',
    });
    const { status, causes } = await held({ prompt: path.join(folder, 'a.poml') }, options);
    expect([status, causes[0]?.kind, causes[0]?.file]).toEqual([
      'failed',
      'error',
      path.join(folder, '__goldens__/0001.a.result.json'),
    ]);
  });
});
