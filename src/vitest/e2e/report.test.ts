import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { config, desk, SESSION, trace } from '../../e2e/desk.ts';
import { createProject, type Project } from '../../e2e/project.ts';
import { type Result, runCli, runVitest } from '../../e2e/run.ts';
import type { RunModel } from '../../report/index.ts';

const SCHEMA = path.resolve(import.meta.dirname, '../../../docs/report.schema.json');

/** The desk with a word changed in the prompt that two of its three calls use. */
function changedDesk(options: string, test = '{}'): Project {
  const project = createProject({ ...desk(), 'vitest.config.ts': config(options, test) });
  project.edit('prompts/greet.poml', 'Hello', 'Good morning dear');
  return project;
}

function lastRun(project: Project): RunModel {
  return JSON.parse(project.read('.vitest-poml/run.json')) as RunModel;
}

test('a run leaves its model, with causes, tokens and cost', async () => {
  const project = changedDesk("{ sessions: 'pomlruns/*', model: 'mine', prices: { mine: 100 } }");
  const { output, code } = await runVitest(project);
  expect(code).toBe(1);
  expect(output).toMatch(
    /\+\d+ tokens \(\+\d+% in the calls that changed\), \+\$[\d.]+ per 1,000 calls \(mine, the project's price\)/,
  );
  const run = lastRun(project);
  expect(run.totals).toMatchObject({ records: 3, red: 2 });
  expect(run.causes).toHaveLength(1);
  expect(run.causes[0]).toMatchObject({ file: project.path('prompts/greet.poml'), line: 2, red: 2 });
  expect(run.tokens).toMatchObject({ calls: 3, counted: 2 });
  expect(run.price).toEqual({ model: 'mine', input: 100, date: 'own' });
  expect(project.read('.vitest-poml/.gitignore')).toBe('*\n');
});

test('a model whose price nobody knows is named, and its tokens are shown', async () => {
  const project = changedDesk("{ sessions: 'pomlruns/*', model: 'gpt-99' }");
  const { output } = await runVitest(project);
  expect(output).toMatch(/\+\d+ tokens \(\+\d+% in the calls that changed\)\n/);
  expect(output).toContain(
    'No cost is shown: no price is known of the model "gpt-99", set it with the option "prices"',
  );
});

test('without js-tiktoken the run says once how to get it, and goes on', async () => {
  const project = changedDesk("{ sessions: 'pomlruns/*' }");
  project.remove('node_modules/js-tiktoken');
  const { output, code } = await runVitest(project);
  expect(output.match(/npm install --save-dev js-tiktoken/g)).toHaveLength(1);
  expect(output).toMatch(/2 changed/);
  expect(code).toBe(1);
});

test('every report that is chosen is written, at its place', async () => {
  const project = changedDesk(
    "{ sessions: 'pomlruns/*', coverage: true, reports: ['terminal', 'html', 'markdown', 'junit', 'sarif', ['json', { file: 'out/prompts.json' }]] }",
  );
  const { output } = await runVitest(project);
  expect(output).toContain('HTML report: .vitest-poml/report.html');
  expect(project.read('.vitest-poml/report.html')).toMatch(/^<!doctype html>/);
  expect(project.read('.vitest-poml/report.html')).toContain('Content-Security-Policy');
  expect(project.read('.vitest-poml/report.md')).toContain('1 change touches 2 of 3 recorded calls');
  expect(project.read('.vitest-poml/report.junit.xml')).toContain('failures="2"');
  expect(project.read('.vitest-poml/report.sarif')).toContain('"startLine": 2');
  expect(JSON.parse(project.read('out/prompts.json'))).toEqual(lastRun(project));
  const ajv = new Ajv2020();
  ajvFormats.default(ajv as never);
  ajv.validate(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object, lastRun(project));
  expect(ajv.errors ?? []).toEqual([]);
});

test('on GitHub Actions the step has a summary, and the change is annotated once', async () => {
  const project = changedDesk("{ sessions: 'pomlruns/*' }");
  const summary = project.path('summary.md');
  writeFileSync(summary, 'of another tool\n');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, GITHUB_WORKSPACE: project.dir };
  const { output } = await runVitest(project, ['run', '--reporter=default'], env);
  const annotations = output.split('\n').filter((line) => line.startsWith('::'));
  expect(annotations).toEqual([
    expect.stringMatching(
      /^::error file=prompts\/greet\.poml,line=2,col=\d+,title=Prompt change in 2 recorded calls::/,
    ),
  ]);
  const text = readFileSync(summary, 'utf8');
  expect(text.startsWith('of another tool\n')).toBe(true);
  expect(text).toContain('<!-- vitest-poml:report -->');

  const both = await runVitest(project, ['run', '--reporter=default', '--reporter=github-actions'], env);
  const lines = both.output.split('\n').filter((line) => line.startsWith('::error'));
  // Vitest's own, one for each failing test; at the prompt, since that is where our errors point.
  expect(lines).toHaveLength(2);
  expect(lines.every((line) => line.includes('greet.poml,') && line.includes('line=2'))).toBe(true);
});

