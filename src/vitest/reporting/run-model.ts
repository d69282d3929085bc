import type { Vitest } from 'vitest/node';
import type { RunModel } from '../../report/index.ts';

const models = new WeakMap<Vitest, RunModel>();

/** Keeps the model of the run that has just ended, for the other reporters of this package. */
export function keepRunModel(vitest: Vitest, model: RunModel): void {
  models.set(vitest, model);
}

/** The model of the run that has just ended; `undefined` without the prompt reporter, which makes it. */
export function runModelOf(vitest: Vitest): RunModel | undefined {
  return models.get(vitest);
}
