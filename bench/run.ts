/**
 * Measures the renderer. All figures are ratios or differences within this run.
 *
 *   npm run bench                     renderer against htmlparser2's parser
 *   POMLJS=node_modules/pomljs npm run bench   and against the real engine
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseDocument } from 'htmlparser2';
import { benchCases } from './cases.ts';
import { loadEngine } from './engine.ts';
import { geometricMean, quantile, timeOf, timeOfAsync } from './measure.ts';
import { forgetPrompts, renderSync } from './renderer.ts';
import { startupTimes } from './startup.ts';

interface Row {
  name: string;
  characters: number;
  /** Microseconds: render with the compiled prompt at hand, render from the text, only parse, the real engine. */
  warm: number;
  cold: number;
  parse: number;
  engine: number | undefined;
}

const only = process.env.BENCH_ONLY;
const cases = benchCases().filter(
  (item) => only === undefined || `${item.directory}/${item.name}`.includes(only),
);
const engine = process.env.POMLJS ? loadEngine(process.env.POMLJS) : undefined;
const rows: Row[] = [];

for (const [index, item] of cases.entries()) {
  const { markup, options } = item;
  const warm = timeOf(() => renderSync(markup, options));
  const cold = timeOf(() => {
    forgetPrompts();
    renderSync(markup, options);
  });
  const parse = timeOf(() => {
    parseDocument(markup, { xmlMode: true, withStartIndices: true, withEndIndices: true });
  });
  let engineTime: number | undefined;
  if (engine) {
    try {
      engineTime = await timeOfAsync(engine(item));
    } catch {
      // What the engine refuses here, such as dates, is left out of the comparison.
    }
  }
  rows.push({ name: item.name, characters: markup.length, warm, cold, parse, engine: engineTime });
  if (process.stderr.isTTY) process.stderr.write(`\r${index + 1}/${cases.length}`);
}
if (process.stderr.isTTY) process.stderr.write('\r');

function ratios(title: string, values: readonly number[], atLeast: boolean): Record<string, number | string> {
  return {
    ratio: title,
    cases: values.length,
    'geometric mean': round(geometricMean(values)),
    median: round(quantile(values, 0.5)),
    worst: round(atLeast ? Math.min(...values) : Math.max(...values)),
  };
}

function round(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}

const compared = rows.filter((row) => row.engine !== undefined);
const table = [
  ratios(
    'render, prompt compiled : parse only',
    rows.map((row) => row.warm / row.parse),
    false,
  ),
  ratios(
    'render from text : parse only',
    rows.map((row) => row.cold / row.parse),
    false,
  ),
  ...(compared.length > 0
    ? [
        ratios(
          'real engine : render, prompt compiled',
          compared.map((row) => row.engine! / row.warm),
          true,
        ),
        ratios(
          'real engine : render from text',
          compared.map((row) => row.engine! / row.cold),
          true,
        ),
      ]
    : []),
];
const startup = startupTimes();

console.table(table);
console.log(
  `one render, prompt compiled: ${round(geometricMean(rows.map((row) => row.warm)))} µs (geometric mean), ` +
    `${Math.round(1e6 / geometricMean(rows.map((row) => row.warm)))} a second`,
);
console.log(
  `first render in a fresh process: ${round(startup.first - startup.empty)} ms over an empty process (${round(startup.empty)} ms)`,
);

const results = path.join(import.meta.dirname, 'results');
mkdirSync(results, { recursive: true });
writeFileSync(
  path.join(results, 'render.json'),
  `${JSON.stringify({ machine: { node: process.version, cpu: cpus()[0]?.model, cpus: cpus().length }, table, startup, rows }, null, 1)}\n`,
);
