import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { config, desk, SESSION, trace } from '../../e2e/desk.ts';
import { createProject, type Project } from '../../e2e/project.ts';
import { type Result, runCli, runVitest } from '../../e2e/run.ts';
import { testServer } from '../../telemetry/testing/tools.ts';

// Put together here: a scanner of this repository must not find them.
const letters = (start: number) =>
  Array.from({ length: 40 }, (_, i) => String.fromCharCode(97 + ((i * 7 + start) % 26)) + (i % 10)).join('');
/** In the context of a recorded call, and in its rendered text. */
const RECORDED = `sk-proj-${letters(1)}`;
/** The value of another call, which takes its place when the prompt changes. */
const OTHER = `sk-proj-${letters(5)}`;
/** In the `.env` of a recorded call, which POML does not write there but people do. */
const IN_ENV_FILE = `ghp_${letters(9).slice(0, 36)}`;
/** A header of the collector's. */
const HEADER = `Bearer-${letters(13)}`;

const PROMPT = `<poml>
  <p>Log in with {{ token }}.</p>
  <p if="{{ strict }}">{{ JSON.parse(token) }}</p>
</poml>
`;
const CONFIG = config(
  "{ sessions: 'pomlruns/*', reports: ['terminal', 'github', 'html', 'markdown', 'junit', 'sarif', 'json'] }",
  `{ reporters: [
    'default', ['json', { outputFile: 'vitest.json' }], ['junit', { outputFile: 'vitest-junit.xml' }], 'github-actions',
    ['vitest-poml/agentops', { content: 'all' }],
    ['vitest-poml/agentops', { backend: 'otlp', content: 'all', timeout: 3000 }],
  ] }`,
);

interface Case {
  project: Project;
  env: NodeJS.ProcessEnv;
  /** Where the run may write beside the project. */
  home: string;
}

function leakyProject(env: NodeJS.ProcessEnv): Case {
  const project = createProject({
    ...desk(),
    'prompts/login.poml': PROMPT,
    ...trace('0004.login', PROMPT, { token: RECORDED, old: OTHER }, `Log in with ${RECORDED}.`),
    ...trace('0005.login', PROMPT, { token: OTHER, strict: true }, `Log in with ${OTHER}.`),
    'login.test.ts': `import { expect, test } from 'vitest';
import { loadTrace } from 'vitest-poml';
const trace = loadTrace('${SESSION}/0004.login');
test('text', () => expect(trace).toRenderText('Log in.'));
test('messages', () => expect(trace).toRenderMessages([{ speaker: 'human', content: 'Log in.' }]));
test('failure', () => expect(trace).toFailToRender());
test('a call', () => {
  expect({ prompt: 'prompts/login.poml', context: { ...trace.context, strict: true } }).toRenderLike();
});
test('size', () => expect(trace).toRenderWithin({ characters: 3 }));
`,
    'vitest.config.ts': CONFIG,
  });
  project.write(
    `${SESSION}/0004.login.env`,
    `SOURCE_PATH=/srv/desk/prompts/login.poml\nTOKEN=${IN_ENV_FILE}\n`,
  );
  project.write(`${SESSION}/0006.bye.poml`, project.read(`${SESSION}/0002.bye.poml`));
  project.write(`${SESSION}/0006.bye.context.json`, `{ "name": "${RECORDED}" `);
  const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'vitest-poml-home-')));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  mkdirSync(path.join(home, 'tmp'));
  const summary = path.join(home, 'summary.md');
  return {
    project,
    home,
    env: {
      ...env,
      HOME: home,
      TMPDIR: path.join(home, 'tmp'),
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_WORKSPACE: project.dir,
    },
  };
}

/** Every file that anything was written to, with its bytes as text; not the recording, nor what is installed. */
function writtenFiles({ project, home }: Case): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of [project.dir, home]) {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      const file = path.join(entry.parentPath, entry.name);
      const inside = path.relative(folder, file);
      if (!entry.isFile() || inside.startsWith('pomlruns')) continue;
      // Vite keeps what it has made of the project there.
      if (inside.startsWith('node_modules') && !/^node_modules[\\/]\.vite/.test(inside)) continue;
      found.set(inside, readFileSync(file, 'latin1'));
    }
  }
  return found;
}

/** Names of those texts in which one of the secrets stands, in any spelling. */
function leaksIn(texts: Iterable<readonly [string, string]>, secrets: readonly string[]): string[] {
  const spellings = secrets.flatMap((secret) => [
    secret,
    secret.toUpperCase(),
    secret.replaceAll('-', ''),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').slice(0, -4),
  ]);
  return [...texts].flatMap(([name, text]) => {
    const secret = spellings.find((one) => text.includes(one));
    return secret === undefined
      ? []
      : [`${name}: …${text.slice(Math.max(0, text.indexOf(secret) - 60), text.indexOf(secret) + 20)}…`];
  });
}