test('a gate that does not hold fails a run that is green without it', async () => {
  const options = (gates: string) => `{ sessions: 'pomlruns/*', gates: ${gates} }`;
  const project = createProject({ ...desk(), 'vitest.config.ts': config(options('{ maxTokens: 3 }')) });
  const over = await runVitest(project);
  expect(over.output).toMatch(
    /✗ gate maxTokens 3: a call of prompts\/\w+\.poml takes \d+ of 3 tokens: \d+ too many/,
  );
  expect(over.output).toMatch(/Tests +3 passed/);
  expect(over.code).toBe(1);

  project.write(
    'vitest.config.ts',
    config(options('{ maxTokens: 300, requireLive: true, failOnWarnings: true }')),
  );
  const within = await runVitest(project);
  expect(within.output).toMatch(/✓ maxTokens 300/);
  expect(within.code).toBe(0);

  project.remove('prompts/bye.poml');
  const gone = await runVitest(project);
  expect(gone.output).toMatch(/✗ gate requireLive: 1 of 3 traces was rendered from the recorded text/);
  expect(gone.code).toBe(1);
});

test("allow: ['whitespace'] lets such a change pass, writes nothing and says so", async () => {
  const spaced = trace('0004.list', '<poml><p whiteSpace="pre">a  b</p></poml>', {}, 'a  b');
  const project = createProject({
    ...desk(),
    ...spaced,
    'prompts/list.poml': '<poml><p whiteSpace="pre">a b</p></poml>',
  });
  const before = project.snapshot();
  expect((await runVitest(project)).output).toMatch(/1 changed/);
  project.write('vitest.config.ts', config("{ sessions: 'pomlruns/*', gates: { allow: ['whitespace'] } }"));
  const { output, code } = await runVitest(project);
  expect(output).toMatch(/1 changed as allowed/);
  expect(output).toMatch(/Tests +4 passed/);
  expect(code).toBe(0);
  const after = project.snapshot();
  for (const file of [...before.keys()].filter((name) => name.startsWith(SESSION)))
    expect(after.get(file)).toBe(before.get(file));
  project.edit('prompts/list.poml', 'a b', 'a c');
  expect((await runVitest(project)).code).toBe(1);
});

test('`vitest-poml report` makes any report of the last run', async () => {
  const project = changedDesk("{ sessions: 'pomlruns/*', reports: [] }");
  const none = await runCli(project, ['report']);
  expect(none.code).toBe(2);
  expect(none.stderr).toMatch(/There is no run at .*run\.json\. Run your tests with vitest-poml first/);

  await runVitest(project);
  const summary = await runCli(project, ['report']);
  expect(summary.code).toBe(0);
  expect(summary.stdout).toMatch(/^POML: 3 traces of 2 prompts/);
  const page = await runCli(project, ['report', '--format', 'html']);
  expect(page.stderr.trim()).toBe('.vitest-poml/report.html');
  expect(existsSync(project.path('.vitest-poml/report.html'))).toBe(true);
  const junit = await runCli(project, ['report', '-f', 'junit', '-o', 'a/b/junit.xml']);
  expect(junit.code).toBe(0);
  expect(project.read('a/b/junit.xml')).toContain('<testsuites');
  const wrong = await runCli(project, ['report', '--format', 'htm']);
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toContain('There is no format htm. Did you mean html?');
  project.write('broken.json', '{ "version": 99, "records": [] }');
  const broken = await runCli(project, ['report', 'broken.json']);
  expect(broken.stderr).toMatch(/is of version 99, and this vitest-poml reads version 1/);
});

