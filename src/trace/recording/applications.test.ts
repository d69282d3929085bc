import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { loadSession } from '../session.ts';
import { temporaryFolder } from '../testing/session-folder.ts';
import type { Trace } from '../types.ts';
import { type PomlFormat, poml, traceArtifact } from './index.ts';
import { setTrace } from './testing/set-trace.ts';

// What the applications called, called again: the session must be the one that POML's Python SDK recorded.

const repository = path.resolve(import.meta.dirname, '../../..');
const applications = path.join(repository, 'fixtures/apps');
const links = new Map(
  readFileSync(path.join(applications, 'links.tsv'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t') as [string, string]),
);

/** One line of `calls.jsonl`. */
interface Called {
  session: string;
  trace: string | null;
  prompt: string | null;
  ok: boolean;
  format: PomlFormat;
  chat: boolean;
  stylesheet_path?: string;
  context_path?: string;
}

const sessions = readdirSync(applications, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name: app }) => {
    const home = existsSync(path.join(repository, 'examples', app)) ? 'examples' : 'fixtures/apps';
    const runs = path.join(repository, home, app, 'pomlruns');
    return readdirSync(runs).map((name) => ({ app, dir: path.join(runs, name), name }));
  });

describe('a session recorded again', () => {
  it('is that of every application', () => {
    expect(new Set(sessions.map(({ app }) => app)).size).toBe(8);
    expect(sessions.length).toBe(12);
  });

  it.each(sessions)('$app/$name', { timeout: 120_000 }, async ({ app, dir, name }) => {
    const home = applicationLike(app, dir);
    const recorded = loadSession(dir).traces;
    const made = setTrace('local', { traceDir: path.join(home, 'pomlruns') })!;
    await callAgain(home, callsOf(app, name), recorded);
    setTrace(false);

    const expected = namesOf(app, dir, recorded);
    expect(readdirSync(made).map(neutralName).sort()).toEqual([...expected.keys()].sort());
    for (const file of readdirSync(made)) {
      const original = expected.get(neutralName(file))!;
      const found = await contentOf(path.join(made, file), (text) => text.replaceAll(home, `/srv/${app}`));
      expect([file, found]).toEqual([file, await original()]);
    }
  });
});

/** A copy of an application, with the prompts that it had when the session was recorded. */
function applicationLike(app: string, session: string): string {
  const home = path.join(temporaryFolder(), app);
  const from = path.resolve(session, '../..');
  cpSync(from, home, { recursive: true, filter: (file) => !file.includes('pomlruns') });
  const before = path.join(home, 'prompts-v1');
  if (existsSync(before) && session === sessions.find((one) => one.app === app)?.dir) {
    rmSync(path.join(home, 'prompts'), { recursive: true });
    renameSync(before, path.join(home, 'prompts'));
  }
  return home;
}

function callsOf(app: string, session: string): Called[] {
  const lines = readFileSync(path.join(applications, app, 'calls.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  const calls = lines.map((line) => JSON.parse(line) as Called).filter((call) => call.session === session);
  // Numbers were given in the order in which calls ended, and threads told of them in another.
  const order = (call: Called) => call.trace ?? calls[calls.indexOf(call) - 1]!.trace!;
  return calls.toSorted((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
}

async function callAgain(home: string, calls: readonly Called[], recorded: readonly Trace[]): Promise<void> {
  for (const call of calls) {
    const trace = recorded.find(({ id }) => id === call.trace);
    const given = trace ? inputOf(trace, home, call) : { context: { latency: Number.NaN } };
    const markup =
      call.prompt === null ? trace!.markup.replaceAll(`/srv/${path.basename(home)}`, home) : call.prompt;
    const done = poml(call.prompt === null ? markup : path.join(home, call.prompt), {
      ...given,
      chat: call.chat,
      format: call.format,
      roots: [home],
    });
    if (call.ok) await done;
    else await expect(done, call.trace ?? 'no trace').rejects.toThrow();
    for (const suffix of trace?.artifacts ?? []) traceArtifact(suffix, readFileSync(trace!.path(suffix)));
  }
}

function inputOf(trace: Trace, home: string, { context_path, stylesheet_path }: Called) {
  return {
    context: context_path ? path.join(home, context_path) : trace.context,
    stylesheet: stylesheet_path ? path.join(home, stylesheet_path) : trace.stylesheet,
  };
}

/** The recorded files by name, with what each holds. */
function namesOf(app: string, dir: string, traces: readonly Trace[]): Map<string, () => Promise<unknown>> {
  const files = new Map<string, () => Promise<unknown>>();
  for (const file of readdirSync(dir)) {
    if (/^\d/.test(file)) files.set(neutralName(file), () => contentOf(path.join(dir, file)));
  }
  for (const { id } of traces) {
    const file = `${id}.source.poml`;
    const target = links.get(`${app}/pomlruns/${path.basename(dir)}/${file}`);
    files.set(neutralName(file), async () => ({ link: neutralName(target!) }));
  }
  return files;
}

/** What a file holds, but for what may differ: names of temporary files, the version, and how pictures are packed. */
async function contentOf(file: string, moved: (text: string) => string = (text) => text): Promise<unknown> {
  if (file.endsWith('.source.poml')) return { link: neutralName(moved(readlinkSync(file))) };
  const text = moved(readFileSync(file, 'utf8'));
  if (file.endsWith('.env')) {
    expect(text).toMatch(/^SOURCE_PATH=.*\n(?:POML_VERSION=0\.0\.9\+vitest-poml\.\d+\.\d+\.\d+\n)?$/);
    return neutralName(text.replace(/^POML_VERSION=.*\n/m, ''));
  }
  if (file.endsWith('.result.json')) return withPixels(text);
  // The first characters of a picture are printed here, cut short.
  return file.endsWith('.result.txt') ? text.replaceAll(/("base64":")[^"\n]*?\.\.\./g, '$1...') : text;
}

/** The text of a result, with pictures as what is seen on them. */
async function withPixels(json: string): Promise<string> {
  const pictures = [...json.matchAll(/"type": "image\/\w+",\n\s+"base64": "([^"]+)"/g)];
  let text = json;
  for (const [, base64] of pictures) {
    const { data, info } = await sharp(Buffer.from(base64!, 'base64'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    text = text.replace(
      base64!,
      `${info.width}x${info.height} ${info.channels} ${createHash('sha256').update(data).digest('hex')}`,
    );
  }
  return text;
}

function neutralName(name: string): string {
  return name.replace(/\btmp[a-z0-9_]{8}\b/, 'tmp????????');
}