const printed = (name: string, { stdout, stderr }: Result): [string, string][] => [
  [`${name}, stdout`, stdout],
  [`${name}, stderr`, stderr],
];

const SECONDS = 1000;

test('no key stands in anything that a run, its reports, its telemetry or the commands write', {
  timeout: 400 * SECONDS,
}, async () => {
  const [agentops, collector] = await Promise.all([testServer(), testServer()]);
  const apiKey = agentops.env.AGENTOPS_API_KEY ?? '';
  // Both say again what they were told.
  agentops.fault('collector', { status: 400, body: `not with ${apiKey}` });
  collector.fault('collector', { status: 400, body: `not with ${HEADER}` });
  const the = leakyProject({
    ...agentops.env,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${HEADER}`,
  });
  const { project, env } = the;
  const texts: [string, string][] = [];
  const cli = async (...args: string[]) => {
    const result = await runCli(project, args, env);
    texts.push(...printed(args.join(' '), result));
    return result;
  };
  project.edit(
    'prompts/login.poml',
    'Log in with {{ token }}.',
    'Log in with {{ token }}, not {{ old }} {{ Math.random() }}!',
  );
  project.edit(
    'prompts/login.poml',
    '{{ JSON.parse(token) }}',
    '{{ (() => { throw new Error("not with " + token) })() }}',
  );

  const run = await runVitest(project, ['run'], { ...env, DEBUG: 'vitest*,vite:transform' });
  texts.push(...printed('vitest', run));
  expect(run.output).toMatch(/Tests +\d+ failed/);
  // The texts were there, with nothing in them that could be used.
  expect(run.output).toMatch(/Log in with sk-\*+/);
  // What shards leave to be merged holds the errors whole.
  texts.push(
    ...printed(
      'a shard',
      await runVitest(project, ['run', '--reporter=blob', '--outputFile=blob/one.json'], env),
    ),
  );
  // A run of a developer leaves what may be accepted.
  const { GITHUB_ACTIONS: _, ...local } = env;
  texts.push(...printed('vitest of a developer', await runVitest(project, ['run'], local)));
  const [found] = await Promise.all([
    cli('scan', 'pomlruns'),
    cli('scan', 'pomlruns', '--json'),
    ...['terminal', 'github', 'markdown'].map((format) => cli('report', '--format', format)),
    ...['pending', 'check', 'diff'].flatMap((name) => [cli(name), cli(name, '--json')]),
    cli('coverage'),
    cli('capture', 'pomlruns', '--to', 'dry', '--dry-run'),
    cli('capture', 'pomlruns', '--to', 'goldens', '--redact', 'key', '--redact', '$.token', '--force'),
    cli('render', `${SESSION}/0004.login`, '--set', 'old="x"'),
    cli('render', `${SESSION}/0004.login`, '--set', 'old="x"', '--diff', '--json'),
    cli('push'),
    cli('pull', '5b8efff798038103d269b633813fc60c', '--to', 'pulled'),
  ]);
  expect(found.stdout).toMatch(/0004\.login\.context\.json:\d+:\d+ +key/);

  const files = writtenFiles(the);
  const names = [...files.keys()].join('\n');
  for (const name of [
    'run.json',
    'report.html',
    'report.sarif',
    'spool',
    'pending',
    'vitest.json',
    'goldens',
    'summary.md',
    'blob',
  ])
    expect(names).toContain(name);
  // What waits to be accepted is the golden to be, byte by byte, for this user's eyes as the recording is.
  const shown = [...files].filter(([name]) => !name.includes(path.join('.vitest-poml', 'pending')));
  expect(leaksIn([...texts, ...shown], [RECORDED, OTHER, IN_ENV_FILE])).toEqual([]);
  expect(leaksIn([...texts, ...files], [apiKey, HEADER, apiKey.slice(0, 18)])).toEqual([]);
  expect(existsSync(project.path('pulled'))).toBe(false);

  // What the spool held goes out without keys too.
  agentops.mend();
  await cli('push');
  expect(agentops.spans.length).toBeGreaterThan(4);
  const sent = agentops.spans.map(
    (span) =>
      [
        'a span',
        JSON.stringify(span, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
      ] as const,
  );
  expect(leaksIn(sent, [RECORDED, OTHER, IN_ENV_FILE, apiKey, HEADER])).toEqual([]);
  expect(sent.join()).toMatch(/Log in with sk-\*+/);
});
