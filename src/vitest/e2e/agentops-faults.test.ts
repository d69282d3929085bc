import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, test } from 'vitest';
import { config } from '../../e2e/desk.ts';
import { type Result, runVitest } from '../../e2e/run.ts';
import { Deadline, push, resolveTarget } from '../../telemetry/index.ts';
import type { AgentOpsServer, Fault } from '../../telemetry/testing/server.ts';
import { testFolder, testServer } from '../../telemetry/testing/tools.ts';
import { CI, changedProject, LINE, lineOf, spooled, spoolOf, using, without } from './posting/posted.ts';

/** The same change, run without the reporter. */
async function baseline(): Promise<Result> {
  const plain = changedProject();
  plain.write('vitest.config.ts', config("{ sessions: 'pomlruns/*' }"));
  return runVitest(plain, ['run'], CI);
}

/** A port where nobody listens. */
async function closedPort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

interface FaultCase {
  /** What the backend does. */
  name: string;
  /** Makes it do so; gives what differs in the options then. */
  arrange(agentops: AgentOpsServer): object | undefined | Promise<object>;
  /** What the line says. */
  line: RegExp;
  /** Spans that a push sends when the backend is well again: none where they may have arrived, or it stays away. */
  pushed: 0 | 6;
}

const FAULTS: FaultCase[] = [
  {
    name: 'is slow to log in',
    arrange: (on) => void on.fault('auth', 'hang'),
    line: /no login at .*: there was no answer in time/,
    pushed: 6,
  },
  {
    name: 'does not know the key',
    arrange: () => ({ apiKey: '00000000-0000-4000-8000-000000000002' }),
    line: /does not know this API key/,
    pushed: 6,
  },
  {
    name: 'answers 401 for ever',
    arrange: (on) => void on.fault('collector', { status: 401 }),
    line: /answered 401/,
    pushed: 6,
  },
  {
    name: 'answers 429 with a long Retry-After',
    arrange: (on) => void on.fault('collector', { status: 429, headers: { 'retry-after': '60' } }),
    line: /answered 429/,
    pushed: 6,
  },
  {
    name: 'answers 500',
    arrange: (on) => void on.fault('collector', { status: 500, body: 'oh\n::error::no' }),
    line: /answered 500: oh␤::error::no/,
    pushed: 6,
  },
  {
    name: 'answers 503 for ever',
    arrange: (on) => void on.fault('collector', { status: 503 }),
    line: /answered 503/,
    pushed: 6,
  },
  {
    name: 'accepts and never answers',
    arrange: (on) => void on.fault('collector', 'hang'),
    line: /there was no answer in time/,
    pushed: 0,
  },
  {
    name: 'closes before an answer',
    arrange: (on) => void on.fault('collector', 'reset'),
    line: /the connection was closed before an answer/,
    pushed: 0,
  },
  {
    name: 'speaks no TLS',
    arrange: (on) => ({ exporterEndpoint: on.url.replace('http:', 'https:') }),
    line: /the TLS connection failed/,
    pushed: 0,
  },
  {
    name: 'is not there',
    arrange: async () => ({ exporterEndpoint: `http://127.0.0.1:${await closedPort()}` }),
    line: /nobody listens there \(ECONNREFUSED\)/,
    pushed: 0,
  },
  {
    name: 'has an address that does not exist',
    arrange: () => ({ exporterEndpoint: 'https://collector.invalid' }),
    line: /no such host|could not be looked up/,
    pushed: 0,
  },
];

test('whatever a backend does, the run is the same but for its line, and what was not delivered is sent once later', async () => {
  const { code, ...plain } = await baseline();
  expect(code).toBe(1);
  // All of them at once, each with a reporter and a server of its own.
  const cases = await Promise.all(
    FAULTS.map(async (fault) => {
      const agentops = await testServer();
      const more = { timeout: 6000, name: fault.name, ...((await fault.arrange(agentops)) ?? {}) };
      return { ...fault, agentops, options: using(agentops, more) };
    }),
  );
  const dir = changedProject(...cases.map(({ options }) => options));
  const result = await runVitest(dir, ['run'], CI);
  expect(result.code).toBe(1);
  expect(without(result)).toBe(without({ code, ...plain }));
  const lines = result.output.match(LINE) ?? [];
  expect(lines).toHaveLength(cases.length);
  for (const line of lines)
    expect(line).toMatch(
      /6 spans not delivered.*; kept in \.vitest-poml\/spool, send it with npx vitest-poml push$/,
    );

  const entries = spooled(dir).map((file) => path.join(spoolOf(dir), file));
  expect(entries).toHaveLength(cases.length);
  for (const entry of entries) {
    expect(statSync(entry).mode & 0o777).toBe(0o600);
    expect(readFileSync(entry, 'utf8')).not.toMatch(/00000000-0000-4000-8000|Bearer|eyJ/);
  }
  for (const { name, line, options, agentops, pushed } of cases) {
    expect(
      lines.filter((found) => line.test(found)),
      name,
    ).not.toEqual([]);
    expect(agentops.spans, name).toEqual([]);
    // Alone in a spool, and the backend well again.
    const spool = path.join(spoolOf(dir), name.replaceAll(' ', '-'));
    mkdirSync(spool);
    const own = entries.find(
      (entry) => existsSync(entry) && readFileSync(entry, 'utf8').includes(`"${name}.session"`),
    );
    renameSync(own!, path.join(spool, path.basename(own!)));
    agentops.mend();
    const deadline = new Deadline(10_000);
    const target = { ...(JSON.parse(options) as object), apiKey: agentops.env.AGENTOPS_API_KEY! };
    const report = await push({ dir: spool, resolve: () => resolveTarget(target, {}), deadline });
    deadline.clear();
    expect(report.sent, name).toBe(pushed);
    expect(new Set(agentops.spans.map(({ spanId }) => spanId)).size, name).toBe(pushed);
    expect(
      readdirSync(spool).filter((file) => file.endsWith('.json')),
      name,
    ).toHaveLength(pushed === 0 ? 1 : 0);
  }
});