test('the merged report of shards is that of the whole run', async () => {
  const options = "{ sessions: 'pomlruns/*', gates: { maxTokenIncrease: 1000 } }";
  const other = 'pomlruns/20261122000000000000';
  const more = (id: string, name: string) =>
    trace(id, '<poml>\n  <p>Goodbye {{ name }}.</p>\n</poml>\n', { name }, `Goodbye ${name}.`, other);
  const project = createProject({
    ...desk(),
    ...more('0001.bye', 'Dee'),
    ...more('0002.bye', 'Eve'),
    'vitest.config.ts': config(options),
  });
  project.edit('prompts/greet.poml', 'Hello', 'Hi');
  project.edit('prompts/bye.poml', 'Goodbye', 'Farewell');
  const whole = await runVitest(project);
  const expected = lastRun(project);
  expect(expected.causes).toHaveLength(2);

  const shards: string[] = [];
  for (const shard of [1, 2]) {
    const { output } = await runVitest(project, [
      'run',
      `--shard=${shard}/2`,
      '--reporter=blob',
      `--outputFile=blobs/${shard}.json`,
    ]);
    expect(output).not.toContain('gate');
    const part = lastRun(project);
    expect(part.records.length).toBeLessThan(expected.records.length);
    project.write(`shard-${shard}.json`, JSON.stringify(part));
    shards.push(`shard-${shard}.json`);
  }
  const merged = await runVitest(project, ['run', '--merge-reports=blobs', '--reporter=default']);
  expect(comparable(lastRun(project))).toEqual(comparable(expected));
  const report = ({ stdout }: Result) => stdout.slice(stdout.indexOf('POML:')).trim();
  expect(report(merged)).toBe(report(whole));
  expect(merged.code).toBe(1);

  await runCli(project, ['report', ...shards, '-f', 'json', '-o', 'merged.json']);
  expect(comparable(JSON.parse(project.read('merged.json')) as RunModel)).toEqual(comparable(expected));
});

/** A run without when it was. */
function comparable({ environment: { startedAt: _, duration: __, ...environment }, ...model }: RunModel) {
  return { ...model, environment };
}

test('of an application that was changed in many places each is named once, at its line, with the calls it touches', async () => {
  const bot = path.resolve(import.meta.dirname, '../../../examples/code-review-bot');
  const options =
    "{ sessions: 'pomlruns/20261121052513698126', sourceRoots: { '/srv/code-review-bot': '.' }, reports: ['markdown'] }";
  const project = createProject(
    { 'vitest.config.ts': config(options) },
    { prompts: path.join(bot, 'prompts'), pomlruns: path.join(bot, 'pomlruns') },
  );
  await runVitest(project);
  const { causes, root, totals } = lastRun(project);
  const found = causes.map(
    ({ file = '', line, records }) => `${path.relative(root, file)}:${line} ${records.length}`,
  );
  expect(found.sort()).toEqual([
    // One more guideline, in what review_file includes.
    'prompts/_guidelines.poml:5 9',
    // An output schema, a runtime, a system message, other words of the task, severities in place of the file, a list of
    // them, a human message, a sentence, no output format any more.
    'prompts/review_file.poml:2 9',
    'prompts/review_file.poml:22 9',
    'prompts/review_file.poml:23 9',
    'prompts/review_file.poml:25 9',
    'prompts/review_file.poml:29 9',
    'prompts/review_file.poml:37 9',
    'prompts/review_file.poml:38 9',
    'prompts/review_file.poml:39 9',
    'prompts/review_file.poml:49 5',
    'prompts/review_file.poml:50 9',
    // Two for three, dashes for stars, CSV for a table.
    'prompts/summarise_pr.poml:12 2',
    'prompts/summarise_pr.poml:14 2',
    'prompts/summarise_pr.poml:7 2',
  ]);
  // What was only laid out anew, and what was left as it is.
  expect(totals.outcomes).toEqual({ changed: 11, same: 5 });
  const comment = project.read('.vitest-poml/report.md');
  expect(comment).toContain('14 changes touch 11 of 16 recorded calls of 4 prompts');
  expect(comment).toContain('+ - Say what goes wrong at run time, with an input that shows it.');
});
