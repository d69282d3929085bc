import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Figure } from '../figure.ts';
import { quantile } from '../measure.ts';
import { benchProject, VITEST } from '../project.ts';

const TRACES = 10_000;
const ROUNDS = 5;
const TARGET = { bound: 'at most', value: 1000 } as const;

const CONFIG = `import { poml } from 'vitest-poml/plugin';
export default { plugins: [poml({ sessions: 'pomlruns/*', sourceRoots: { '/srv/support-triage': '.' } })] };
`;

/**
 * Watch mode over ten thousand traces: from the moment in which a file is written until Vitest has run what it touches and
 * waits again.
 */
export async function measure(): Promise<Figure[]> {
  const project = benchProject(TRACES);
  const at = (file: string) => path.join(project.dir, file);
  writeFileSync(at('vitest.config.mjs'), CONFIG);
  const lone = at('prompts/lone.poml');
  const session = project.sessions[0]!;
  writeFileSync(lone, '<poml><p>Alone</p></poml>');
  writeFileSync(path.join(session, '9001.lone.poml'), readFileSync(lone));
  writeFileSync(path.join(session, '9001.lone.env'), 'SOURCE_PATH=/srv/support-triage/prompts/lone.poml\n');
  writeFileSync(
    path.join(session, '9001.lone.result.json'),
    JSON.stringify({ messages: [{ speaker: 'human', content: 'Alone' }] }, null, 2),
  );
  const watch = new Watch(project.dir);
  try {
    const started = await watch.next();
    if (started.passed !== TRACES + 1)
      throw new Error(`${started.passed} passed:\n${started.output.slice(-4000)}`);
    return [
      await timesOf('watch-one-prompt', 'watch mode: a prompt of one trace', lone, watch, TARGET),
      await timesOf(
        'watch-one-trace',
        'watch mode: a file of one trace',
        path.join(session, '9001.lone.result.json'),
        watch,
        TARGET,
      ),
      await timesOf(
        'watch-prompt',
        'watch mode: a prompt',
        at('prompts/escalation_note.poml'),
        watch,
        TARGET,
      ),
      await timesOf(
        'watch-include',
        'watch mode: a file that prompts include',
        at('prompts/_policy.poml'),
        watch,
      ),
    ];
  } finally {
    await watch.end();
    project.dispose();
  }
}

/** Writes a file again, with a space more and a space less, and waits for the run that it starts. */
async function timesOf(
  id: string,
  what: string,
  file: string,
  watch: Watch,
  target?: Figure['target'],
): Promise<Figure> {
  const text = readFileSync(file, 'utf8');
  const times: number[] = [];
  let touched = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    // What is rendered stays the same: neither is part of what the model reads.
    writeFileSync(file, round % 2 === 0 ? `${text}\n` : text);
    const { passed } = await watch.next();
    times.push(performance.now() - start);
    touched = Math.max(touched, passed);
  }
  return {
    id,
    what: `${what} changed, ${touched} of ${TRACES} run again`,
    value: quantile(times, 0.5),
    unit: 'ms',
    spread: [Math.min(...times), Math.max(...times)],
    ...(target && { target }),
  };
}

/** How a run of watch mode ended. */
interface WatchRun {
  passed: number;
  output: string;
}

const WAITING = /(?:Waiting for|Watching for) file changes/;
const TIMEOUT_MS = 300_000;

/** A Vitest that watches. */
class Watch {
  readonly #child: ChildProcess;
  #output = '';
  #wake = () => {};

  constructor(dir: string) {
    this.#child = spawn(process.execPath, [VITEST, '--watch'], {
      cwd: dir,
      env: { ...process.env, CI: '', NO_COLOR: '1', NODE_OPTIONS: '' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += stripVTControlCharacters(text);
        this.#wake();
      });
  }

  /** Waits until the run that goes on, or is to come, has ended. */
  async next(): Promise<WatchRun> {
    const end = performance.now() + TIMEOUT_MS;
    for (;;) {
      const found = WAITING.exec(this.#output);
      if (found) {
        const output = this.#output.slice(0, found.index + found[0].length);
        this.#output = this.#output.slice(output.length);
        return { passed: Number(/Tests +(?:\d+ failed \| )?(\d+) passed/.exec(output)?.[1] ?? 0), output };
      }
      if (performance.now() > end || this.#child.exitCode !== null)
        throw new Error(`Vitest does not wait for changes:\n${this.#output.slice(-4000)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill();
    await ended;
  }
}
