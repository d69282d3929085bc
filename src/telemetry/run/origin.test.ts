import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isCi, originAttributes, originOf, originTags } from './origin.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';

test('GitHub: a push', () => {
  const env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_SHA: SHA,
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REF_NAME: 'main',
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_REPOSITORY: 'team/desk',
    GITHUB_RUN_ID: '7',
    GITHUB_RUN_ATTEMPT: '2',
  };
  expect(originOf(env, '/')).toEqual({
    ci: 'GitHub Actions',
    commit: SHA,
    branch: 'main',
    repository: 'https://github.example/team/desk',
    ciUrl: 'https://github.example/team/desk/actions/runs/7/attempts/2',
  });
});

test('GitHub: on a pull request the commit that was pushed, not the merge', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'poml-event-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const event = path.join(dir, 'event.json');
  writeFileSync(event, JSON.stringify({ pull_request: { head: { sha: 'f'.repeat(40) } } }));
  const env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_SHA: SHA,
    GITHUB_REF: 'refs/pull/12/merge',
    GITHUB_REF_NAME: '12/merge',
    GITHUB_HEAD_REF: 'kinder',
    GITHUB_REPOSITORY: 'team/desk',
    GITHUB_EVENT_PATH: event,
  };
  expect(originOf(env, '/')).toMatchObject({
    commit: 'f'.repeat(40),
    branch: 'kinder',
    pull: '12',
    pullUrl: 'https://github.com/team/desk/pull/12',
  });
  expect(originOf({ ...env, GITHUB_EVENT_PATH: path.join(dir, 'none') }, '/')).toMatchObject({ commit: SHA });
});

test('GitLab: a merge request', () => {
  const env = {
    GITLAB_CI: 'true',
    CI_COMMIT_SHA: SHA,
    CI_COMMIT_REF_NAME: 'refs/merge-requests/3/head',
    CI_MERGE_REQUEST_IID: '3',
    CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'kinder',
    CI_PROJECT_URL: 'https://gitlab.example/team/desk',
    CI_JOB_URL: 'https://gitlab.example/team/desk/-/jobs/9',
    CI_REPOSITORY_URL: 'https://gitlab-ci-token:secret@gitlab.example/team/desk.git',
  };
  expect(originOf(env, '/')).toEqual({
    ci: 'GitLab CI',
    commit: SHA,
    branch: 'kinder',
    pull: '3',
    pullUrl: 'https://gitlab.example/team/desk/-/merge_requests/3',
    repository: 'https://gitlab.example/team/desk',
    ciUrl: 'https://gitlab.example/team/desk/-/jobs/9',
  });
});

test.each([
  [
    { BUILDKITE: 'true', BUILDKITE_COMMIT: SHA, BUILDKITE_BRANCH: 'b', BUILDKITE_PULL_REQUEST: 'false' },
    { ci: 'Buildkite', commit: SHA, branch: 'b' },
  ],
  [
    {
      CIRCLECI: 'true',
      CIRCLE_SHA1: SHA,
      CIRCLE_BRANCH: 'b',
      CIRCLE_PULL_REQUEST: 'https://github.com/t/d/pull/4',
    },
    { pull: '4', pullUrl: 'https://github.com/t/d/pull/4' },
  ],
  [
    {
      JENKINS_URL: 'https://j',
      GIT_COMMIT: SHA,
      BRANCH_NAME: 'PR-5',
      CHANGE_BRANCH: 'b',
      CHANGE_ID: '5',
      BUILD_URL: 'https://me:pass@j/1',
    },
    { branch: 'b', pull: '5', ciUrl: 'https://j/1' },
  ],
  [
    { TF_BUILD: 'True', BUILD_SOURCEVERSION: SHA, BUILD_SOURCEBRANCH: 'refs/heads/b' },
    { commit: SHA, branch: 'b' },
  ],
  [
    {
      BITBUCKET_COMMIT: SHA,
      BITBUCKET_BRANCH: 'b',
      BITBUCKET_GIT_HTTP_ORIGIN: 'https://b/t/d',
      BITBUCKET_BUILD_NUMBER: '6',
    },
    { ciUrl: 'https://b/t/d/pipelines/results/6' },
  ],
])('another CI: %j', (env, expected) => {
  expect(originOf(env, '/')).toMatchObject(expected);
});

test('outside of a CI git tells commit and branch, where there is one', () => {
  expect(originOf({}, import.meta.dirname).commit).toMatch(/^[0-9a-f]{40}$/);
  expect(originOf({}, tmpdir())).toEqual({});
});

test.each([
  [{}, false],
  [{ CI: 'false' }, false],
  [{ CI: '1' }, true],
  [{ GITHUB_ACTIONS: 'true' }, true],
  [{ JENKINS_URL: 'https://j' }, true],
])('%j is a CI: %s', (env, expected) => {
  expect(isCi(env)).toBe(expected);
});

test('as attributes and tags', () => {
  const origin = { commit: SHA, branch: 'main', pull: '3' };
  expect(originAttributes(origin)).toEqual({
    'vcs.ref.head.revision': SHA,
    'vcs.ref.head.name': 'main',
    'vcs.change.id': '3',
  });
  expect(originTags(origin)).toEqual(['branch:main', 'pull:3', 'commit:01234567']);
  expect(originTags({})).toEqual([]);
});
