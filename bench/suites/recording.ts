import { spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Figure } from '../figure.ts';
import { quantile } from '../measure.ts';

const CALLS = 10_000;
const BLOCK = 1000;
const SHARED = 2000;

const prompt = path.resolve(import.meta.dirname, '../../fixtures/apps/eval-judge/prompts/judge_point.poml');
const entry = path.resolve(import.meta.dirname, '../../dist/telemetry/trace.js');
const { poml, setTrace } = (await import(entry)) as typeof import('../../src/telemetry/trace.ts');
const { render } = (await import(
  path.resolve(import.meta.dirname, '../../dist/poml/index.js')
)) as typeof import('../../src/poml/index.ts');
const markup = readFileSync(prompt, 'utf8');

const home = mkdtempSync(path.join(tmpdir(), 'vitest-poml-bench-'));
const context = (n: number) => ({
  rubric: 'helpful',
  question: `What is the boiling point of water at ${n} m?`,
  answer: 'About 93 °C.',
  reference: '93.3 °C',
  seed: n,
  meta: null,
});

/** The files of one call, to write them again. */
function filesOf(dir: string): { suffix: string; text: string | undefined; target: string | undefined }[] {
  return readdirSync(dir)
    .filter((file) => file.startsWith('0001.'))
    .map((file) => {
      const suffix = file.slice('0001.judge_point'.length);
      const isLink = suffix === '.source.poml';
      const at = path.join(dir, file);
      return {
        suffix,
        text: isLink ? undefined : readFileSync(at, 'utf8'),
        target: isLink ? readlinkSync(at) : undefined,
      };
    });
}

function recorders(processes: number, calls: number): Promise<number> {
  const dir = path.join(home, `shared-${processes}`);
  const script = `import { poml } from ${JSON.stringify(entry)};
    for (let n = 0; n < ${calls}; n++) await poml(${JSON.stringify(prompt)}, { context: { ...${JSON.stringify(context(1))}, seed: n } });`;
  const start = performance.now();
  const running = Array.from({ length: processes }, async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, POML_TRACE: dir },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    if (code !== 0) throw new Error(`a recorder ended with ${code}`);
  });
  return Promise.all(running).then(() => performance.now() - start);
}

/** Writes the files of a call, one after the other and with nothing taken care of. */
function writePlainly(files: ReturnType<typeof filesOf>, prefix: string): void {
  for (const { suffix, text, target } of files) {
    if (target === undefined) writeFileSync(prefix + suffix, text!);
    else symlinkSync(target, prefix + suffix);
  }
}

/** Microseconds. */
async function timeOnce(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) * 1000;
}

/**
 * Recording ten thousand calls, against the same prompt rendered and its files written plainly, for each thousand of them;
 * and four processes that record into one folder against one that records as much.
 */
export async function measure(): Promise<Figure[]> {
  try {
    for (let n = 0; n < 200; n++) await poml(prompt, { context: context(n) });
    const dir = setTrace('local', { traceDir: path.join(home, 'pomlruns') })!;
    const plain = path.join(home, 'plain');
    mkdirSync(plain);
    await poml(prompt, { context: context(0) });
    const files = filesOf(dir);
    const blocks: { recorded: number; plain: number }[] = [];
    for (let block = 0; block < CALLS / BLOCK; block++) {
      const recorded: number[] = [];
      const plainly: number[] = [];
      for (let n = block * BLOCK; n < (block + 1) * BLOCK; n++) {
        recorded.push(await timeOnce(() => poml(prompt, { context: context(n) })));
        // In turns, so that what else the machine does counts for both, and as many: a folder takes longer the more it holds.
        const write = () => writePlainly(files, path.join(plain, String(n)));
        plainly.push(
          await timeOnce(() => render(markup, { context: context(n), sourcePath: prompt }).then(write)),
        );
      }
      blocks.push({ recorded: quantile(recorded, 0.5), plain: quantile(plainly, 0.5) });
    }
    setTrace(false);
    const ratios = blocks.map((block) => block.recorded / block.plain);
    const one = await recorders(1, SHARED);
    const four = await recorders(4, SHARED / 4);
    return [
      {
        id: 'recording',
        what: 'a recorded call : rendered, and its files written plainly',
        value: quantile(ratios, 0.5),
        unit: '×',
        spread: [Math.min(...ratios), Math.max(...ratios)],
      },
      {
        id: 'recording-growth',
        what: `cost of calls ${CALLS - BLOCK} to ${CALLS} : of the first ${BLOCK}`,
        value: ratios.at(-1)! / ratios[0]!,
        unit: '×',
        target: { bound: 'at most', value: 1.5 },
      },
      {
        id: 'recording-shared',
        what: `${SHARED} calls by four processes in one folder : by one process`,
        value: four / one,
        unit: '×',
      },
    ];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
