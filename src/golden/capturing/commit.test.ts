import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { expect, test, vi } from 'vitest';
import { renderSync } from '../../poml/index.ts';
import { loadSession } from '../../trace/index.ts';
import { temporaryFolder, writeFiles } from '../../trace/testing/session-folder.ts';
import { closeStage, openStage, recover } from './commit.ts';
import { captureSession } from './testing/capture-session.ts';

vi.setConfig({ testTimeout: 600_000 });

/** How many more changes of the disk are carried out before all of them fail, as if the process were dead. */
const life = vi.hoisted(() => ({ left: Number.POSITIVE_INFINITY }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const mortal = <T extends (...args: never[]) => unknown>(change: T) =>
    ((...args: never[]) => {
      if (life.left <= 0) throw new Error('dead');
      life.left--;
      return change(...args);
    }) as T;
  const { writeFileSync, renameSync, mkdirSync, rmSync, rmdirSync, unlinkSync, openSync } = fs;
  const changes = { writeFileSync, renameSync, mkdirSync, rmSync, rmdirSync, unlinkSync, openSync };
  return {
    ...fs,
    ...Object.fromEntries(Object.entries(changes).map(([name, change]) => [name, mortal(change as never)])),
  };
});

const SESSION = '20261121052042120390';
/** Every step is met below; this is for real processes. `KILLS=200` for more. */
const KILLS = Number(process.env.KILLS ?? 20);

/** A small project with a recorded session of three calls. */
function project(): string {
  const root = temporaryFolder();
  const markup = '<poml><p>Dear {{ name }}, <include src="_sign.poml"/></p></poml>';
  writeFiles(root, { 'prompts/mail.poml': markup, 'prompts/_sign.poml': '<p>Ask eve@firm.de.</p>' });
  for (const [i, name] of ['Ann Smith', 'Bob Jones', 'Cy Young'].entries()) {
    const prompt = renderSync(markup, {
      context: { name },
      sourcePath: path.join(root, 'prompts/mail.poml'),
    });
    writeFiles(path.join(root, 'pomlruns', SESSION), {
      [`000${i + 1}.mail.poml`]: markup,
      [`000${i + 1}.mail.env`]: `SOURCE_PATH=${root}/prompts/mail.poml\n`,
      [`000${i + 1}.mail.context.json`]: JSON.stringify({ name }, null, 2),
      [`000${i + 1}.mail.result.json`]: JSON.stringify(prompt, null, 2),
      [`000${i + 1}.mail.result.txt`]: String(prompt),
    });
  }
  return root;
}

/** The program that captures without end, in one file that Node starts quickly. */
async function program(): Promise<string> {
  const outfile = path.join(temporaryFolder(), 'capture-forever.mjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'testing/capture-forever.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    external: ['sharp', 'mammoth', 'pdfjs-dist', 'cheerio', 'xlsx', 'js-tiktoken', 'zod'],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  });
  return outfile;
}

/** Runs the program and kills it `after` milliseconds past its first sign of life, or after it has begun `calls` calls. */
function killed(file: string, args: readonly string[], calls: number, after: number): Promise<void> {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let seen = 0;
  child.stdout.on('data', (bytes: Buffer) => {
    const before = seen;
    seen += bytes.length;
    if (before < calls && seen >= calls) setTimeout(() => child.kill('SIGKILL'), after);
  });
  return new Promise((resolve) => {
    child.on('close', () => resolve());
  });
}

/** The files of each golden, with the assets they name, as one value; and what else is in the folder. */
function goldensIn(to: string): { goldens: Map<string, string>; strays: string[] } {
  const dir = path.join(to, SESSION);
  const strays = existsSync(to) ? readdirSync(to).filter((name) => name !== SESSION) : [];
  if (!existsSync(dir)) return { goldens: new Map(), strays };
  const goldens = new Map<string, string>();
  const used = new Set<string>(['assets']);
  for (const trace of loadSession(dir).traces) {
    const names = readdirSync(dir).filter((name) => name.startsWith(`${trace.id}.`));
    const assets = trace.captured!.files.map(({ asset }) => `assets/${asset}`);
    for (const name of [...names, ...assets]) used.add(name);
    const content = [...names, ...assets].map(
      (name) => `${name}\n${readFileSync(path.join(dir, name), 'utf8')}`,
    );
    goldens.set(trace.id, content.join('\n'));
  }
  const inAssets = existsSync(path.join(dir, 'assets'))
    ? readdirSync(path.join(dir, 'assets')).map((name) => `assets/${name}`)
    : [];
  strays.push(...[...readdirSync(dir), ...inAssets].filter((name) => !used.has(name)));
  return { goldens, strays };
}

