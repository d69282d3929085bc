import type { VerdictRecord } from '../../golden/record.ts';
import { clip } from '../escape.ts';
import type { PromptModel, RunModel } from '../model/index.ts';
import { isRed } from '../model/index.ts';
import { relativePath } from '../paths.ts';
import { recordLines } from './failures.ts';
import { xmlAttributes, xmlText } from './xml.ts';

const MAX_LINES = 80;
const MAX_MESSAGE = 400;

/**
 * A run as JUnit XML, as CI servers read it: a suite for each prompt, a case for each recorded call. Calls that one change
 * touches name it; the first ones have the diff too.
 */
export function junitReport(model: RunModel): string {
  const { totals, environment } = model;
  const suites = model.prompts.map((prompt) => suite(prompt, model));
  const seconds = (environment.duration / 1000).toFixed(3);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites${xmlAttributes({ name: 'vitest-poml', tests: totals.records, failures: totals.red, errors: 0, time: seconds })}>
${suites.join('\n')}
</testsuites>
`;
}

function suite(prompt: PromptModel, model: RunModel): string {
  const records = prompt.records.map((index) => model.records[index]!);
  const attributes = xmlAttributes({
    name: prompt.label,
    tests: records.length,
    failures: records.filter(isRed).length,
    errors: 0,
    skipped: records.filter(({ status }) => status === 'unreproducible').length,
    timestamp: model.environment.startedAt.slice(0, 19),
    file: prompt.file === undefined ? undefined : relativePath(prompt.file, model.root),
  });
  return `  <testsuite${attributes}>\n${records.map((record) => testCase(record, prompt, model)).join('\n')}\n  </testsuite>`;
}

function testCase(record: VerdictRecord, { label }: PromptModel, model: RunModel): string {
  const place = record.causes?.[0]?.file ?? record.locations?.[0]?.file;
  const attributes = xmlAttributes({
    name: record.title,
    classname: label,
    file: place === undefined ? undefined : relativePath(place, model.root),
    line: record.causes?.[0]?.line ?? record.locations?.[0]?.line,
  });
  const inner = isRed(record)
    ? failure(record, model)
    : record.status === 'unreproducible'
      ? `      <skipped${xmlAttributes({ message: record.reason })}/>`
      : undefined;
  return inner === undefined
    ? `    <testcase${attributes}/>`
    : `    <testcase${attributes}>\n${inner}\n    </testcase>`;
}

function failure(record: VerdictRecord, model: RunModel): string {
  const { causes = [], reason = '', status } = record;
  const lines = [
    ...causes.map(({ summary }) => clip(summary, MAX_MESSAGE)),
    ...recordLines(record, model.root, MAX_LINES),
  ];
  const attributes = xmlAttributes({
    message: clip(causes[0]?.summary ?? reason, MAX_MESSAGE),
    type: status,
  });
  return `      <failure${attributes}>${xmlText((lines.length > 0 ? lines : [reason]).join('\n'))}</failure>`;
}
