import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isRecord } from '../../trace/json.ts';

/** Where a run comes from; what is not known is left out. */
export interface Origin {
  /** Full hash. */
  commit?: string;
  branch?: string;
  /** Number of the pull or merge request. */
  pull?: string;
  /** Page of the pull or merge request. */
  pullUrl?: string;
  /** Page of the repository. */
  repository?: string;
  /** Page of the CI run. */
  ciUrl?: string;
  /** Name of the CI. */
  ci?: string;
}

type Env = NodeJS.ProcessEnv;

/** Whether this is a run of a CI. */
export function isCi(env: Env): boolean {
  const isSet = (value: string | undefined) => value !== undefined && !/^(?:|0|false)$/i.test(value);
  return (
    isSet(env.CI) ||
    ['GITHUB_ACTIONS', 'GITLAB_CI', 'TF_BUILD', 'JENKINS_URL', 'TEAMCITY_VERSION'].some((name) =>
      isSet(env[name]),
    )
  );
}

/** Commit, branch, pull request and links, from the variables of the CI; outside of one from git. */
export function originOf(env: Env, root: string): Origin {
  const found = CIS.find(({ has }) => env[has])?.read(env) ?? {};
  const local = found.commit === undefined || found.branch === undefined ? fromGit(root) : {};
  return withoutSecrets({ ...local, ...found });
}

interface Ci {
  /** The variable that tells this CI. */
  has: string;
  read(env: Env): Origin;
}

const CIS: readonly Ci[] = [
  { has: 'GITHUB_ACTIONS', read: github },
  { has: 'GITLAB_CI', read: gitlab },
  {
    has: 'BUILDKITE',
    read: (env) =>
      known({
        ci: 'Buildkite',
        commit: env.BUILDKITE_COMMIT,
        branch: env.BUILDKITE_BRANCH,
        pull: env.BUILDKITE_PULL_REQUEST === 'false' ? undefined : env.BUILDKITE_PULL_REQUEST,
        ciUrl: env.BUILDKITE_BUILD_URL,
      }),
  },
  {
    has: 'CIRCLECI',
    read: (env) =>
      known({
        ci: 'CircleCI',
        commit: env.CIRCLE_SHA1,
        branch: env.CIRCLE_BRANCH,
        pull: /\d+$/.exec(env.CIRCLE_PULL_REQUEST ?? '')?.[0],
        pullUrl: env.CIRCLE_PULL_REQUEST,
        ciUrl: env.CIRCLE_BUILD_URL,
      }),
  },
  {
    has: 'TF_BUILD',
    read: (env) =>
      known({
        ci: 'Azure Pipelines',
        commit: env.BUILD_SOURCEVERSION,
        branch: (env.SYSTEM_PULLREQUEST_SOURCEBRANCH ?? env.BUILD_SOURCEBRANCH)?.replace(
          /^refs\/heads\//,
          '',
        ),
        pull: env.SYSTEM_PULLREQUEST_PULLREQUESTNUMBER ?? env.SYSTEM_PULLREQUEST_PULLREQUESTID,
        ciUrl:
          env.SYSTEM_TEAMFOUNDATIONCOLLECTIONURI && env.SYSTEM_TEAMPROJECT && env.BUILD_BUILDID
            ? `${env.SYSTEM_TEAMFOUNDATIONCOLLECTIONURI}${encodeURIComponent(env.SYSTEM_TEAMPROJECT)}/_build/results?buildId=${env.BUILD_BUILDID}`
            : undefined,
      }),
  },
  {
    has: 'JENKINS_URL',
    read: (env) =>
      known({
        ci: 'Jenkins',
        commit: env.GIT_COMMIT,
        branch: env.CHANGE_BRANCH ?? env.BRANCH_NAME ?? env.GIT_BRANCH,
        pull: env.CHANGE_ID,
        pullUrl: env.CHANGE_URL,
        ciUrl: env.BUILD_URL,
      }),
  },
  {
    has: 'BITBUCKET_COMMIT',
    read: (env) =>
      known({
        ci: 'Bitbucket Pipelines',
        commit: env.BITBUCKET_COMMIT,
        branch: env.BITBUCKET_BRANCH,
        pull: env.BITBUCKET_PR_ID,
        repository: env.BITBUCKET_GIT_HTTP_ORIGIN,
        ciUrl:
          env.BITBUCKET_GIT_HTTP_ORIGIN && env.BITBUCKET_BUILD_NUMBER
            ? `${env.BITBUCKET_GIT_HTTP_ORIGIN}/pipelines/results/${env.BITBUCKET_BUILD_NUMBER}`
            : undefined,
      }),
  },
];

