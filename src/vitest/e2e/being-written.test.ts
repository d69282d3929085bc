import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { desk, SESSION, trace } from '../../e2e/desk.ts';
import { createProject } from '../../e2e/project.ts';
import { NODE, runVitest } from '../../e2e/run.ts';

/** An application that goes on recording: the files of each call in the order of POML's tracer, each in two pieces. */
const WRITER = `
import fs from 'node:fs';
const { files, count } = JSON.parse(process.argv[2]);
const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4);
for (let i = 4; i < count; i++) {
  for (const [name, text] of files) {
    const file = fs.openSync(name.replace('0004', String(i).padStart(4, '0')), 'w');
    for (const piece of [text.slice(0, text.length / 2), text.slice(text.length / 2)]) {
      pause();
      fs.writeSync(file, piece);
    }
    pause();
    fs.closeSync(file);
  }
  if (i === 6) process.send('going');
}
`;

const COUNT = 150;

test('a session that an application goes on recording while it is tested: every trace that is found is judged as a whole', async () => {
  const project = createProject(desk());
  project.write('writer.mjs', WRITER);
  const files = trace(
    '0004.greet',
    project.read('prompts/greet.poml'),
    { name: 'Dee' },
    'Hello Dee, be kind.',
  );
  const order = JSON.stringify({ files: Object.entries(files), count: COUNT });
  const writer = spawn(NODE, ['writer.mjs', order], {
    cwd: project.dir,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(writer, 'exit');
  await once(writer, 'message');
  let during = 0;
  // Several runs, so that some find a trace at each of its stages.
  while (writer.exitCode === null || during === 0) {
    const { output, code } = await runVitest(project);
    expect(output).not.toMatch(/SyntaxError|Unhandled|JSON at position/);
    expect(output).toMatch(/Tests +\d+ passed \(\d+\)\n/);
    expect(output).not.toContain('written');
    expect(code).toBe(0);
    during++;
  }
  await ended;
  expect(writer.exitCode).toBe(0);
  expect((await runVitest(project)).output).toMatch(`Tests  ${COUNT - 1} passed (${COUNT - 1})`);
  expect(project.list(SESSION).some((file) => file.endsWith('golden.json'))).toBe(false);
});

test('a recording that was cut off is told by the file that is cut', async () => {
  const project = createProject(desk());
  const whole = trace(
    '0004.greet',
    project.read('prompts/greet.poml'),
    { name: 'Dee' },
    'Hello Dee, be kind.',
  );
  for (const [file, text] of Object.entries(whole).slice(0, 3)) project.write(file, text.slice(0, -1));
  const { output, code } = await runVitest(project);
  expect(code).toBe(1);
  expect(output).toMatch(/Tests +1 failed \| 3 passed/);
  expect(output).toMatch(/0004\.greet\.context\.json.* is not valid JSON: the text ends too early/);
});
