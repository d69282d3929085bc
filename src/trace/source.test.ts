import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSourceFinder, loadSession, type SourceOptions } from './index.ts';
import { folderWith, temporaryFolder, writeFiles } from './testing/session-folder.ts';

/** The source of a trace of `name` that was recorded at `sourcePath`, in a project with these files. */
function find(
  project: string,
  sourcePath: string | undefined,
  options: Partial<SourceOptions> = {},
  name = sourcePath
    ?.split(/[\\/]/)
    .at(-1)
    ?.replace(/\.poml$/, '') ?? '',
): { path: string } | { why: string } {
  const env = sourcePath === undefined ? {} : { [`0001.${name}.env`]: `SOURCE_PATH=${sourcePath}\n` };
  const session = folderWith({ [name === '' ? '0001.poml' : `0001.${name}.poml`]: 'x', ...env });
  const [trace] = loadSession(session).traces;
  return createSourceFinder({ root: project, ...options })(trace!);
}

const why = (pattern: RegExp): { why: unknown } => ({ why: expect.stringMatching(pattern) });

describe('createSourceFinder', () => {
  test('takes the recorded path where it is in the project', () => {
    const project = folderWith({ 'src/a.poml': '' });
    expect(find(project, join(project, 'src/a.poml'))).toEqual({ path: join(project, 'src/a.poml') });
  });

  test('takes no file outside the project, by no way', () => {
    const project = folderWith({ 'app/prompts/b.poml': '', 'secret.poml': '' });
    const root = join(project, 'app');
    expect(find(root, join(project, 'secret.poml'))).toEqual(why(/secret\.poml lies outside the project/));
    expect(find(root, `${root}/../secret.poml`)).toEqual(why(/lies outside the project/));
    expect(find(root, '/srv/app/../secret.poml', { sourceRoots: { '/srv/app': '.' } })).toEqual(
      why(/\(by sourceRoots\) lies outside/),
    );
    expect(find(root, '/srv/secret.poml', { prompts: '..' })).toEqual(
      why(/no prompt under \.\. is named secret\.poml/),
    );
    symlinkSync('../../secret.poml', join(root, 'prompts/linked.poml'));
    expect(find(root, '/srv/linked.poml')).toEqual(why(/no prompt under prompts is named linked\.poml/));
    expect(find(root, join(root, 'prompts/linked.poml'))).toEqual(why(/lies outside/));
  });

  test('moves recorded paths by the longest fitting root', () => {
    const project = folderWith({ 'a/x.poml': '', 'b/x.poml': '' });
    const sourceRoots = { '/srv': 'a', '/srv/app/': './b', 'C:\\work': 'a' };
    expect(find(project, '/srv/x.poml', { sourceRoots })).toEqual({ path: join(project, 'a/x.poml') });
    expect(find(project, '/srv/app/x.poml', { sourceRoots })).toEqual({ path: join(project, 'b/x.poml') });
    expect(find(project, 'C:\\work\\x.poml', { sourceRoots })).toEqual({ path: join(project, 'a/x.poml') });
    expect(find(project, '/srv/apple.poml', { sourceRoots })).toEqual(
      why(/there is no .*a\/apple\.poml \(by sourceRoots\)/),
    );
  });

  test('a source root may lie outside the project, since the user named it', () => {
    const project = temporaryFolder();
    const shared = folderWith({ 'x.poml': '' });
    expect(find(project, '/srv/x.poml', { sourceRoots: { '/srv': shared } })).toEqual({
      path: join(shared, 'x.poml'),
    });
  });

  test('finds the only prompt of that name, in folders and by globs', () => {
    const project = folderWith({
      'prompts/deep/a.poml': '',
      'prompts/UPPER.POML': '',
      'lib/b.poml': '',
      'lib/b.txt': '',
    });
    expect(find(project, '/srv/a.poml')).toEqual({ path: join(project, 'prompts/deep/a.poml') });
    expect(find(project, '/srv/UPPER.POML')).toEqual({ path: join(project, 'prompts/UPPER.POML') });
    expect(find(project, undefined, {}, 'a')).toEqual({ path: join(project, 'prompts/deep/a.poml') });
    expect(find(project, undefined, {}, 'UPPER.POML')).toEqual({ path: join(project, 'prompts/UPPER.POML') });
    expect(find(project, '/srv/b.poml')).toEqual(
      why(/\/srv\/b\.poml is not here; no prompt under prompts is named b\.poml/),
    );
    expect(find(project, '/srv/b.poml', { prompts: '**/*.poml' })).toEqual({
      path: join(project, 'lib/b.poml'),
    });
    expect(find(project, '/srv/b.poml', { prompts: ['prompts', 'lib'] })).toEqual({
      path: join(project, 'lib/b.poml'),
    });
    expect(find(project, '/srv/b.poml', { prompts: 'l*' })).toEqual({ path: join(project, 'lib/b.poml') });
    expect(find(project, '/srv/b.poml', { prompts: 'promts' })).toEqual(
      why(/prompts: "promts" names no prompt file/),
    );
  });

  test('lists the candidates when a name is not unique', () => {
    const project = folderWith({ 'prompts/v1/a.poml': '', 'prompts/v2/a.poml': '' });
    expect(find(project, '/srv/a.poml')).toEqual(
      why(/2 prompts are named a\.poml: prompts\/v1\/a\.poml, prompts\/v2\/a\.poml/),
    );
    expect(find(project, '/srv/a.poml', { prompts: ['prompts', '!prompts/v1/**', 'prompts/v2'] })).toEqual(
      why(/2 prompts/),
    );
    expect(find(project, '/srv/a.poml', { prompts: ['prompts/**/*.poml', '!prompts/v1/**'] })).toEqual({
      path: join(project, 'prompts/v2/a.poml'),
    });
  });

  test('says that a string prompt has no file', () => {
    const project = folderWith({ 'prompts/tmpab12_x3z.poml': '', 'prompts/tmpl_123456.poml': '' });
    expect(find(project, '/tmp/tmpab12_x3z')).toEqual(
      why(/^a string prompt: its text is only in the recording$/),
    );
    expect(find(project, undefined, {}, 'tmpab12_x3z')).toEqual(why(/^a string prompt/));
    expect(find(project, '/srv/tmpab12_x3z.poml')).toEqual({
      path: join(project, 'prompts/tmpab12_x3z.poml'),
    });
    expect(find(project, undefined)).toEqual(why(/neither a path nor a name/));
  });

  test('prefers a link that the repository points at its own file', () => {
    const project = folderWith({ 'prompts/a.poml': '', 'prompts/old/a.poml': '' });
    const session = writeFiles(join(project, 'runs'), {
      '0001.a.poml': 'x',
      '0001.a.env': 'SOURCE_PATH=/srv/a.poml\n',
    });
    symlinkSync('../prompts/old/a.poml', join(session, '0001.a.source.poml'));
    const [trace] = loadSession(session).traces;
    expect(createSourceFinder({ root: project })(trace!)).toEqual({
      path: join(project, 'prompts/old/a.poml'),
    });
  });
});

