import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { config, desk } from '../../e2e/desk.ts';
import { createProject, type Project } from '../../e2e/project.ts';
import { environment, NODE, VITEST } from '../../e2e/run.ts';

const { load } = createRequire(import.meta.url)('js-yaml') as { load(yaml: string): unknown };

interface Step {
  run?: string;
  with?: Record<string, string>;
}

interface Job {
  steps?: Step[];
  script?: string[];
  after_script?: string[];
  rules?: { if: string }[];
}

/** The YAML of docs/ci.md in its order. */
const RECIPES = [
  ...readFileSync(path.resolve(import.meta.dirname, '../../../docs/ci.md'), 'utf8').matchAll(
    /^```yaml\n([\s\S]*?)^```$/gm,
  ),
].map(([, yaml = '']) => load(yaml) as Record<string, unknown>);

function jobs(index: number): Record<string, Job> {
  return (RECIPES[index] as { jobs: Record<string, Job> }).jobs;
}

/** Runs commands of a recipe as a CI does; only the installation is there already. */
async function shell(
  project: Project,
  commands: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<number[]> {
  project.write(
    'bin/npx',
    `#!/bin/sh\ncase "$1" in\nvitest) shift; exec "${NODE}" "${VITEST}" "$@";;\nvitest-poml) shift; exec "${NODE}" node_modules/vitest-poml/dist/cli/main.js "$@";;\nesac\nexit 127\n`,
  );
  project.write('bin/npm', '#!/bin/sh\n[ "$1" = ci ]\n');
  await promisify(execFile)('chmod', ['+x', project.path('bin/npx'), project.path('bin/npm')]);
  const codes: number[] = [];
  for (const command of commands) {
    const result = await promisify(execFile)('sh', ['-c', command], {
      cwd: project.dir,
      env: { ...environment({ CI: 'true', ...env }), PATH: `${project.path('bin')}:${process.env.PATH}` },
    }).then(
      () => ({ code: 0 }),
      (error: { code: number }) => error,
    );
    codes.push(result.code);
  }
  return codes;
}

function changedDesk(): Project {
  const project = createProject({ ...desk(), 'vitest.config.ts': config("{ sessions: 'pomlruns/*' }") });
  project.edit('prompts/greet.poml', 'Hello', 'Good day');
  return project;
}

const runs = ({ steps = [] }: Job) => steps.flatMap(({ run }) => (run === undefined ? [] : [run]));

test('the workflow for GitHub leaves what its later steps take', async () => {
  const project = changedDesk();
  const summary = project.path('summary.md');
  writeFileSync(summary, '');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
  const codes = await shell(project, runs(jobs(0).prompts!), env);
  expect(codes).toEqual([0, 1, 0, 0]);
  expect(project.read('prompts.html')).toContain('1 change touches 2 of 3 recorded calls');
  expect(project.read('comment.md')).toMatch(/^<!-- vitest-poml:report -->\n/);
  expect(readFileSync(summary, 'utf8')).toContain('1 change touches 2 of 3 recorded calls');
  expect(await shell(project, [(RECIPES[2] as unknown as Step[])[0]?.run ?? ''])).toEqual([0]);
  expect(project.read('prompts.sarif')).toContain('"version": "2.1.0"');
});

test('the comment on GitHub is written once, then replaced', async () => {
  const script = jobs(1).comment?.steps?.[1]?.with?.script ?? '';
  expect(script).not.toBe('');
  const project = createProject({ 'comment.md': '<!-- vitest-poml:report -->\nfirst\n' });
  const comments = ['somebody', 'other[bot]'].map((login, i) => ({
    id: i + 1,
    user: { login },
    body: '<!-- vitest-poml:report -->\nby somebody else',
  }));
  const context = {
    repo: { owner: 'o', repo: 'r' },
    payload: {
      workflow_run: { head_sha: 'abc', head_branch: 'b', head_repository: { owner: { login: 'fork' } } },
    },
  };
  const github = {
    paginate: async () => comments,
    rest: {
      pulls: {
        list: async ({ head }: { head: string }) => ({
          data: head === 'fork:b' ? [{ number: 7, head: { sha: 'abc' } }] : [],
        }),
      },
      issues: {
        listComments: {},
        createComment: async ({ issue_number, body }: { issue_number: number; body: string }) => {
          expect(issue_number).toBe(7);
          comments.push({ id: comments.length + 1, user: { login: 'github-actions[bot]' }, body });
        },
        updateComment: async ({ comment_id, body }: { comment_id: number; body: string }) => {
          comments.find(({ id }) => id === comment_id)!.body = body;
        },
      },
    },
  };
  const AsyncFunction = (async () => {}).constructor as new (
    ...args: string[]
  ) => (...args: unknown[]) => Promise<void>;
  const require = () => ({ readFileSync: (file: string) => project.read(file) });
  const run = () => new AsyncFunction('github', 'context', 'require', script)(github, context, require);
  await run();
  project.write('comment.md', '<!-- vitest-poml:report -->\nsecond\n');
  await run();
  project.write('comment.md', 'something else\n');
  await run();
  expect(comments.map(({ body }) => body)).toEqual([
    '<!-- vitest-poml:report -->\nby somebody else',
    '<!-- vitest-poml:report -->\nby somebody else',
    '<!-- vitest-poml:report -->\nsecond\n',
  ]);
});

test('the shards for GitHub come to one report', async () => {
  const project = changedDesk();
  const { shard, prompts } = jobs(3);
  const one = runs(shard!).map((command) =>
    command.replaceAll(/\$\{\{ matrix\.shard \}\}/g, '1').replace('1/4', '1/1'),
  );
  expect(await shell(project, one)).toEqual([0, 1]);
  expect(existsSync(project.path('blobs/1.json'))).toBe(true);
  project.remove('.vitest-poml/run.json');
  expect(await shell(project, runs(prompts!))).toEqual([0, 1]);
  expect(project.read('.vitest-poml/run.json')).toContain('"red":2');
});

test('what a pull request has accepted is held against the goldens of its base', async () => {
  const project = createProject({
    ...desk(),
    'vitest.config.ts': config("{ sessions: 'pomlruns/*', gates: { maxTokenIncrease: 0 } }"),
    '.gitignore': 'node_modules\nbin\n',
  });
  const git = (...args: string[]) =>
    promisify(execFile)('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: project.dir });
  const commit = async () => {
    await git('add', '-A');
    await git('commit', '-qm', 'x');
  };
  await git('init', '-q', '-b', 'main');
  await commit();
  await git('checkout', '-q', '-b', 'change');
  project.edit('prompts/greet.poml', 'Hello', 'Good morning, dear');
  await shell(project, ['npx vitest run --update'], { CI: '' });
  await commit();
  await git('checkout', '-q', 'main');
  project.write('other.txt', 'somebody else');
  await commit();
  await git('merge', '-q', '--no-ff', '-m', 'merge', 'change');

  const summary = project.path('node_modules/summary.md');
  writeFileSync(summary, '');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
  const [first = '', second = '', last = ''] = runs({ steps: RECIPES[4] as unknown as Step[] });
  expect(await shell(project, [first], env)).toEqual([0]);
  expect(project.read('.vitest-poml/run.json')).toContain('"red":0');
  expect(await shell(project, [second], env)).toEqual([0]);
  expect(project.read('.vitest-poml/run.json')).toMatch(
    /greet\.poml:2 \\"Hello\\" became \\"Good morning, dear\\"/,
  );
  expect((await git('status', '--porcelain')).stdout).toBe('');
  expect(await shell(project, [last], env)).toEqual([1]);
});

test('the jobs for GitLab leave their artifacts, and keep one note up to date', async () => {
  const project = changedDesk();
  const { prompts } = RECIPES[5] as Record<string, Job>;
  expect(await shell(project, prompts?.script ?? [])).toEqual([0, 1]);
  expect(await shell(project, prompts?.after_script ?? [])).toEqual([0, 0, 0]);
  expect(project.read('prompts.xml')).toContain('failures="2"');

  // More than a page of what others wrote, one of them with our mark.
  const notes = Array.from({ length: 120 }, (_, i) => ({
    id: i,
    author: { id: 1 },
    body: i === 7 ? '<!-- vitest-poml:report -->\nforged' : 'hello',
  }));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://gitlab');
    asked.push(`${request.method} ${url.pathname}`);
    expect(request.headers['private-token']).toBe('secret');
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const from = (Number(url.searchParams.get('page') ?? 1) - 1) * 100;
      let answer: unknown = {};
      if (url.pathname.endsWith('/user')) answer = { id: 2 };
      else if (request.method === 'GET') answer = notes.slice(from, from + 100);
      else {
        const { body } = JSON.parse(text) as { body: string };
        if (request.method === 'POST') notes.push({ id: notes.length, author: { id: 2 }, body });
        else notes[Number(url.pathname.split('/').at(-1))]!.body = body;
      }
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const env = {
    CI_API_V4_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`,
    CI_PROJECT_ID: '3',
    CI_MERGE_REQUEST_IID: '9',
    PROMPT_TOKEN: 'secret',
  };
  const comment = (RECIPES[6] as Record<string, Job>)['prompt comment']?.script ?? [];
  expect(await shell(project, comment, env)).toEqual([0]);
  project.write('comment.md', project.read('comment.md').replace('1 change', 'another change'));
  expect(await shell(project, comment, env)).toEqual([0]);
  const place = '/api/v4/projects/3/merge_requests/9/notes';
  const search = ['GET /api/v4/user', `GET ${place}`, `GET ${place}`];
  expect(asked).toEqual([...search, `POST ${place}`, ...search, `PUT ${place}/120`]);
  expect(notes).toHaveLength(121);
  expect(notes[120]?.body).toContain('another change');
  expect(notes[7]?.body).toContain('forged');
});

test('the job for GitLab that another one needs runs wherever that one does', () => {
  const rules = (index: number, name: string) =>
    ((RECIPES[index] as Record<string, Job>)[name]?.rules ?? []).map((rule) => rule.if);
  expect(rules(5, 'prompts')).toEqual(expect.arrayContaining(rules(6, 'prompt comment')));
  expect(rules(6, 'prompt comment')).toHaveLength(1);
});
