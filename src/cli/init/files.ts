import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { diskFiles } from '../../golden/disk.ts';
import { scanFiles } from '../../golden/redaction/scan.ts';
import { promptName } from '../../golden/subject.ts';
import { renderSync } from '../../poml/render.ts';
import { plural } from '../../report/rows.ts';
import { addPlugin } from './edit-config.ts';
import type { PackageManager, Survey } from './survey.ts';

/** A file as it is and as it would be; `before` is `undefined` for one that is not there yet. */
export interface PlannedFile {
  /** From the root, with `/`. */
  file: string;
  before: string | undefined;
  after: string;
}

/** What `init` would do. */
export interface Plan {
  files: PlannedFile[];
  /** What is there already, and what the user has to do, lines. */
  notes: string[];
}

const PLUGIN = 'vitest-poml/plugin';
const WORKFLOW = '.github/workflows/prompts.yml';

/** Plans the config, a test, a workflow, and attributes that keep recorded bytes as they are. */
export function planFiles(found: Survey): Plan {
  const plan: Plan = { files: [], notes: [] };
  planConfig(found, plan);
  planTest(found, plan);
  planWorkflow(found, plan);
  planAttributes(found, plan);
  if (found.missing.length > 0)
    plan.notes.push(`Install what is missing: ${installCommand(found.manager, found.missing)}`);
  return plan;
}

function planConfig(found: Survey, plan: Plan): void {
  const code = pluginCode(found);
  const { root, config } = found;
  if (config === undefined) {
    const file = found.typescript
      ? found.modules
        ? 'vitest.config.ts'
        : 'vitest.config.mts'
      : found.modules
        ? 'vitest.config.js'
        : 'vitest.config.mjs';
    const after = `import { poml } from '${PLUGIN}';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [${code}],
});
`;
    plan.files.push({ file, before: undefined, after });
    return;
  }
  const before = readFileSync(path.join(root, config), 'utf8');
  if (before.includes(PLUGIN)) {
    plan.notes.push(`${config} has the plugin already.`);
    return;
  }
  const after = addPlugin(before, { code, from: PLUGIN });
  if (after !== undefined) plan.files.push({ file: config, before, after });
  else {
    plan.notes.push(
      `${config} is written in a way that is not understood here. Add the plugin by hand:`,
      `  import { poml } from '${PLUGIN}';`,
      `  plugins: [${code}]`,
    );
  }
}

/** The plugin as a config calls it. */
function pluginCode({ sessionGlobs, sourceRoots, prompts }: Survey): string {
  const options: string[] = [];
  if (sessionGlobs.length > 0)
    options.push(`sessions: ${literal(sessionGlobs.length === 1 ? sessionGlobs[0] : sessionGlobs)}`);
  if (Object.keys(sourceRoots).length > 0) options.push(`sourceRoots: ${literal(sourceRoots)}`);
  const folders = [...new Set(prompts.map((file) => file.split('/')[0]!))];
  const isElsewhere = prompts.length > 0 && !folders.includes('prompts') && sessionGlobs.length > 0;
  if (isElsewhere) options.push(`prompts: ${literal(folders.length === 1 ? folders[0] : folders)}`);
  return options.length === 0 ? 'poml()' : `poml({ ${options.join(', ')} })`;
}

/** A value as code, in the style of this package. */
function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n')}'`;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  return `{ ${Object.entries(value as object)
    .map(([key, item]) => `${literal(key)}: ${literal(item)}`)
    .join(', ')} }`;
}

function planTest(found: Survey, plan: Plan): void {
  const folder = ['test', 'tests', '__tests__'].find((name) => existsSync(path.join(found.root, name)));
  const ending = found.typescript ? 'ts' : found.modules ? 'js' : 'mjs';
  const file = `${folder === undefined ? '' : `${folder}/`}prompts.test.${ending}`;
  if (existsSync(path.join(found.root, file))) plan.notes.push(`${file} is there already.`);
  else plan.files.push({ file, before: undefined, after: exampleTest(found) });
}

function exampleTest({ root, sessions, prompts }: Survey): string {
  const trace = sessions
    .flatMap(({ traces }) => traces)
    .find((each) => each.resultText !== undefined && each.resultText !== '');
  if (trace) {
    const prefix = path.relative(root, trace.prefix).replaceAll('\\', '/');
    const limit = Math.ceil((trace.resultText!.length * 1.5) / 1000) * 1000;
    return `import { expect, test } from 'vitest';
