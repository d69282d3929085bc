import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { coverTraces } from './collect.ts';
import { type CoveredPoint, coverageReport } from './report.ts';
import { type Workshop, workshop } from './testing/workshop.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** The ways to break one outcome of a point, as whole texts. What is there for the other outcomes stays as it is. */
function breaks(text: string, points: readonly CoveredPoint[], point: CoveredPoint, name: string): string[] {
  const outcome = point.outcomes.find((each) => each.name === name)!;
  const replaced = ({ start, end }: { start: number; end: number }, by: string) =>
    text.slice(0, start) + by + text.slice(end);
  // An element that has this attribute follows it.
  const element = points
    .slice(points.indexOf(point))
    .find(({ kind }) => ['element', 'include'].includes(kind))!;
  const beside = (attributes: string) =>
    replaced({ start: element.start, end: element.start }, `<p ${attributes}>BROKEN</p>`);
  const { kind, text: source } = point;
  switch (kind) {
    case 'if': {
      const loop = points[points.indexOf(point) - 1];
      const around =
        loop?.kind === 'for' && loop.start > element.start && loop.end < element.end
          ? `for="${text.slice(loop.start, loop.end)}" `
          : '';
      return name === 'true'
        ? [replaced(point, `(${source}) && false`)]
        : [replaced(point, `(${source}) || true`), beside(`${around}if="!(${source})"`)];
    }
    case 'for': {
      const head = text.slice(point.start, point.end).split(/\sin\s/, 1)[0];
      const changed = (when: string) =>
        replaced(point, `${head} in (all => all.length ${when} : all)(${source})`);
      if (name === 'none') return [changed('=== 0 ? [{}]'), beside(`if="(${source}).length === 0"`)];
      return [changed(name === 'one' ? '=== 1 ? []' : '> 1 ? []')];
    }
    case 'choice':
      return [`!(${name})`, "'not it'", 'null'].map((by) => replaced(outcome, by));
    case 'expression':
      return ["{{ 'not it' }}", '{{ null }}', "'not it'"].map((by) => replaced(point, by));
    default:
      return [replaced(point, '')];
  }
}

const APPS = [
  'fixtures/apps/eval-judge',
  'fixtures/apps/translator',
  'fixtures/apps/invoice-extraction',
  'examples/support-triage',
  'examples/code-review-bot',
  'examples/travel-desk',
];

/** Reached, but what stands there makes no difference to these calls, however it is broken. */
const WITHOUT_EFFECT = new Set([
  // The size of a picture: pictures are not compared here.
  'extract expression doc.max_width: reached',
  // A plan that is neither printed nor the one that is asked for.
  "triage choice ticket.customer ? ticket.customer.plan : 'none': 'none'",
  // Nothing or an error, both leave out the element.
  'agent choice m.calls || []: []',
  'agent choice m.rows && m.rows.length: m.rows',
  'extract choice corrections && corrections.length: corrections',
]);

describe.each(APPS)('%s', (app) => {
  let shop: Workshop;
  beforeAll(async () => {
    shop = await workshop(path.join(ROOT, app));
  });
  afterAll(() => shop.remove());

  // All calls reach nearly everything; a few leave much uncovered.
  test.each([Number.POSITIVE_INFINITY, 2])(
    'a golden turns red exactly where what it covers is broken, with %d calls of each prompt',
    async (most) => {
      const counts = new Map<string, number>();
      const traces = shop.traces.filter(({ name }) => {
        counts.set(name, (counts.get(name) ?? 0) + 1);
        return counts.get(name)! <= most;
      });
      const { coverage } = await coverTraces(traces, { source: 'live' }, shop.tools);
      const report = coverageReport(
        coverage.files.map(({ file, hits }) => ({ path: file.path, text: file.text, hits })),
      );
      const wrong: string[] = [];
      const tried = { covered: 0, uncovered: 0 };
      for (const { path: file, text, points, included } of report.files) {
        const name = path.basename(file!, '.poml');
        const own = included ? traces : traces.filter((trace) => trace.name === name);
        for (const point of points) {
          for (const outcome of point.outcomes) {
            const isCovered = outcome.calls > 0;
            tried[isCovered ? 'covered' : 'uncovered']++;
            let isRed = false;
            for (const broken of breaks(text, points, point, outcome.name))
              isRed ||= (await shop.detects(file!, broken, own)) !== undefined;
            const what = `${name} ${point.kind} ${point.text}: ${outcome.name}`;
            if (isRed !== isCovered && !(isCovered && WITHOUT_EFFECT.has(what)))
              wrong.push(`${what} at ${point.line}:${point.column}`);
          }
        }
      }
      expect(wrong).toEqual([]);
      expect(tried.covered).toBeGreaterThan(20);
      expect(tried.uncovered).toBeGreaterThan(0);
    },
    120_000,
  );
});
