/**
 * Measures everything that is promised, as ratios within one run:
 *
 *   npm run bench                          all suites
 *   npm run bench -- render reading        some of them
 *   npm run bench -- --write               and puts the table and the plot into docs/performance.md
 *   npm run bench -- --baseline            and keeps the figures as the baseline
 *   npm run bench -- --check render        exit code 1 where a ratio is clearly worse than the baseline's
 *   npm run bench -- --profile             where the time of renders and runs goes, and nothing else; also with --write
 *   npm run bench -- --check --quick       the same within a minute: the parts that every run is made of
 *   POMLJS=node_modules/pomljs npm run bench   against the real engine too
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeFigures, writeProfile } from './document.ts';
import { type Figure, isReached, rounded } from './figure.ts';
import { regressions } from './regressions.ts';

const SUITES: Record<string, () => Promise<{ measure(): Promise<Figure[]> }>> = {
  render: () => import('./suites/render.ts'),
  reading: () => import('./suites/reading.ts'),
  vitest: () => import('./suites/vitest.ts'),
  failing: () => import('./suites/failing.ts'),
  watch: () => import('./suites/watch.ts'),
  message: () => import('./suites/message.ts'),
  recording: () => import('./suites/recording.ts'),
  quick: () => import('./suites/quick.ts'),
};
/** The quick one is measured by itself: what other suites leave in memory changes its ratios. */
const ALL = Object.keys(SUITES).filter((name) => name !== 'quick');
const BASELINE = path.join(import.meta.dirname, 'baseline.json');
/** Other work on the machine makes one run slow, not three. */
const TRIES = 3;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean', default: false },
    baseline: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
});
const names = options.quick ? ['quick'] : positionals.length > 0 ? positionals : ALL;
const unknown = names.find((name) => !Object.hasOwn(SUITES, name));
if (unknown !== undefined) {
  console.error(`bench: there is no suite ${unknown}. Suites: ${Object.keys(SUITES).join(', ')}.`);
  process.exit(2);
}

if (options.profile) {
  const { profileRenders, profileTable } = await import('./profile.ts');
  const { profileRuns } = await import('./run-profile.ts');
  const tables = { profile: profileTable(await profileRenders()), 'run-profile': await profileRuns() };
  for (const [name, table] of Object.entries(tables)) {
    console.log(`${table}\n`);
    if (options.write) writeProfile(name, table);
  }
  process.exit(0);
}

const machine = {
  node: process.version,
  cpu: cpus()[0]?.model ?? 'unknown',
  cpus: cpus().length,
  date: new Date().toISOString().slice(0, 10),
};
const figures: Figure[] = [];
let worse = 0;
for (const name of names) {
  const { measure } = await SUITES[name]!();
  let measured = await measure();
  if (options.check) {
    const baseline = JSON.parse(readFileSync(BASELINE, 'utf8')) as Figure[];
    let found = regressions(measured, baseline);
    for (let tried = 1; tried < TRIES && found.length > 0; tried++) {
      measured = await measure();
      found = regressions(measured, baseline);
    }
    for (const line of found) console.error(`bench: ${line}`);
    worse += found.length;
  }
  figures.push(...measured);
  keep(`${name}.json`, { machine, figures: measured });
}

console.table(
  figures.map((figure) => ({
    what: figure.what,
    value: `${rounded(figure.value)} ${figure.unit}`,
    spread: figure.spread ? figure.spread.map(rounded).join(' to ') : '',
    target: figure.target ? `${figure.target.bound} ${figure.target.value}` : '',
    reached: isReached(figure) ?? '',
  })),
);
if (options.baseline) {
  const before = readBaseline().filter((old) => !figures.some(({ id }) => id === old.id));
  writeFileSync(BASELINE, `${JSON.stringify([...before, ...figures], null, 1)}\n`);
}
if (options.write) writeFigures(figures, machine);
process.exitCode = worse > 0 ? 1 : 0;

function readBaseline(): Figure[] {
  try {
    return JSON.parse(readFileSync(BASELINE, 'utf8')) as Figure[];
  } catch {
    return [];
  }
}

function keep(file: string, content: unknown): void {
  const folder = path.join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, file), `${JSON.stringify(content, null, 1)}\n`);
}
