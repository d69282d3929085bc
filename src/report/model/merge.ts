import path from 'node:path';
import type { VerdictRecord } from '../../golden/record.ts';
import { mergeCoverage } from '../coverage/model.ts';
import { collect } from './collect.ts';
import type { ObsoleteFolder, RunModel } from './model.ts';

/**
 * One model of the shards of a run, or of several runs. A golden that several of them have looked at counts once, as the
 * last one found it.
 *
 * @throws TypeError when there is none
 */
export function merge(models: readonly RunModel[]): RunModel {
  const [first] = models;
  if (!first) throw new TypeError('There is no run to merge.');
  const moved = models.map((model) => relocate(model, first.root));
  const records = new Map(moved.flatMap((model) => named(model.records)));
  const starts = moved.map(({ environment }) => Date.parse(environment.startedAt));
  const ends = moved.map(({ environment }, i) => starts[i]! + environment.duration);
  return collect({
    root: first.root,
    environment: {
      ...first.environment,
      startedAt: new Date(Math.min(...starts)).toISOString(),
      duration: Math.max(...ends) - Math.min(...starts),
    },
    price: models.find(({ price }) => price)?.price,
    notes: models.flatMap(({ notes = [] }) => notes),
    chosen: models.some(({ chosen }) => chosen),
    coverage: mergeCoverage(moved.flatMap(({ coverage }) => coverage ?? [])),
    obsolete: mergeObsolete(moved.flatMap(({ obsolete }) => obsolete)),
    records: [...records.values()],
  });
}

/** Records by what they are about; a test that looks at a golden twice makes two of them. */
function named(records: readonly VerdictRecord[]): [string, VerdictRecord][] {
  const seen = new Map<string, number>();
  return records.map((record) => {
    const name = JSON.stringify([record.golden, record.session, record.trace, record.title]);
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    return [`${number} ${name}`, record];
  });
}

/** The goldens of a folder are obsolete only where nobody asked for them; each shard has looked at its own folders. */
function mergeObsolete(folders: readonly ObsoleteFolder[]): ObsoleteFolder[] {
  return [...new Map(folders.map((folder) => [`${folder.kind ?? ''} ${folder.folder}`, folder])).values()];
}

/** A model with the paths of another machine's project as paths of this one. */
function relocate(model: RunModel, root: string): RunModel {
  if (model.root === root) return model;
  return JSON.parse(JSON.stringify(model), (_key, value: unknown) => {
    if (typeof value !== 'string') return value;
    if (value === model.root) return root;
    const below = value.startsWith(`${model.root}/`) || value.startsWith(`${model.root}\\`);
    return below ? path.join(root, value.slice(model.root.length + 1).replaceAll('\\', '/')) : value;
  }) as RunModel;
}
