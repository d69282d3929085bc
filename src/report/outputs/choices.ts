import { shownValue } from '../../golden/shown-value.ts';

/** A report of a run. */
export type ReportName = 'terminal' | 'github' | 'markdown' | 'junit' | 'sarif' | 'json' | 'html';

/** Settings of a report that is a file. */
export interface ReportSettings {
  /** Where it is written, from the project root (default: its own name in `.vitest-poml`). */
  file?: string;
}

/** A report by its name, or with settings, like Vitest's own `reporters`. */
export type ReportChoice = ReportName | readonly [ReportName, ReportSettings];

/** The names of the files of reports, in the state folder unless a setting says otherwise. */
export const REPORT_FILES = {
  markdown: 'report.md',
  junit: 'report.junit.xml',
  sarif: 'report.sarif',
  json: 'report.json',
  html: 'report.html',
} as const satisfies Partial<Record<ReportName, string>>;

/** A report that is a file. */
export type FileReport = keyof typeof REPORT_FILES;

/** All reports. */
export const REPORT_NAMES: readonly ReportName[] = [
  'terminal',
  'github',
  ...(Object.keys(REPORT_FILES) as FileReport[]),
];

/** Whether a report is a file. */
export function isFileReport(name: ReportName): name is FileReport {
  return Object.hasOwn(REPORT_FILES, name);
}

/** What a project gets that chooses nothing: the summary, and on GitHub Actions its annotations and step summary. */
export function defaultReports(env: Readonly<Record<string, string | undefined>>): ReportChoice[] {
  return env.GITHUB_ACTIONS === 'true' ? ['terminal', 'github'] : ['terminal'];
}

/**
 * Checks what a project chooses.
 *
 * @returns `true`
 * @throws Error that says what is wrong and what there is
 */
export function checkReportsOption(value: unknown): true {
  if (!Array.isArray(value))
    throw new Error(
      `the option "reports" must be a list such as ['terminal', ['html', { file: 'prompts.html' }]].`,
    );
  for (const choice of value) {
    const [name, settings] = Array.isArray(choice) ? choice : [choice];
    if (!REPORT_NAMES.includes(name as ReportName))
      throw new Error(`there is no report ${shownValue(name)}. Reports: ${REPORT_NAMES.join(', ')}.`);
    if (settings === undefined) continue;
    const keys = typeof settings === 'object' && settings !== null ? Object.keys(settings) : ['?'];
    const { file } = settings as ReportSettings;
    if (
      keys.some((key) => key !== 'file') ||
      !isFileReport(name as ReportName) ||
      typeof file !== 'string' ||
      file === ''
    )
      throw new Error(
        isFileReport(name as ReportName)
          ? `the report "${name}" takes { file: 'a path' }, not ${shownValue(settings)}.`
          : `the report "${name}" takes no settings.`,
      );
  }
  return true;
}
