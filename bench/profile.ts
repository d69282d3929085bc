import type { Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';
import { built, builtText } from './built.ts';
import { benchCases } from './cases.ts';

const { forgetPrompts, renderSync } = built;

/** Time given to each document, milliseconds: every one counts alike, as in the geometric mean of ratios. */
const WARM_UP = 8;
const MEASURED = 30;

/** Who a module of the renderer works for, the first that fits. Libraries work for whoever calls them. */
const PARTS: readonly (readonly [part: string, modules: RegExp])[] = [
  ['parsing the markup', /^poml\/markup\//],
  ['compiling', /^poml\/template\/(?:document|text|braced|cache)\.ts$/],
  ['evaluating: expressions', /^poml\/expression\//],
  ['evaluating: everything else', /^poml\/template\//],
  ['files, tables, web pages, tokens', /^poml\/assets\//],
  ['expanding components', /^poml\/(?:components|tree)\//],
  ['splitting into messages', /^poml\/writers\/(?:messages|content)\.ts$/],
  ['writing', /^poml\/writers\//],
  ['bookkeeping', /^poml\//],
];
const COLLECTOR = 'garbage collection';

/** Shares of time by part, in percent. */
export type Shares = ReadonlyMap<string, number>;

/** Where the time of renders goes: with the prompts compiled, and from the text. */
export async function profileRenders(): Promise<{ warm: Shares; cold: Shares }> {
  const cases = benchCases();
  const run = (milliseconds: number, before: () => void): void => {
    for (const { markup, options } of cases) {
      const end = performance.now() + milliseconds;
      do {
        before();
        renderSync(markup, options);
      } while (performance.now() < end);
    }
  };
  const measure = async (before: () => void): Promise<Shares> => {
    run(WARM_UP, before);
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
    run(MEASURED, before);
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    return sharesOf(profile);
  };
  return { warm: await measure(() => {}), cold: await measure(forgetPrompts) };
}

/** The table for docs/performance.md. */
export function profileTable({ warm, cold }: { warm: Shares; cold: Shares }): string {
  const percent = (share: number | undefined) => `${(share ?? 0).toFixed(1)} %`;
  const rows = [...PARTS.map(([part]) => part), COLLECTOR].map(
    (part) => `| ${part} | ${percent(warm.get(part))} | ${percent(cold.get(part))} |`,
  );
  return ['| part | prompt compiled | from the text |', '| --- | --- | --- |', ...rows].join('\n');
}

function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Shares {
  const moduleAt = modulesByLine(builtText);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const parts = new Map<number, string | undefined>();
  const partOf = (id: number | undefined): string | undefined => {
    const node = id === undefined ? undefined : byId.get(id);
    if (id === undefined || node === undefined) return undefined;
    if (!parts.has(id)) {
      const { functionName, url, lineNumber } = node.callFrame;
      const own = url.includes('/results/built-') ? moduleAt(lineNumber) : undefined;
      const part = PARTS.find(([, modules]) => own !== undefined && modules.test(own))?.[0];
      parts.set(id, functionName === '(garbage collector)' ? COLLECTOR : (part ?? partOf(parents.get(id))));
    }
    return parts.get(id);
  };
  const times = new Map<string, number>();
  let total = 0;
  samples.forEach((id, index) => {
    const part = partOf(id);
    const time = timeDeltas[index]!;
    // What belongs to no part is this measurement.
    if (part === undefined) return;
    times.set(part, (times.get(part) ?? 0) + time);
    total += time;
  });
  return new Map([...times].map(([part, time]) => [part, (100 * time) / total]));
}

/** Which module a line of the bundle is from, `poml/render.ts`: esbuild puts a comment before each. */
function modulesByLine(text: string): (line: number) => string | undefined {
  const modules: (string | undefined)[] = [];
  let current: string | undefined;
  for (const line of text.split('\n')) {
    const [, module] = /^\/\/ src\/(.+\.ts)$/.exec(line) ?? [];
    if (module !== undefined) current = module;
    modules.push(current);
  }
  return (line) => modules[line];
}