test(`a capture killed ${KILLS} times leaves every golden old or new, and nothing that the next run does not clean`, async () => {
  const root = project();
  const file = await program();
  const session = path.join(root, 'pomlruns', SESSION);
  // What the two kinds of runs make of it, each undisturbed.
  const whole: Map<string, string>[] = [];
  for (const first of ['0', '1']) {
    const to = path.join(root, `whole-${first}`);
    // Killed while the second run reads, so that exactly the first has ended.
    await killed(file, [root, session, to, first], 4, 0);
    recover(to);
    whole.push(goldensIn(to).goldens);
  }
  expect([...whole[0]!.keys()]).toEqual(['0001.mail', '0002.mail', '0003.mail']);
  const either = (id: string) => whole.map((goldens) => goldens.get(id));

  const to = path.join(root, 'goldens');
  const seen = new Set<string>();
  for (let kill = 0; kill < KILLS; kill++) {
    if (kill % 5 === 0) rmSync(to, { recursive: true, force: true });
    await killed(
      file,
      [root, session, to, String(kill)],
      1 + Math.floor(Math.random() * 12),
      Math.random() * 12,
    );
    recover(to);
    const { goldens, strays } = goldensIn(to);
    expect(strays).toEqual([]);
    for (const [id, content] of goldens) {
      expect(either(id)).toContain(content);
      seen.add(content);
    }
    expect([0, 3]).toContain(goldens.size);
  }
  expect(seen.size).toBeGreaterThan(3);
});

test('a capture that ends at any step leaves every golden old or new, once the next run has begun', async () => {
  const root = project();
  const source = loadSession(path.join(root, 'pomlruns', SESSION));
  const run = (to: string, redacted: boolean) => captureSession(source, { root, to, redacted });
  const plain = path.join(root, 'plain');
  const redacted = path.join(root, 'redacted');
  await run(plain, false);
  await run(redacted, true);
  const [before, after] = [plain, redacted].map((to) => goldensIn(to).goldens) as [
    Map<string, string>,
    Map<string, string>,
  ];

  for (const old of [new Map<string, string>(), before]) {
    const outcomes = new Set<string>();
    for (let step = 0; ; step++) {
      const to = path.join(root, 'goldens');
      rmSync(to, { recursive: true, force: true });
      if (old.size > 0) cpSync(plain, to, { recursive: true });
      life.left = step;
      const ended = await run(to, true).then(
        () => true,
        () => false,
      );
      const hasEnded = life.left > 0;
      life.left = Number.POSITIVE_INFINITY;
      bury(to);
      if (existsSync(to)) recover(to);
      const { goldens, strays } = goldensIn(to);
      expect([step, strays]).toEqual([step, []]);
      const isOld =
        [...goldens].every(([id, content]) => content === old.get(id)) && goldens.size === old.size;
      const isNew =
        [...goldens].every(([id, content]) => content === after.get(id)) && goldens.size === after.size;
      expect([step, isOld || isNew]).toEqual([step, true]);
      outcomes.add(isOld ? 'old' : 'new');
      if (ended && hasEnded) break;
    }
    expect([...outcomes]).toEqual(['old', 'new']);
  }
});

/** Gives what a run left the name of a process that has ended. */
function bury(to: string): void {
  for (const name of existsSync(to) ? readdirSync(to) : [])
    renameSync(path.join(to, name), path.join(to, name.replace(`-${process.pid}-`, '-4194303-')));
}

test('a run that has ended by itself leaves no trace, and one that is alive is left alone', () => {
  const to = path.join(temporaryFolder(), 'goldens');
  const stage = openStage(to);
  recover(to);
  expect(existsSync(stage)).toBe(true);
  closeStage(stage);
  expect(existsSync(to)).toBe(false);
});

test('a journal moves nothing outside of its folders', () => {
  const to = path.join(temporaryFolder(), 'goldens');
  const stage = openStage(to);
  // As a killed run leaves it: no process has this number.
  const left = path.join(to, path.basename(stage).replace(`-${process.pid}-`, '-4194303-'));
  cpSync(stage, left, { recursive: true });
  mkdirSync(path.join(left, 'a'));
  writeFileSync(
    path.join(left, 'journal.json'),
    JSON.stringify({ moves: [['a', '../../stolen']], removals: [] }),
  );
  expect(() => recover(to)).toThrow(/lies outside of/);
});
