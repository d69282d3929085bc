import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { built } from '../built.ts';
import type { Figure } from '../figure.ts';
import { quantile } from '../measure.ts';
import { benchProject } from '../project.ts';

const TRACES = 10_000;
const ROUNDS = 5;

/** What a golden test reads of a trace; the context is parsed by both sides, as nobody wants its text. */
const SUFFIXES = ['.poml', '.context.json', '.result.json', '.result.txt'];

/** Listing and reading the files of ten thousand traces, against reading the same bytes with plain calls. */
export async function measure(): Promise<Figure[]> {
  const project = benchProject(TRACES);
  try {
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      let plain = 0;
      const start = performance.now();
      for (const session of project.sessions) {
        for (const name of readdirSync(session)) {
          if (!SUFFIXES.some((suffix) => name.endsWith(suffix))) continue;
          const text = readFileSync(path.join(session, name), 'utf8');
          plain += name.endsWith('.context.json')
            ? Object.keys(JSON.parse(text) as object).length
            : text.length;
        }
      }
      const middle = performance.now();
      let read = 0;
      for (const session of project.sessions) {
        for (const trace of built.loadSession(session).traces) {
          read += trace.markup.length + Object.keys(trace.context).length;
          read += (trace.resultJson?.length ?? 0) + (trace.resultText?.length ?? 0);
        }
      }
      if (read !== plain) throw new Error(`${read} characters were read, and ${plain} plainly`);
      ratios.push((performance.now() - middle) / (middle - start));
    }
    return [
      {
        id: 'reading',
        what: `reading the files of ${TRACES} traces : reading the same bytes with plain fs calls`,
        value: quantile(ratios, 0.5),
        unit: '×',
        spread: [Math.min(...ratios), Math.max(...ratios)],
        target: { bound: 'at most', value: 1.3 },
      },
    ];
  } finally {
    project.dispose();
  }
}
