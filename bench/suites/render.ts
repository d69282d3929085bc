import { parseDocument } from 'htmlparser2';
import { built } from '../built.ts';
import { benchCases } from '../cases.ts';
import { loadEngine } from '../engine.ts';
import type { Figure, Target } from '../figure.ts';
import { geometricMean, timeOf, timeOfAsync } from '../measure.ts';
import { startupTimes } from '../startup.ts';

const { forgetPrompts, renderSync } = built;

/** What one document costs, microseconds. */
interface Row {
  /** The compiled prompt at hand. */
  warm: number;
  /** From the text, nothing compiled. */
  cold: number;
  /** Only parsed. */
  parse: number;
  /** The real engine; `undefined` without it, or where it refuses. */
  engine: number | undefined;
}

/**
 * Renders of all recorded documents against parsing the same markup, and against the real engine where `POMLJS` names it;
 * the first render of a fresh process against an empty one. `BENCH_ONLY` takes only documents whose name holds it.
 */
export async function measure(): Promise<Figure[]> {
  const only = process.env.BENCH_ONLY;
  const cases = benchCases().filter(
    (item) => only === undefined || `${item.directory}/${item.name}`.includes(only),
  );
  const rows = cases.map(
    ({ markup, options }): Row => ({
      warm: timeOf(() => renderSync(markup, options)),
      cold: timeOf(() => {
        forgetPrompts();
        renderSync(markup, options);
      }),
      parse: timeOf(() => {
        parseDocument(markup, { xmlMode: true, withStartIndices: true, withEndIndices: true });
      }),
      engine: undefined,
    }),
  );
  // Last: what it keeps in memory makes collecting the garbage of all others take longer.
  const engine = process.env.POMLJS ? loadEngine(process.env.POMLJS) : undefined;
  for (const [i, item] of engine ? cases.entries() : []) {
    // What the engine refuses here, such as dates, is left out of the comparison.
    rows[i]!.engine = await timeOfAsync(engine!(item)).catch(() => undefined);
  }
  const compared = rows.filter((row): row is Row & { engine: number } => row.engine !== undefined);
  const startup = startupTimes();
  return [
    ratio(
      'render-to-parse',
      'render, prompt compiled : only parse the same markup',
      rows.map((row) => row.warm / row.parse),
      {
        bound: 'at most',
        value: 4,
      },
    ),
    ratio(
      'cold-to-parse',
      'render from the text : only parse',
      rows.map((row) => row.cold / row.parse),
      {
        bound: 'at most',
        value: 4,
      },
    ),
    ...(compared.length > 0
      ? [
          ratio(
            'engine-to-render',
            'real engine : render, prompt compiled',
            compared.map((row) => row.engine / row.warm),
            {
              bound: 'at least',
              value: 100,
            },
          ),
          ratio(
            'engine-to-cold',
            'real engine : render from the text',
            compared.map((row) => row.engine / row.cold),
          ),
        ]
      : []),
    {
      id: 'first-render',
      what: 'first render in a fresh process, over an empty one',
      value: startup.first - startup.empty,
      unit: 'ms',
      target: { bound: 'at most', value: 60 },
    },
  ];
}

/** The geometric mean of the ratios of all documents. */
function ratio(id: string, what: string, values: readonly number[], target?: Target): Figure {
  return {
    id,
    what,
    value: geometricMean(values),
    unit: '×',
    spread: [Math.min(...values), Math.max(...values)],
    ...(target && { target }),
  };
}
