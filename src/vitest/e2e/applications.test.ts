import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { config } from '../../e2e/desk.ts';
import { REPOSITORY } from '../../e2e/package.ts';
import { createProject, type Project } from '../../e2e/project.ts';
import { runVitest } from '../../e2e/run.ts';

/** Applications by name: where their prompts and sessions are. */
const APPLICATIONS = new Map(
  ['fixtures/apps', 'examples'].flatMap((folder) => {
    const entries = readdirSync(path.join(REPOSITORY, folder), { withFileTypes: true });
    const recorded = entries.filter(({ name }) =>
      existsSync(path.join(REPOSITORY, folder, name, 'pomlruns')),
    );
    return recorded.map(({ name }) => [name, path.join(REPOSITORY, folder, name)] as const);
  }),
);
/** Recorded with an older version of its prompts, which is in another folder. */
const OLDER = 'code-review-bot/pomlruns/20261121052513698126';

test('every recorded application runs green, live, without a test file', async () => {
  const project = applications([...APPLICATIONS.keys()]);
  const before = project.snapshot();
  const { code, output } = await runVitest(project);
  expect(failed(output)).toEqual([]);
  expect(output).not.toMatch(/Unhandled/);
  expect(output).toMatch(/Tests +346 passed \(346\)/);
  expect(output).toMatch(/POML: 346 traces of \d+ prompts, from 11 sessions/);
  expect(code).toBe(0);
  expect(project.snapshot()).toEqual(before);
});

test('one word of one prompt turns exactly its traces red, and an update makes them green', async () => {
  const project = applications(['support-triage']);
  const traces = readdirSync(project.path('support-triage/pomlruns/20261121051927955577'));
  const escalations = traces
    .filter((name) => /^\d+\.escalation_note\.poml$/.test(name))
    .map((name) => name.replace('.poml', ''));
  expect(escalations.length).toBeGreaterThan(1);
  const prompt = 'support-triage/prompts/escalation_note.poml';
  const [word] = /[A-Z][a-z]{5,}(?= [a-z]+ [a-z]+)/.exec(project.read(prompt)) ?? [];
  project.edit(prompt, word ?? '', 'Changed');
  const { code, output } = await runVitest(project);
  expect(failed(output)).toEqual(escalations.sort());
  expect(output).toContain(`❯ ${prompt}:`);
  expect(code).toBe(1);

  const before = project.snapshot();
  expect((await runVitest(project, ['run', '--update'])).code).toBe(0);
  const after = project.snapshot();
  const touched = [...after.keys()].filter((file) => after.get(file) !== before.get(file));
  expect(touched.every((file) => escalations.some((id) => path.basename(file).startsWith(`${id}.`)))).toBe(
    true,
  );
  expect((await runVitest(project)).code).toBe(0);
});

/** The traces whose failures are printed, sorted. */
function failed(output: string): string[] {
  return [...output.matchAll(/^ *FAIL .*> (\S+)$/gm)].map((match) => match[1] ?? '').sort();
}

/** The applications as folders of one repository. */
function applications(names: readonly string[]): Project {
  const roots = Object.fromEntries(names.map((name) => [`/srv/${name}`, name]));
  const options = {
    sessions: ['*/pomlruns/*', ...(names.includes('code-review-bot') ? [`!${OLDER}`] : [])],
    sourceRoots: roots,
  };
  return createProject(
    { 'vitest.config.ts': config(JSON.stringify(options)) },
    Object.fromEntries(names.map((name) => [name, APPLICATIONS.get(name) ?? ''])),
  );
}