describe('recorded sessions', () => {
  const examples = join(import.meta.dirname, '../../examples');

  test.each([
    ['support-triage', '20261121051927955577', 31],
    ['travel-desk', '20261121052042120390', 26],
  ])('%s: every prompt is found by its name, or by a source root', (app, session, count) => {
    const root = join(examples, app);
    const { traces } = loadSession(join(root, 'pomlruns', session));
    for (const options of [{ root }, { root, sourceRoots: { [`/srv/${app}`]: '.' }, prompts: [] }]) {
      const find = createSourceFinder(options);
      const paths = traces.map((trace) => find(trace));
      expect(paths).toHaveLength(count);
      expect(paths).toEqual(traces.map((trace) => ({ path: join(root, 'prompts', `${trace.name}.poml`) })));
    }
  });

  test('incident-runbook: string prompts are told apart from files', () => {
    const root = join(examples, '../fixtures/apps/incident-runbook');
    const find = createSourceFinder({ root });
    const found = loadSession(join(root, 'pomlruns/20261121052442024756')).traces.map((trace) => find(trace));
    expect(
      found.filter((source) => 'why' in source && source.why.startsWith('a string prompt')),
    ).toHaveLength(21);
    expect(found.filter((source) => 'path' in source)).toHaveLength(2);
  });
});
