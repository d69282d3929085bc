import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Figure, isReached, rounded } from './figure.ts';

const DOCS = path.resolve(import.meta.dirname, '../docs');
/** Where the figures were measured. */
export interface Machine {
  node: string;
  cpu: string;
  cpus: number;
  date: string;
}

/** Puts table and plot into docs/performance.md. */
export function writeFigures(figures: readonly Figure[], machine: Machine): void {
  const where = `Measured on ${machine.date}: Node ${machine.node.slice(1)}, ${machine.cpus} cores (${machine.cpu}).`;
  replacePart(
    'figures',
    `${where}\n\n${table(figures)}\n\n![figures against their targets](performance.svg)`,
  );
  writeFileSync(path.join(DOCS, 'performance.svg'), plot(figures));
}

/** Puts the table of where the time goes that has this name into docs/performance.md. */
export function writeProfile(name: string, table: string): void {
  replacePart(name, table);
}

/** Puts a text between the two marks of that name. */
function replacePart(name: string, content: string): void {
  const file = path.join(DOCS, 'performance.md');
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest] = readFileSync(file, 'utf8').split(begin);
  const [, after] = (rest ?? '').split(end);
  if (before === undefined || after === undefined)
    throw new Error(`${file} has no marks ${begin} and ${end}`);
  writeFileSync(file, `${before}${begin}\n\n${content}\n\n${end}${after}`);
}

function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { what, value, unit, spread, target } = figure;
    const reached = isReached(figure);
    const shown = `**${rounded(value)}** ${unit}`;
    const range = spread ? `${rounded(spread[0])} to ${rounded(spread[1])}` : '';
    const wanted = target ? `${target.bound} ${target.value}` : '';
    return `| ${what} | ${shown} | ${range} | ${wanted} | ${reached === undefined ? '' : reached ? 'yes' : '**no**'} |`;
  });
  return ['| what | measured | spread | target | reached |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

const WIDTH = 760;
const LABEL = 420;
const ROW = 22;

/** How far each figure is from its target, on a logarithmic scale: bars to the left of the line keep it. */
function plot(figures: readonly Figure[]): string {
  const shown = figures.filter(({ target }) => target !== undefined);
  const reach = (WIDTH - LABEL) / 2;
  const middle = LABEL + reach;
  const rows = shown.map((figure, i) => {
    const { what, value } = figure;
    const target = figure.target!;
    const part = target.bound === 'at least' ? target.value / value : value / target.value;
    // A tenth and ten times fill the two halves.
    const length = Math.max(-1, Math.min(1, Math.log10(Math.max(part, 1e-9)))) * reach;
    const y = i * ROW + 24;
    const colour = part <= 1 ? '#2a9d5c' : '#c8553d';
    return [
      `<text x="${LABEL - 8}" y="${y + 12}" text-anchor="end">${escaped(what)}</text>`,
      `<rect x="${Math.min(middle, middle + length)}" y="${y + 3}" width="${Math.max(1, Math.abs(length))}" height="12" fill="${colour}"/>`,
    ].join('');
  });
  const height = shown.length * ROW + 40;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="11" fill="#777">
<text x="${middle - 6}" y="14" text-anchor="end">keeps its target</text><text x="${middle + 6}" y="14">does not</text>
${rows.join('\n')}
<line x1="${middle}" y1="18" x2="${middle}" y2="${height - 10}" stroke="#777"/>
</svg>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