import { loadTrace } from 'vitest-poml';

// Every recorded call of the sessions in the Vitest config is a test by itself. This is for what else must hold.
test(${literal(`${trace.name || 'the prompt'} stays small`)}, async () => {
  await expect(loadTrace(${literal(prefix)})).toRenderWithin({ characters: ${limit} });
});
`;
  }
  // Many prompts need a context; the first that does not makes an example that runs.
  const prompt = prompts.find((file) => rendersBare(path.join(root, file)));
  const call =
    prompt === undefined
      ? "{ prompt: '<p>Hello {{ name }}!</p>', context: { name: 'Ann' } }"
      : `{ prompt: ${literal(prompt)} }`;
  return `import { expect, test } from 'vitest';
import 'vitest-poml';

// The first run writes the golden under __goldens__/: commit it. Give the prompt what it needs with context: { … }.
test(${literal(prompt === undefined ? 'greets a guest' : `${promptName(prompt)} renders like its golden`)}, async () => {
  await expect(${call}).toRenderLike();
});
`;
}

function rendersBare(file: string): boolean {
  const markup = diskFiles.read(file);
  try {
    return markup !== undefined && String(renderSync(markup, { sourcePath: file })).trim() !== '';
  } catch {
    return false;
  }
}

function planWorkflow(found: Survey, plan: Plan): void {
  if (existsSync(path.join(found.root, WORKFLOW))) {
    plan.notes.push(`${WORKFLOW} is there already.`);
    return;
  }
  const { findings } = scanFiles(
    found.sessions.map(({ dir }) => dir),
    found.root,
    {},
  );
  const isClean = findings.length === 0 && found.sessions.length > 0;
  if (findings.length > 0)
    plan.notes.push(
      `The sessions hold what looks like personal data or secrets (${plural(findings.length, 'finding')}): see npx vitest-poml scan, and capture them with --redact.`,
    );
  plan.files.push({ file: WORKFLOW, before: undefined, after: workflow(found.manager, isClean) });
}

const INSTALL: Record<PackageManager, string> = {
  npm: 'npm ci',
  pnpm: 'pnpm install --frozen-lockfile',
  yarn: 'yarn install --immutable',
  bun: 'bun install --frozen-lockfile',
};
const RUN: Record<PackageManager, string> = { npm: 'npx', pnpm: 'pnpm exec', yarn: 'yarn', bun: 'bunx' };

function workflow(manager: PackageManager, scan: boolean): string {
  const setup =
    manager === 'bun'
      ? ['      - uses: oven-sh/setup-bun@v2']
      : [
          ...(manager === 'pnpm' ? ['      - uses: pnpm/action-setup@v4'] : []),
          ...(manager === 'yarn' ? ['      - run: corepack enable'] : []),
          '      - uses: actions/setup-node@v6',
          '        with:',
          '          node-version: 22',
          `          cache: ${manager}`,
        ];
  return `${[
    'name: Prompts',
    'on:',
    '  pull_request:',
    '  push:',
    '    branches: [main]',
    'jobs:',
    '  prompts:',
    '    runs-on: ubuntu-latest',
    '    permissions:',
    '      contents: read',
    '    steps:',
    '      - uses: actions/checkout@v6',
    '        with:',
    '          fetch-depth: 2 # what included files were before',
    ...setup,
    `      - run: ${INSTALL[manager]}`,
    `      - run: ${RUN[manager]} vitest run`,
    ...(scan ? [`      - run: ${RUN[manager]} vitest-poml scan`] : []),
  ].join('\n')}\n`;
}

/** Goldens are compared byte by byte: a checkout that changes line ends would change them. */
function planAttributes({ root, sessionGlobs }: Survey, plan: Plan): void {
  const file = path.join(root, '.gitattributes');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  const wanted = [
    ...sessionGlobs.filter((glob) => glob !== '*').map((glob) => `${glob}* -text`),
    '**/__goldens__/** -text',
  ];
  const missing = wanted.filter((line) => !before?.split(/\r?\n/).includes(line));
  if (missing.length === 0) return;
  const start =
    before === undefined || before === '' || before.endsWith('\n') ? (before ?? '') : `${before}\n`;
  plan.files.push({ file: '.gitattributes', before, after: `${start}${missing.join('\n')}\n` });
}

function installCommand(manager: PackageManager, names: readonly string[]): string {
  return `${manager} ${manager === 'npm' ? 'install' : 'add'} -D ${names.join(' ')}`;
}