/** On a pull request `GITHUB_SHA` is a merge that exists nowhere else; the event has the commit that was pushed. */
function github(env: Env): Origin {
  const repository =
    env.GITHUB_REPOSITORY && `${env.GITHUB_SERVER_URL ?? 'https://github.com'}/${env.GITHUB_REPOSITORY}`;
  const pull = /^refs\/pull\/(\d+)\//.exec(env.GITHUB_REF ?? '')?.[1];
  const attempt = Number(env.GITHUB_RUN_ATTEMPT ?? 1);
  return known({
    ci: 'GitHub Actions',
    commit: (pull === undefined ? undefined : pushedCommit(env.GITHUB_EVENT_PATH)) ?? env.GITHUB_SHA,
    branch: env.GITHUB_HEAD_REF || env.GITHUB_REF_NAME,
    pull,
    pullUrl: repository && pull && `${repository}/pull/${pull}`,
    repository,
    ciUrl:
      repository && env.GITHUB_RUN_ID
        ? `${repository}/actions/runs/${env.GITHUB_RUN_ID}${attempt > 1 ? `/attempts/${attempt}` : ''}`
        : undefined,
  });
}

function pushedCommit(eventFile: string | undefined): string | undefined {
  try {
    const event: unknown = JSON.parse(readFileSync(eventFile ?? '', 'utf8'));
    const pull = isRecord(event) && isRecord(event.pull_request) ? event.pull_request : {};
    const sha = isRecord(pull.head) ? pull.head.sha : undefined;
    return typeof sha === 'string' ? sha : undefined;
  } catch {
    return undefined;
  }
}

function gitlab(env: Env): Origin {
  const repository = env.CI_PROJECT_URL;
  const pull = env.CI_MERGE_REQUEST_IID;
  return known({
    ci: 'GitLab CI',
    commit: env.CI_MERGE_REQUEST_SOURCE_BRANCH_SHA || env.CI_COMMIT_SHA,
    branch: env.CI_MERGE_REQUEST_SOURCE_BRANCH_NAME ?? env.CI_COMMIT_REF_NAME,
    pull,
    pullUrl: repository && pull && `${repository}/-/merge_requests/${pull}`,
    repository,
    ciUrl: env.CI_JOB_URL ?? env.CI_PIPELINE_URL,
  });
}

const GIT_TIMEOUT_MS = 2000;

function fromGit(root: string): Origin {
  try {
    const text = execFileSync('git', ['log', '-1', '--format=%H', '--decorate=off'], {
      cwd: root,
      timeout: GIT_TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
    });
    const branch = execFileSync('git', ['branch', '--show-current'], {
      cwd: root,
      timeout: GIT_TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
    });
    return known({ commit: text.trim(), branch: branch.trim() });
  } catch {
    return {};
  }
}

function known(origin: { [Name in keyof Origin]?: string | undefined }): Origin {
  return Object.fromEntries(Object.entries(origin).filter(([, value]) => value)) as Origin;
}

/** CIs put tokens into addresses of repositories. */
function withoutSecrets(origin: Origin): Origin {
  return Object.fromEntries(
    Object.entries(origin).map(([name, value]: [string, string]) => [
      name,
      value.replace(/^(https?:\/\/)[^/@]*@/, '$1'),
    ]),
  ) as Origin;
}

/** An origin as attributes, by the names that OpenTelemetry gives them. */
export function originAttributes(origin: Origin): Record<string, string> {
  const { commit, branch, pull, pullUrl, repository, ciUrl, ci } = origin;
  const attributes = {
    'vcs.ref.head.revision': commit,
    'vcs.ref.head.name': branch,
    'vcs.change.id': pull,
    'vcs.change.url': pullUrl,
    'vcs.repository.url.full': repository,
    'cicd.pipeline.run.url.full': ciUrl,
    'cicd.system.name': ci,
  };
  return known(attributes as Origin) as Record<string, string>;
}

/** An origin as tags, by which a dashboard can be searched. */
export function originTags({ commit, branch, pull }: Origin): string[] {
  return [
    ...(branch === undefined ? [] : [`branch:${branch}`]),
    ...(pull === undefined ? [] : [`pull:${pull}`]),
    ...(commit === undefined ? [] : [`commit:${commit.slice(0, 8)}`]),
  ];
}
