import { expect, test } from 'vitest';
import { config, desk } from '../../e2e/desk.ts';
import { createProject } from '../../e2e/project.ts';
import { runVitest } from '../../e2e/run.ts';

/** Stands in for the real engine: it says in every message that it was the one who rendered. */
const ENGINE = {
  'node_modules/pomljs/package.json': '{ "name": "pomljs", "version": "9.9.9", "main": "index.cjs" }',
  'node_modules/pomljs/index.cjs': `const { copyFileSync, mkdirSync, writeFileSync } = require('node:fs');
exports.commandLine = async ({ traceDir, output, contextFile }) => {
  const result = { messages: [{ speaker: 'human', content: 'rendered by the engine' }] };
  mkdirSync(traceDir, { recursive: true });
  writeFileSync(traceDir + '/0001.poml', '');
  if (contextFile) copyFileSync(contextFile, traceDir + '/0001.context.json');
  writeFileSync(traceDir + '/0001.result.json', JSON.stringify(result, null, 2));
  writeFileSync(traceDir + '/0001.result.txt', '===== human =====\\n\\nrendered by the engine');
  if (output) writeFileSync(output, JSON.stringify(result));
};
exports.setTrace = () => {};
exports.clearTrace = () => {};
`,
};

test('the engine that the options name renders in place of ours', async () => {
  const project = createProject({
    ...desk(),
    ...ENGINE,
    'vitest.config.ts': config("{ sessions: 'pomlruns/*', renderer: 'pomljs' }"),
  });
  const { code, output } = await runVitest(project);
  expect(output).toContain('rendered by the engine');
  expect(output).toMatch(/Tests +3 failed \(3\)/);
  expect(code).toBe(1);
});

test('an engine that is not installed is said to be missing, and what was recorded stays', async () => {
  const project = createProject({
    ...desk(),
    'vitest.config.ts': config("{ sessions: 'pomlruns/*', renderer: 'pomljs' }"),
  });
  const before = project.snapshot();
  const { code, output } = await runVitest(project, ['run', '--update']);
  expect(output).toMatch(/pomljs/);
  expect(output).toMatch(/npm install/);
  expect(code).toBe(1);
  expect(project.snapshot()).toEqual(before);
});
