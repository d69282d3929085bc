import { type Figure, rounded } from './figure.ts';

/** How much worse than the baseline a figure may be: machines and their other work differ, a real loss is larger. */
const TOLERANCE = 1.6;
/** Of those that are the best of many rounds, in time of the processor. */
const QUICK_TOLERANCE = 1.5;

/**
 * Figures that are clearly worse than those of the baseline, each as a sentence. Only ratios are compared, since
 * absolute times say more of the machine; what the baseline does not have is new.
 */
export function regressions(figures: readonly Figure[], baseline: readonly Figure[]): string[] {
  const known = new Map(baseline.map((figure) => [figure.id, figure]));
  return figures.flatMap((figure) => {
    const before = known.get(figure.id);
    if (figure.unit !== '×' || before === undefined) return [];
    const isMore = figure.target?.bound === 'at least' || figure.id.startsWith('engine-');
    const loss = isMore ? before.value / figure.value : figure.value / before.value;
    if (loss <= (figure.id.startsWith('quick-') ? QUICK_TOLERANCE : TOLERANCE)) return [];
    return [`${figure.what}: ${rounded(figure.value)} ×, and ${rounded(before.value)} × in the baseline`];
  });
}
