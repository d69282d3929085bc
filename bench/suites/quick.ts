import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument } from 'htmlparser2';
import { evaluate } from '../../src/golden/evaluate.ts';
import { isPromise } from '../../src/golden/maybe.ts';
import type { GoldenTools } from '../../src/golden/tools.ts';
import { evaluateOptions } from '../../src/matchers/evaluation.ts';
import { clearExpressionCache } from '../../src/poml/expression/index.ts';
import { renderSync } from '../../src/poml/index.ts';
import { clearDocumentCache } from '../../src/poml/template/cache.ts';
import type { RenderOptions } from '../../src/poml/types.ts';
import { resolveSettings } from '../../src/project/settings.ts';
import { makeTools } from '../../src/project/tools.ts';
import { loadSession } from '../../src/trace/index.ts';
import type { Trace } from '../../src/trace/types.ts';
import type { Figure } from '../figure.ts';

const APP = path.resolve(import.meta.dirname, '../../examples/support-triage');
const RUNS = path.join(APP, 'pomlruns');
const READ = ['.env', '.context.json', '.result.json', '.result.txt'];
/** Of the processor, for each set of steps; on a machine that does much else it takes longer, up to a limit. */
const CPU_MS = 4000;
const MAX_MS = 60_000;

/**
 * The parts that every run is made of, each against something that no change of ours makes faster or slower, within seconds:
 * what `--check --quick` holds against the baseline. Steps take turns and the best of many rounds counts, so that what else the
 * machine does
 * falls on none of them.
 */
export async function measure(): Promise<Figure[]> {
  const { traces } = loadSession(path.join(RUNS, readdirSync(RUNS)[0]!));
  const settings = resolveSettings({ sourceRoots: { '/srv/support-triage': '.' } }, APP);
  const options = evaluateOptions({ settings, testFile: undefined });
  const calls: { markup: string; options: RenderOptions }[] = [];
  const all = makeTools(settings);
  judge(traces, 'same', options, {
    ...all,
    render: (markup, given) => {
      calls.push({ markup, options: given });
      return all.render(markup, given);
    },
  });
  const edited: GoldenTools = {
    ...all,
    files: { ...all.files, read: (file) => all.files.read(file)?.replace('Pedalworks', 'Wheelworks') },
  };
  const prompts = calls.filter(({ markup }, i) => calls.findIndex((call) => call.markup === markup) === i);
  const parse = () => {
    for (const { markup } of calls)
      parseDocument(markup, { xmlMode: true, withStartIndices: true, withEndIndices: true });
  };
  const best = bestOf({
    parse,
    render: () => {
      for (const call of calls) renderSync(call.markup, call.options);
    },
    read: () => {
      for (const trace of traces)
        for (const suffix of READ) if (trace.has(suffix)) readFileSync(trace.path(suffix), 'utf8');
    },
    same: () => judge(traces, 'same', options, all),
    changed: () => judge(traces, 'changed', options, edited),
  });
  // On its own: what it forgets the others would have to make again.
  const first = bestOf({
    parse,
    cold: () => {
      clearDocumentCache();
      clearExpressionCache();
      for (const call of prompts) renderSync(call.markup, call.options);
    },
  });
  return [
    ratio('quick-render', 'renders of an application : only parse its prompts', best.render / best.parse),
    ratio(
      'quick-cold',
      'each of them compiled and rendered once : the same parses',
      first.cold / first.parse,
    ),
    ratio('quick-same', 'golden tests of it : only render and read', best.same / (best.render + best.read)),
    ratio('quick-changed', 'the same where an edit changes them : unchanged', best.changed / best.same),
  ];
}

/** Holds all traces against their goldens. */
function judge(
  traces: readonly Trace[],
  expected: 'same' | 'changed',
  options: Parameters<typeof evaluate>[2],
  tools: GoldenTools,
): void {
  let found = 0;
  for (const trace of traces) {
    const verdict = evaluate(trace, undefined, options, tools);
    if (isPromise(verdict)) throw new Error(`${trace.id} cannot be rendered at once.`);
    if (verdict.status === expected) found++;
  }
  if (found === 0) throw new Error(`No trace is ${expected}.`);
}

/** The least time of the processor that each step takes, milliseconds: on the clock a long one loses more to other programs. */
function bestOf<Name extends string>(steps: Record<Name, () => void>): Record<Name, number> {
  const entries = Object.entries(steps) as [Name, () => void][];
  const best = new Map<Name, number>();
  const began = performance.now();
  const end = cpuTime() + CPU_MS;
  while (cpuTime() < end && performance.now() - began < MAX_MS) {
    for (const [name, step] of entries) {
      const start = cpuTime();
      step();
      best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, cpuTime() - start));
    }
  }
  return Object.fromEntries(best) as Record<Name, number>;
}

/** Of this process, milliseconds. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function ratio(id: string, what: string, value: number): Figure {
  return { id, what, value, unit: '×' };
}
