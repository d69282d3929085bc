import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { config, desk, SESSION } from '../../e2e/desk.ts';
import { createProject, type Project } from '../../e2e/project.ts';
import { runCli, runVitest } from '../../e2e/run.ts';
import type { AgentOpsServer } from '../../telemetry/testing/server.ts';
import { testServer } from '../../telemetry/testing/tools.ts';
import { loadSession } from '../../trace/session.ts';

/** A run with two regressions, posted with all texts. */
async function postedRun(agentops: AgentOpsServer): Promise<Project> {
  const project = createProject({
    ...desk(),
    'vitest.config.ts': config(
      "{ sessions: 'pomlruns/*' }",
      "{ reporters: [['vitest-poml/agentops', { content: 'all' }]] }",
    ),
  });
  project.edit('prompts/greet.poml', 'Hello', 'Hi');
  const { code } = await runVitest(project, ['run'], { ...agentops.env, CI: '1' });
  expect(code).toBe(1);
  return project;
}

/** What lies where a pull has written. */
function pulledSession(project: Project): string {
  const [name] = readdirSync(project.path('pulled'));
  return project.path(`pulled/${name}`);
}

test('a posted run is pulled back: prompt, context, stylesheet and result', async () => {
  const agentops = await testServer();
  const project = await postedRun(agentops);
  const traceId = agentops.spans[0]?.traceId ?? '';
  const address = `http://localhost:3000/sessions?trace_id=${traceId}`;
  const first = await runCli(project, ['pull', address, '--to', 'pulled'], agentops.env);
  expect(first.output).toMatch(/3 calls written to pulled\/\d{20}; 4 other spans left out\./);
  expect(first.code).toBe(0);

  const pulled = loadSession(pulledSession(project));
  const recorded = loadSession(project.path(SESSION));
  expect(pulled.traces.map(({ name }) => name)).toEqual(['greet', 'bye', 'greet']);
  pulled.traces.forEach((trace, i) => {
    const prompt = project.read(`prompts/${trace.name}.poml`);
    expect(trace.markup).toBe(prompt);
    expect(trace.context).toEqual(recorded.traces[i]?.context);
    expect(trace.stylesheet).toEqual({});
    expect(trace.sourcePath).toBe(`prompts/${trace.name}.poml`);
    const text = recorded.traces[i]?.resultJson?.replace('Hello', 'Hi');
    expect(trace.resultJson).toBe(text);
    expect(trace.resultText).toBe(recorded.traces[i]?.resultText?.replace('Hello', 'Hi'));
  });

  // What was pulled is a golden of the prompts as they are now.
  project.write('vitest.config.ts', config("{ sessions: 'pulled/*' }"));
  const green = await runVitest(project, ['run'], { CI: '1' });
  expect(green.output).toMatch(/Tests +3 passed \(3\)/);
  expect(green.output).toMatch(/prompts\/greet\.poml +2 +2 +0 +✓/);

  const again = await runCli(project, ['pull', traceId.toUpperCase(), '--to', 'pulled'], agentops.env);
  expect(again.stdout).toMatch(/holds this trace already, the same/);
  project.write('export.json', agentops.exported(traceId));
  const offline = await runCli(project, ['pull', 'export.json', '--to', 'exported', '--json']);
  expect(JSON.parse(offline.stdout)).toMatchObject({
    unchanged: false,
    others: 4,
    calls: [{ id: '0001.greet', source: 'sent' }, {}, {}],
  });
});

test('push sends what a run left, each span once', async () => {
  const agentops = await testServer();
  agentops.fault('collector', { status: 500 });
  const project = await postedRun(agentops);
  const failing = await runCli(project, ['push'], agentops.env);
  expect(failing.stdout).toMatch(/^0 spans sent\.\n7 spans left: .*answered 500\n$/);
  expect(failing.code).toBe(1);
  agentops.mend();
  const both = await Promise.all([
    runCli(project, ['push'], agentops.env),
    runCli(project, ['push'], agentops.env),
  ]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(both.map(({ stdout }) => stdout).join('')).toMatch(
    /7 spans sent\.\nhttp:\/\/localhost:3000\/sessions\?trace_id=/,
  );
  expect(agentops.spans).toHaveLength(7);
  expect(new Set(agentops.spans.map(({ spanId }) => spanId)).size).toBe(7);
  const nothing = await runCli(project, ['push', '--json'], agentops.env);
  expect(JSON.parse(nothing.stdout)).toMatchObject({ entries: 0, sent: 0, left: [] });
});

test('misuse and failures are one clear message', async () => {
  const agentops = await testServer();
  const project = createProject(desk());
  const run = async (args: string[], env: NodeJS.ProcessEnv = agentops.env) => {
    const { stderr, stdout, code } = await runCli(project, args, env);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/\n\s+at /);
    return stderr;
  };
  const id = '5b8efff798038103d269b633813fc60c';
  expect(await run(['pull'])).toMatch(
    /Name one trace: its id, its address in the dashboard, or an exported file/,
  );
  expect(await run(['pull', id])).toMatch(/Say where to with --to/);
  expect(await run(['pull', 'nonsense', '--to', 'x'])).toMatch(/neither a trace id/);
  expect(await run(['pull', id, '--to', 'x'], {})).toMatch(
    /AGENTOPS_API_KEY is not set\. Set it, or pull a file/,
  );
  expect(await run(['pull', id, '--to', 'x'])).toMatch(/AgentOps has no trace 5b8e.*--wait 60/);
  const other = { ...agentops.env, AGENTOPS_API_KEY: '00000000-0000-4000-8000-00000000ffff' };
  const unknown = await run(['pull', id, '--to', 'x'], other);
  expect(unknown).toMatch(/AgentOps does not know this API key/);
  expect(unknown).not.toContain('ffff');
  expect(await run(['pull', id, '--to', 'x', '--wait', 'soon'])).toMatch(/--wait takes seconds/);
  expect(await run(['push', 'x'])).toMatch(/push takes no arguments/);
});
