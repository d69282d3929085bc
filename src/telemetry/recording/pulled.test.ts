import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { testFiles } from '../../../fixtures/golden/fakes.ts';
import { folderWith, temporaryFolder } from '../../trace/testing/session-folder.ts';
import { writePulled } from '../pull/pull.ts';
import { readTrace } from '../pull/read-trace.ts';
import { Reader } from '../read/api.ts';
import { Deadline } from '../send/deadline.ts';
import { resolveTarget } from '../targets/resolve.ts';
import { startAgentOps } from '../testing/server.ts';
import { flushTrace, loadSession, poml, setTrace, startSession, type Trace } from '../trace.ts';

afterEach(() => {
  setTrace(false);
  vi.unstubAllEnvs();
});

const contents = (trace: Trace) => ({
  markup: trace.markup,
  context: trace.context,
  stylesheet: trace.stylesheet,
  json: trace.resultJson,
  text: trace.resultText,
  path: trace.sourcePath,
});

it('what AgentOps was told of recorded calls is pulled back as the session that the files hold', async () => {
  const server = await startAgentOps();
  for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
  const home = folderWith({ 'triage.poml': '<poml><role>Köln & more</role><p>{{ ticket.text }}</p></poml>' });
  const long = `<p>${'A long prompt. '.repeat(8000)}</p>`;

  const dir = setTrace(['local', 'agentops'], { traceDir: temporaryFolder() })!;
  const session = startSession('desk');
  await poml(path.join(home, 'triage.poml'), { context: { ticket: { text: '„Hilfe“ 🚲', n: 1e-7 } } }).catch(
    () => {},
  );
  await poml('<p>{{ photo.length }} {{ list.push(1) }}</p>', {
    context: { photo: Buffer.from('x'), list: [] },
  });
  await poml('<table records="{{ [{ a: 1 }] }}" />', { stylesheet: { table: { syntax: 'csv' } } });
  await poml(long, { chat: false });
  session.end();
  await flushTrace();

  const resolved = resolveTarget({}, process.env);
  if ('off' in resolved) throw new Error(resolved.off);
  const deadline = new Deadline(10_000);
  const reader = new Reader(resolved.target, deadline);
  const trace = await readTrace(reader, session.traceId, { deadline, waitUntil: 0, api: server.url });
  deadline.clear();
  await server.close();
  const pulled = writePulled(trace, { to: temporaryFolder(), files: testFiles, root: home, finders: [] });
  expect(loadSession(pulled.session).traces.slice(1).map(contents)).toEqual(
    loadSession(dir).traces.slice(1).map(contents),
  );
  // A call that failed is told without its result, but with the prompt, which is elsewhere by now.
  const [failed, local] = [loadSession(pulled.session).traces[0]!, loadSession(dir).traces[0]!];
  expect([failed.markup, failed.context, failed.sourcePath]).toEqual([
    local.markup,
    local.context,
    local.sourcePath,
  ]);
  expect(failed.result).toBeUndefined();
});