test('what passes is got over, and every span arrives once', async () => {
  const faults: [Fault, number][] = [
    [{ status: 401 }, 1],
    [{ status: 429, headers: { 'retry-after': '1' } }, 1],
    [{ status: 503 }, 2],
    ['cut', 1],
  ];
  const servers = await Promise.all(
    faults.map(async ([fault, times]) => {
      const agentops = await testServer();
      agentops.fault('collector', fault, times);
      return agentops;
    }),
  );
  const dir = changedProject(...servers.map((agentops) => using(agentops)));
  const result = await runVitest(dir, ['run'], CI);
  const lines = result.output.match(LINE) ?? [];
  expect(lines).toHaveLength(servers.length);
  for (const line of lines) expect(line).toMatch(/AgentOps: 6 spans sent, http/);
  for (const agentops of servers) expect(new Set(agentops.spans.map(({ spanId }) => spanId)).size).toBe(6);
  for (const agentops of servers) expect(agentops.spans).toHaveLength(6);
  expect(spooled(dir)).toEqual([]);
});

test.runIf(spawnSync('openssl', ['version']).status === 0)(
  'a certificate that nobody vouches for is not trusted',
  async () => {
    const dir = testFolder();
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(dir, name));
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
    execFileSync('openssl', [...args, '-keyout', key!, '-out', cert!], { stdio: 'ignore' });
    const agentops = await testServer({ key: readFileSync(key!, 'utf8'), cert: readFileSync(cert!, 'utf8') });
    const result = await runVitest(changedProject('{ timeout: 1500 }'), ['run'], { ...agentops.env, ...CI });
    expect(lineOf(result)).toMatch(
      /6 spans not delivered: no login at https:.*TLS connection failed \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
    );
    expect(agentops.requests).toEqual([]);
  },
);

test('a key that a backend repeats is shown nowhere and kept nowhere', async () => {
  const [talkative, refusing, partial] = await Promise.all([testServer(), testServer(), testServer()]);
  const key = talkative.env.AGENTOPS_API_KEY ?? '';
  talkative.fault('auth', { status: 422, body: JSON.stringify({ detail: `no key ${key} here` }) });
  refusing.fault('collector', {
    status: 400,
    body: `what is ${key.replaceAll('-', '')} or ${key.toUpperCase()}?`,
  });
  partial.refuseOf = 1;
  const more = { headers: { 'x-team': 'team-secret' } };
  const dir = changedProject(...[talkative, refusing, partial].map((agentops) => using(agentops, more)));
  const { output } = await runVitest(dir, ['run'], CI);
  expect(output).toMatch(/answered 422: no key … here/);
  expect(output).toMatch(/answered 400/);
  expect(output).toMatch(/5 spans sent, 1 span refused \(agentops says: too many spans\)/);
  const state = readdirSync(dir.path('.vitest-poml'), { withFileTypes: true, recursive: true });
  const written = state
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
  expect(written).toContain('.session');
  const digits = key.replaceAll('-', '');
  for (const text of [output, written]) {
    for (const secret of [key, key.toUpperCase(), digits, 'team-secret', 'eyJ'])
      expect(text).not.toContain(secret);
  }
});

test('a spool that cannot be written is said, and changes nothing else', async () => {
  const agentops = await testServer();
  agentops.fault('collector', { status: 500 });
  const dir = changedProject();
  dir.write('.vitest-poml', 'a file where the folder should be');
  const result = await runVitest(dir, ['run'], { ...agentops.env, ...CI });
  expect(lineOf(result)).toMatch(/6 spans not delivered.*; and not kept: /);
  expect(result.code).toBe(1);
});
