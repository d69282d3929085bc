import { appendFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type HtmlAssets, htmlReport } from '../report/html/page.ts';
import type { RunModel } from '../report/index.ts';
import {
  type FileReport,
  isFileReport,
  REPORT_FILES,
  type ReportChoice,
  type ReportName,
} from '../report/outputs/choices.ts';
import {
  githubAnnotations,
  jsonReport,
  junitReport,
  keptModel,
  markdownReport,
  SUMMARY_LIMIT,
  sarifReport,
} from '../report/outputs/index.ts';
import { relativePath } from '../report/paths.ts';
import { removeStaleTemps, writeFileAtomic } from '../trace/index.ts';
import { makeStateFolder, statePath } from './state-folder.ts';

/** What reports need of the process. */
export interface ReportPlace {
  /** Absolute folder of the project. */
  root: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** The name of the file in the state folder that holds the model of the last run. */
export const LAST_RUN = 'run.json';

/** A report as the text of its file. */
export function reportText(name: FileReport, model: RunModel, place: ReportPlace): string {
  switch (name) {
    case 'markdown':
      return markdownReport(model);
    case 'junit':
      return junitReport(model);
    case 'sarif':
      return sarifReport(model, checkoutOf(place));
    case 'json':
      return jsonReport(model);
    case 'html':
      return htmlReport(model, htmlAssets(), readPrompt);
  }
}

/** What annotates a pull request, as lines to print. Empty where `github` is not chosen. */
export function annotations(model: RunModel, choices: readonly ReportChoice[], place: ReportPlace): string[] {
  return choices.some((choice) => nameOf(choice) === 'github')
    ? githubAnnotations(model, checkoutOf(place))
    : [];
}

/**
 * Writes the reports that are files, the summary of the CI step, and the model of the run for later reports.
 *
 * @returns What to tell: where the HTML report is; and what could not be written, and why.
 */
export function writeReports(
  model: RunModel,
  choices: readonly ReportChoice[],
  place: ReportPlace,
): { told: string[]; failed: string[] } {
  const told: string[] = [];
  const failed: string[] = [];
  const attempt = (what: string, write: () => string | undefined) => {
    try {
      const line = write();
      if (line !== undefined) told.push(line);
    } catch (error) {
      failed.push(`${what} could not be written: ${(error as Error).message}`);
    }
  };
  attempt(`${LAST_RUN}`, () => {
    makeStateFolder(place.root);
    writeFileAtomic(statePath(place.root, LAST_RUN), JSON.stringify(keptModel(model)));
    return undefined;
  });
  for (const choice of choices) {
    const name = nameOf(choice);
    if (name === 'github') attempt('the summary of the step', () => addToSummary(model, place));
    if (!isFileReport(name)) continue;
    attempt(`the ${name} report`, () => {
      const file = fileOf(choice, name, place.root);
      writeReport(file, reportText(name, model, place));
      return name === 'html' ? `HTML report: ${relativePath(file, place.root)}` : undefined;
    });
  }
  return { told, failed };
}

/** Writes the file of a report, making folders on the way, and removes what a killed run had begun to write beside it. */
export function writeReport(file: string, text: string): void {
  const folder = path.dirname(file);
  mkdirSync(folder, { recursive: true });
  removeStaleTemps(folder);
  writeFileAtomic(file, text);
}

/** The file of a report: as it is set, else of its own name in the state folder. */
function fileOf(choice: ReportChoice, name: FileReport, root: string): string {
  const file = typeof choice === 'string' ? undefined : choice[1].file;
  if (file !== undefined) return path.resolve(root, file);
  makeStateFolder(root);
  return statePath(root, REPORT_FILES[name]);
}

/** Adds to the summary of a step on GitHub, within what it may hold; other tools may have written to it. */
function addToSummary(model: RunModel, { env }: ReportPlace): undefined {
  const file = env.GITHUB_STEP_SUMMARY;
  if (!file) return undefined;
  const used = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const room = SUMMARY_LIMIT - used;
  if (room > 0) appendFileSync(file, markdownReport(model, room));
  return undefined;
}

/** What paths in annotations are relative to: the checkout, which the project may be a folder of. */
function checkoutOf({ root, env }: ReportPlace): string {
  const checkout = env.GITHUB_WORKSPACE ?? env.CI_PROJECT_DIR;
  return checkout !== undefined && path.isAbsolute(checkout) && isBelow(root, checkout) ? checkout : root;
}

function isBelow(folder: string, above: string): boolean {
  const relative = path.relative(above, folder);
  return !relative.startsWith('..') && !path.isAbsolute(relative);
}

/** What the HTML report runs and looks like: two files that the build puts beside its code. */
function htmlAssets(): HtmlAssets {
  const read = (name: string) => readFileSync(new URL(`../report/html/${name}`, import.meta.url), 'utf8');
  return { script: read('viewer.js'), style: read('viewer.css') };
}

/** The text of a prompt file, where it is still there. */
function readPrompt(file: string): string | undefined {
  try {
    return file.endsWith('.poml') ? readFileSync(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

function nameOf(choice: ReportChoice): ReportName {
  return typeof choice === 'string' ? choice : choice[0];
}

/** Whether the summary is to be printed. */
export function printsSummary(choices: readonly ReportChoice[]): boolean {
  return choices.some((choice) => nameOf(choice) === 'terminal');
}
