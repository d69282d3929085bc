import path from 'node:path';
import { expect, test } from 'vitest';
import { folderWith, resultJson } from '../trace/testing/session-folder.ts';
import { receivedOf } from './subject.ts';

const project = () =>
  folderWith({
    'prompts/triage.poml': '<p>Hi</p>',
    'runs/0001.triage.poml': '<p>Hi</p>',
    'runs/0001.triage.result.json': resultJson('Hi'),
  });

test('a command takes a recorded call, or a prompt, from its own folder or the root', () => {
  const root = project();
  const cwd = path.join(root, 'prompts');
  for (const name of ['runs/0001.triage', 'runs/0001.triage.poml', path.join(root, 'runs/0001.triage')])
    expect(receivedOf(name, root, cwd)).toMatchObject({ id: '0001.triage' });
  for (const name of ['triage.poml', 'prompts/triage.poml'])
    expect(receivedOf(name, root, cwd)).toEqual({ prompt: path.join(root, 'prompts/triage.poml') });
});

test('what is neither says what is there', () => {
  const root = project();
  const told = (name: string) => () => receivedOf(name, root, root);
  expect(told('runs')).toThrow(
    `runs is a folder: name one call in it, e.g. ${path.join('runs', '0001.triage')}.`,
  );
  expect(told('prompts')).toThrow(/^prompts is a folder: name one call in it\.$/);
  expect(told('prompts/triage.pom')).toThrow(
    `There is neither a recorded call nor a prompt file prompts/triage.pom. Did you mean ${path.join('prompts', 'triage.poml')}?`,
  );
  expect(told('nowhere/x')).toThrow(/^There is neither a recorded call nor a prompt file nowhere\/x\.$/);
  expect(told('runs/0002.triage')).toThrow(/there is no such trace\nThe folder holds 1 trace/);
});
