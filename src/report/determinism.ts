import type { DeterminismResult, Leak } from '../golden/determinism.ts';
import { hideKeys } from '../golden/redaction/hide-keys.ts';
import { placeName, printDiff, type ReportOptions } from './diff.ts';
import { clip, escapeLine } from './escape.ts';
import { count, plural } from './rows.ts';
import { PLAIN, type Style } from './style.ts';
import { listTitles } from './titles.ts';

const MAX_GROUPS = 40;
const LINES_OF_EXAMPLE = 14;

/** Calls that differ at one place for one reason. */
interface LeakGroup {
  leak: Leak;
  place: string;
  titles: string[];
}

/** What a determinism check found, as lines to print: each place once, with an example and the number of calls. */
export function printDeterminism(
  results: readonly DeterminismResult[],
  options: ReportOptions = {},
): string[] {
  const style = options.style ?? PLAIN;
  const groups = groupsOf(results, options.root);
  const lines = groups.slice(0, MAX_GROUPS).flatMap((group) => [...printGroup(group, options, style), '']);
  const rest = groups.length - MAX_GROUPS;
  if (rest > 0) lines.push(style.dim(`… and ${plural(rest, 'more place')}; --json lists all`), '');
  const failed = results.filter(({ failure }) => failure !== undefined);
  if (failed.length > 0) {
    lines.push(style.yellow(`${plural(failed.length, 'call')} cannot be rendered, so nothing was tried`));
    lines.push(
      style.dim(
        `  ${listTitles(failed.map(({ title }) => title))}: ${escapeLine(clip(hideKeys(failed[0]?.failure ?? ''), 200))}`,
      ),
      '',
    );
  }
  const leaking = results.filter(({ leaks }) => leaks.length > 0).length;
  lines.push(
    leaking === 0
      ? style.green(`${plural(results.length - failed.length, 'call')} depend on nothing but their inputs`)
      : style.red(`${count(leaking)} of ${plural(results.length, 'call')} depend on more than their inputs`),
  );
  return lines;
}

function groupsOf(results: readonly DeterminismResult[], root: string | undefined): LeakGroup[] {
  const groups = new Map<string, LeakGroup>();
  for (const { title, prompt, leaks } of results) {
    for (const leak of leaks) {
      const places = leak.locations.map((location) => placeName(location, root));
      for (const place of places.length > 0 ? places : [escapeLine(prompt)]) {
        const key = `${leak.condition} ${place}`;
        const group = groups.get(key);
        if (group) group.titles.push(title);
        else groups.set(key, { leak, place, titles: [title] });
      }
    }
  }
  return [...groups.values()].sort((one, other) => other.titles.length - one.titles.length);
}

function printGroup({ leak, place, titles }: LeakGroup, options: ReportOptions, style: Style): string[] {
  const example =
    leak.failure === undefined
      ? printDiff(leak, { ...options, maxLines: LINES_OF_EXAMPLE, context: 0 })
      : [`fails: ${escapeLine(clip(hideKeys(leak.failure), 200))}`];
  return [
    `${style.red(place)}  depends on ${leak.words}`,
    style.dim(`  ${plural(titles.length, 'call')}: ${listTitles(titles)}`),
    ...example.map((line) => (line === '' ? '' : `    ${line}`)),
  ];
}
