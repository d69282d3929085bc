import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { MODEL_VERSION, merge, type RunModel } from '../report/model/index.ts';
import { ProjectError } from './load-project.ts';
import { LAST_RUN } from './reports.ts';
import { statePath } from './state-folder.ts';

/**
 * Reads the models of one or more runs as one: the shards of a run, or several runs.
 *
 * @param files From the working directory; none for the last run of the project.
 * @throws ProjectError for a file that is not there or holds no run
 */
export function readRuns(files: readonly string[], cwd: string, root: string): RunModel {
  const paths = files.length > 0 ? files.map((file) => path.resolve(cwd, file)) : [statePath(root, LAST_RUN)];
  const models = paths.map(readRun);
  const [only] = models;
  return models.length === 1 && only ? only : merge(models);
}

function readRun(file: string): RunModel {
  if (!existsSync(file)) {
    throw new ProjectError(
      `There is no run at ${file}. Run your tests with vitest-poml first: they leave one at .vitest-poml/${LAST_RUN}.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ProjectError(`${file} is no JSON: ${(error as Error).message}`, { cause: error });
  }
  const model = value as Partial<RunModel> | null;
  if (typeof model !== 'object' || !Array.isArray(model?.records) || typeof model.version !== 'number')
    throw new ProjectError(`${file} holds no run of vitest-poml: give a run.json, or a JSON report.`);
  if (model.version !== MODEL_VERSION) {
    throw new ProjectError(
      `${file} is of version ${model.version}, and this vitest-poml reads version ${MODEL_VERSION}: run the tests again.`,
    );
  }
  return model as RunModel;
}
