// interleaved comparison of two builds: cold/parse, warm/parse
import { parseDocument } from 'htmlparser2'; import { writeFileSync } from 'node:fs';
const root = process.argv[2]!; const out = process.argv[3]; 
const load = async (r: string) => { const d = r + '/dist/poml/'; const { renderSync } = await import(d + 'index.js'); const { clearDocumentCache } = await import(d + 'template/cache.js'); const { clearExpressionCache } = await import(d + 'expression/index.js'); return { renderSync, forget() { clearDocumentCache(); clearExpressionCache(); } }; };
const A = await load('/tmp/base'), B = await load(root);
const { benchCases } = await import(root + '/bench/cases.ts');
const only = process.env.BENCH_ONLY; const cases = benchCases().filter((i: any) => !only || new RegExp(only).test(`${i.directory}/${i.name}`));
const gm = (v: number[]) => Math.exp(v.reduce((s, x) => s + Math.log(x), 0) / v.length);
const rows: any[] = [];
for (const { markup, options, name, directory } of cases) {
  const jobs = { parse: () => { parseDocument(markup, { xmlMode: true, withStartIndices: true, withEndIndices: true }); }, coldA: () => { A.forget(); A.renderSync(markup, options); }, coldB: () => { B.forget(); B.renderSync(markup, options); }, warmA: () => A.renderSync(markup, options), warmB: () => B.renderSync(markup, options) };
  const best: any = {};
  for (const [k, f] of Object.entries(jobs)) { for (let i = 0; i < 20; i++) f(); best[k] = 1e9; }
  for (let r = 0; r < 7; r++) for (const [k, f] of Object.entries(jobs)) { let n = 0, el = 0; const s = performance.now(); do { f(); n++; el = performance.now() - s; } while (el < 1.5); best[k] = Math.min(best[k], 1000 * el / n); }
  rows.push({ dir: directory, name, parse: best.parse, cold: best.coldB, warm: best.warmB, coldA: best.coldA, warmA: best.warmA });
}
const p = (k: string, d = 'parse') => gm(rows.map((r) => r[k] / r[d])).toFixed(3);
console.log('base cold', p('coldA'), 'new cold', p('cold'), 'ratio', p('cold', 'coldA'), '| base warm', p('warmA'), 'new warm', p('warm'), 'ratio', p('warm', 'warmA'), rows.length);
if (out) writeFileSync(out, JSON.stringify(rows));
