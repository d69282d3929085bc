import type { CoverageReport } from '../../golden/coverage/index.ts';
import { relativePath } from '../paths.ts';
import { type IstanbulFile, istanbulCoverage } from './istanbul.ts';

/**
 * The coverage of prompt files in the form of `lcov.info`: lines with elements, and branches.
 *
 * @param root Absolute folder that paths are written from.
 */
export function lcov(report: CoverageReport, root: string): string {
  return Object.values(istanbulCoverage(report))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map((file) => record(file, root))
    .join('');
}

function record(file: IstanbulFile, root: string): string {
  const lines = new Map<number, number>();
  for (const [id, { start }] of Object.entries(file.statementMap))
    lines.set(start.line, Math.max(lines.get(start.line) ?? 0, file.s[id]!));
  const branches = Object.entries(file.branchMap).flatMap(([id, { line }], block) => {
    const counts = file.b[id]!;
    // Not evaluated at all is `-`.
    const evaluated = counts.some((calls) => calls > 0);
    return counts.map((calls, index) => ({ line, block, index, calls, evaluated }));
  });
  return `${[
    'TN:',
    // A line break in a file name would begin a record of its own.
    `SF:${relativePath(file.path, root).replace(/[\r\n]/g, ' ')}`,
    ...[...lines].sort(([a], [b]) => a - b).map(([line, calls]) => `DA:${line},${calls}`),
    `LF:${lines.size}`,
    `LH:${[...lines.values()].filter((calls) => calls > 0).length}`,
    ...branches.map(
      ({ line, block, index, calls, evaluated }) =>
        `BRDA:${line},${block},${index},${evaluated ? calls : '-'}`,
    ),
    `BRF:${branches.length}`,
    `BRH:${branches.filter(({ calls }) => calls > 0).length}`,
    'end_of_record',
  ].join('\n')}\n`;
}
