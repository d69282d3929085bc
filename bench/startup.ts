import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { quantile } from './measure.ts';

const renderer = path.resolve(import.meta.dirname, '../dist/poml/index.js');

function processTime(script: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  if (status !== 0) throw new Error(`${stderr}`);
  return performance.now() - start;
}

/** Milliseconds that a fresh process needs for its first render, and an empty one at all; medians of interleaved runs. */
export function startupTimes(runs = 15): { empty: number; first: number } {
  const empty: number[] = [];
  const first: number[] = [];
  const script = `import { renderSync } from ${JSON.stringify(renderer)};
    renderSync('<poml><role>{{ name }}</role><list><item for="x in xs">{{ x }}</item></list></poml>', { context: { name: 'Ada', xs: [1, 2] } });`;
  for (let run = 0; run < runs; run++) {
    empty.push(processTime(''));
    first.push(processTime(script));
  }
  return { empty: quantile(empty, 0.5), first: quantile(first, 0.5) };
}
