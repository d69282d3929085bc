import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { desk, SESSION } from '../../e2e/desk.ts';
import { createProject, type Files } from '../../e2e/project.ts';
import { runCli, runVitest } from '../../e2e/run.ts';
import { openCli, whyNoTerminal } from '../../e2e/terminal.ts';

/** The desk without a config. */
function bareDesk(): Files {
  const { 'vitest.config.ts': _, ...files } = desk();
  return files;
}

test('shows what it would write, writes after a yes, and runs twice without harm', async () => {
  const project = createProject(bareDesk());
  const before = project.snapshot();
  const shown = await runCli(project, ['init']);
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain('Sessions: 1, with 3 recorded calls');
  expect(shown.stdout).toContain('Prompts:  3 (');
  expect(shown.stdout).toContain('Recorded in /srv/desk, which is this folder here');
  expect(shown.stdout).toContain('Install what is missing: npm install -D vitest vitest-poml');
  expect(shown.stdout).toContain(
    "+  plugins: [poml({ sessions: 'pomlruns/*', sourceRoots: { '/srv/desk': '.' } })],",
  );
  expect(shown.stdout).toContain('Nothing was written. Write these files with: npx vitest-poml init --yes');
  expect(project.snapshot()).toEqual(before);

  const written = await runCli(project, ['init', '--yes']);
  expect(written.stdout).toContain(
    'Wrote vitest.config.js, prompts.test.js, .github/workflows/prompts.yml, .gitattributes.',
  );
  expect(project.read('.gitattributes')).toBe('pomlruns/** -text\n**/__goldens__/** -text\n');
  expect(project.read('.github/workflows/prompts.yml')).toMatch(
    /npm ci\n +- run: npx vitest run\n +- run: npx vitest-poml scan\n$/,
  );
  const { output, code } = await runVitest(project);
  expect(output).toMatch(/Tests +4 passed \(4\)/);
  expect(output).not.toContain('recorded text');
  expect(code).toBe(0);

  const after = project.snapshot();
  const again = await runCli(project, ['init', '--yes']);
  expect(again.stdout).toContain('vitest.config.js has the plugin already.');
  expect(again.stdout).toContain('Nothing to write.');
  expect(project.snapshot()).toEqual(after);
});

test.skipIf(whyNoTerminal())('asks at a terminal, and takes a no', async () => {
  const project = createProject(bareDesk());
  const before = project.snapshot();
  const no = openCli(project, ['init']);
  await no.until(/Write 4 files\? \[Y\/n\]/);
  no.press('n\r');
  await no.until(/Nothing was written\./);
  expect(await no.ended()).toBe(0);
  expect(project.snapshot()).toEqual(before);
  const yes = openCli(project, ['init']);
  await yes.until(/Write 4 files\? \[Y\/n\]/);
  yes.press('\r');
  await yes.until(/Wrote vitest\.config\.js/);
  expect(await yes.ended()).toBe(0);
});

test('edits a config of TypeScript with plugins, beside folders and files of the project', async () => {
  const project = createProject({
    ...bareDesk(),
    'tsconfig.json': '{}',
    'pnpm-lock.yaml': '',
    'test/own.test.ts': "import { expect, test } from 'vitest';\ntest('own', () => expect(1).toBe(1));\n",
    '.gitattributes': '*.png binary',
    'vitest.config.ts': `import { defineConfig } from 'vitest/config';

const own = () => ({ name: 'own' });

export default defineConfig({
  plugins: [own()],
  test: { globals: false },
});
`,
  });
  const { stdout } = await runCli(project, ['init', '--yes']);
  expect(stdout).toContain(
    "-  plugins: [own()],\n+  plugins: [own(), poml({ sessions: 'pomlruns/*', sourceRoots: { '/srv/desk': '.' } })],",
  );
  expect(project.read('vitest.config.ts')).toContain("import { poml } from 'vitest-poml/plugin';");
  expect(project.read('.gitattributes')).toMatch(/^\*\.png binary\npomlruns/);
  expect(project.read('.github/workflows/prompts.yml')).toContain('pnpm exec vitest run');
  const { output, code } = await runVitest(project);
  expect(output).toMatch(/Tests +5 passed \(5\)/);
  expect(code).toBe(0);
});

test('a config with projects runs the sessions in one of their own', async () => {
  const project = createProject({
    ...bareDesk(),
    'unit/a.test.js': "import { test } from 'vitest';\ntest('a', () => {});\n",
    'vitest.config.js': `import { defineConfig } from 'vitest/config';
export default defineConfig({ test: { projects: [{ extends: true, test: { name: 'unit', include: ['unit/*.test.js', '*.test.js'] } }] } });
`,
  });
  await runCli(project, ['init', '--yes']);
  const { output, code } = await runVitest(project);
  expect(output).toMatch(/Tests +5 passed \(5\)/);
  expect(code).toBe(0);
});

test('prompts without recordings get a test that writes its golden', async () => {
  const project = createProject({
    'prompts/needs.poml': '<poml><p>{{ name.first }}</p></poml>',
    'prompts/plain.poml': '<poml><p>Be kind.</p></poml>',
  });
  await runCli(project, ['init', '--yes']);
  expect(project.read('vitest.config.js')).toContain('plugins: [poml()],');
  expect(project.read('prompts.test.js')).toContain("{ prompt: 'prompts/plain.poml' }");
  const { output, code } = await runVitest(project);
  expect(output).toMatch(/1 written/);
  expect(code).toBe(0);
  expect(readdirSync(project.path('__goldens__/prompts.test.js'))).toHaveLength(3);
});

test('an empty project gets an example that runs; without Vitest it says what to install', async () => {
  const project = createProject({});
  await runCli(project, ['init', '--yes']);
  expect((await runVitest(project)).code).toBe(0);

  const bare = createProject(bareDesk());
  rmSync(bare.path('node_modules/vitest'), { recursive: true });
  const { stdout, code } = await runCli(bare, ['init', '--yes']);
  expect(stdout).toContain('npm install -D vitest vitest-poml');
  expect(code).toBe(0);
});

test('a config that is not understood is left alone, and the lines are told', async () => {
  const config = 'const plugins = [] as unknown[];\nexport default { plugins };\n';
  const project = createProject({ ...bareDesk(), 'vitest.config.ts': config });
  const { stdout } = await runCli(project, ['init', '--yes']);
  expect(stdout).toContain('Add the plugin by hand:');
  expect(stdout).toContain(
    "  plugins: [poml({ sessions: 'pomlruns/*', sourceRoots: { '/srv/desk': '.' } })]",
  );
  expect(project.read('vitest.config.ts')).toBe(config);
  expect((await runCli(project, ['init', 'here'])).stderr).toContain('--root');
});

test('sessions with personal data are told, and not scanned by the workflow yet', async () => {
  const project = createProject({ ...bareDesk(), [`${SESSION}/0001.greet.reply.txt`]: 'ann.smith@firm.de' });
  const { stdout } = await runCli(project, ['init', '--yes']);
  expect(stdout).toContain('(1 finding)');
  expect(project.read(path.join('.github/workflows/prompts.yml'))).not.toContain('scan');
});
