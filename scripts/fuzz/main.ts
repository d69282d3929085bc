import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { documentOf } from '../../src/poml/testing/fuzz/document.ts';
import { type Arguments, parseArguments, USAGE } from './arguments.ts';
import { type Report, watchWorker } from './watch.ts';

/** Runs the command and gives its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let args: Arguments;
  try {
    args = parseArguments(argv);
  } catch (error) {
    console.error(`fuzz: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (args.help) {
    console.log(USAGE);
    return 0;
  }
  const { seed, from, documents, workers } = args;
  const start = performance.now();
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'poml-fuzz-'));
  const tally = new Tally(seed);
  const progress = setInterval(() => {
    process.stderr.write(`${tally.done}/${documents}, ${tally.failed.size} failed\n`);
  }, 10_000);
  try {
    await Promise.all(
      Array.from({ length: Math.min(workers, documents) }, (_, worker) =>
        watchWorker(
          {
            seed,
            from: from + worker,
            step: workers,
            end: from + documents,
            folder: path.join(folder, String(worker)),
          },
          (report) => tally.add(report),
        ),
      ),
    );
  } finally {
    clearInterval(progress);
    rmSync(folder, { recursive: true, force: true });
  }
  tally.print((performance.now() - start) / 1000);
  return tally.failed.size > 0 ? 1 : 0;
}

/** Counts what the workers report, and prints what fails. */
class Tally {
  readonly failed = new Set<number>();
  private passed = 0;
  private readonly outcomes = new Map<string, number>();
  private slowest = { index: -1, milliseconds: 0 };
  private largest = { index: -1, heapBytes: 0 };
  private readonly seed: number;

  constructor(seed: number) {
    this.seed = seed;
  }

  get done(): number {
    return this.passed + this.failed.size;
  }

  add(report: Report): void {
    const { index } = report;
    if (report.kind !== 'lost') {
      const { milliseconds, heapBytes } = report;
      if (milliseconds > this.slowest.milliseconds) this.slowest = { index, milliseconds };
      if (heapBytes > this.largest.heapBytes) this.largest = { index, heapBytes };
    }
    if (report.kind === 'passed') {
      this.passed++;
      this.outcomes.set(report.outcome, (this.outcomes.get(report.outcome) ?? 0) + 1);
      return;
    }
    const again = `npm run fuzz -- --seed ${this.seed} --from ${index} --documents 1`;
    if (report.kind === 'lost') {
      console.log(`\ndocument ${index} (${again}): ${report.reason}`);
      console.log(JSON.stringify(documentOf(this.seed, index)).slice(0, 5000));
    } else if (report.smallest === undefined) {
      console.log(`\ndocument ${index} (${again}):`);
      for (const { property, detail } of report.faults) console.log(`  ${property}: ${detail}`);
    } else {
      console.log(`document ${index}, made smaller:\n${JSON.stringify(report.smallest).slice(0, 5000)}`);
    }
    this.failed.add(index);
  }

  print(seconds: number): void {
    const { slowest, largest } = this;
    const outcomes = [...this.outcomes].map(([name, count]) => `${count} ${name}`).join(', ');
    console.log(`\nseed ${this.seed}, ${seconds.toFixed(0)} s; ${outcomes}`);
    console.log(`slowest: document ${slowest.index}, ${Math.round(slowest.milliseconds)} ms`);
    console.log(
      `largest: document ${largest.index}, ${Math.round(largest.heapBytes / 1024 ** 2)} MB of heap`,
    );
    console.log(`${this.passed} passed, ${this.failed.size} failed`);
  }
}
