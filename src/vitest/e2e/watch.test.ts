import { describe, expect, test } from 'vitest';
import { config, desk, SESSION, trace } from '../../e2e/desk.ts';
import { createProject, type Files } from '../../e2e/project.ts';
import { watchVitest, whyNoTerminal } from '../../e2e/terminal.ts';

const WAITING = /(?:PASS|FAIL) +(?:Waiting for|Tests failed\. Watching for) file changes/;
const reason = whyNoTerminal();

describe.skipIf(reason !== undefined)(`watch mode${reason === undefined ? '' : ` (${reason})`}`, () => {
  test('a changed include runs the session again, and `u` accepts it once', async () => {
    const project = createProject(desk());
    const terminal = watchVitest(project);
    expect(await terminal.until(WAITING)).toMatch(/Tests +3 passed/);
    project.write('prompts/_tone.poml', 'be brief.');
    // Only the calls that the include touches.
    expect(await terminal.until(WAITING)).toMatch(/Tests +2 failed \(2\)/);
    terminal.press('u');
    const updated = await terminal.until(WAITING);
    expect(updated).toMatch(/Snapshots +2 updated/);
    expect(project.read(`${SESSION}/0003.greet.result.txt`)).toBe('===== human =====\n\nHello Cy, be brief.');
    // What the update has written must not start one more run: the next thing seen is this edit's.
    project.edit('prompts/greet.poml', 'Hello', 'Hi');
    expect(await terminal.until(WAITING)).toMatch(/Tests +2 failed \(2\)/);
    terminal.press('u');
    expect(await terminal.until(WAITING)).toMatch(/Snapshots +2 updated/);
    await terminal.quiet();
    project.edit('prompts/bye.poml', 'Goodbye', 'Farewell');
    const next = await terminal.until(WAITING);
    expect(next).toMatch(/RERUN +prompts\/bye\.poml/);
    expect(next).toMatch(/Tests +1 failed \(1\)/);
    // What failed before runs again with what a change touches, so that a run never looks greener than it is.
    project.edit('prompts/greet.poml', 'Hi', 'Hi ');
    expect(await terminal.until(WAITING)).toMatch(/Tests +1 failed \| 2 passed \(3\)/);
    project.edit('prompts/bye.poml', 'Farewell', 'Goodbye');
    expect(await terminal.until(WAITING)).toMatch(/Tests +1 passed \(1\)/);
    terminal.press('a');
    expect(await terminal.until(WAITING)).toMatch(/Tests +3 passed \(3\)/);
  });

  test('a file whose name the prompt computes is followed too', async () => {
    const project = createProject({
      ...desk(),
      'vitest.config.ts': config('{}'),
      'prompts/facts.poml': '<poml><p>Facts: <document src="{{ file }}" parser="txt"/></p></poml>',
      'data/facts.txt': 'water is wet',
      'own.test.ts': `import { expect, test } from 'vitest';
test('facts', () => expect({ prompt: 'prompts/facts.poml', context: { file: '../data/facts.txt' } }).toRenderText(/wet/));
`,
    });
    const terminal = watchVitest(project);
    expect(await terminal.until(WAITING)).toMatch(/Tests +1 passed/);
    project.write('data/facts.txt', 'water is dry');
    const next = await terminal.until(WAITING);
    expect(next).toMatch(/RERUN +data\/facts\.txt/);
    expect(next).toMatch(/Tests +1 failed/);
  });

  test('new traces and new sessions appear', async () => {
    const project = createProject(desk());
    const terminal = watchVitest(project);
    await terminal.until(WAITING);
    const record = (files: Files) => {
      // The prompt is written last here, so that one rerun sees the whole trace.
      for (const [file, text] of Object.entries(files).reverse()) project.write(file, text);
    };
    const bye = desk()['prompts/bye.poml'] ?? '';
    record(trace('0004.bye', bye, { name: 'Eve' }, 'Goodbye Eve.'));
    await terminal.until(/Tests +1 passed \(1\)/);
    await terminal.quiet();
    record(trace('0001.bye', bye, { name: 'Flo' }, 'Goodbye Flo!', 'pomlruns/20261121052042120399'));
    expect(await terminal.until(/Tests +1 failed/)).toContain('20261121052042120399');
  });
});
