import type { CauseKind } from '../../golden/causes.ts';
import { nameOf } from '../cause-name.ts';
import { escapeLine, escapeText } from '../escape.ts';
import type { CauseModel, RunModel } from '../model/index.ts';
import { relativePath } from '../paths.ts';
import { plural } from '../rows.ts';
import { failuresWithoutCause } from './failures.ts';
import { safeJson } from './json.ts';

/** How many results GitHub takes of one run. */
const MAX_RESULTS = 5000;
const MAX_LINES = 40;

const RULES: Readonly<Record<CauseKind | 'golden', string>> = {
  markup: 'A prompt changed',
  include: 'An included prompt changed',
  stylesheet: 'A stylesheet changed',
  asset: 'A file that a prompt shows changed',
  context: 'The context of a call changed',
  engine: 'The engine renders something else from the same input',
  error: 'A prompt raises an error',
  unknown: 'A prompt renders something else',
  golden: 'A recorded call cannot be held against its golden',
};

/**
 * A run as SARIF 2.1.0, as code scanning reads it: one result for each change, at its line, with the calls it touches.
 *
 * @param base Absolute folder of the checkout, which paths are relative to.
 */
export function sarifReport(model: RunModel, base: string): string {
  const rules = Object.entries(RULES).map(([id, text]) => ({
    id: `prompt/${id}`,
    shortDescription: { text },
    helpUri: 'https://www.npmjs.com/package/vitest-poml',
  }));
  const results = [
    ...model.causes.map((cause) => changeResult(cause, model, base)),
    ...failuresWithoutCause(model).map(({ title, reason = '', source, golden }) =>
      result('golden', 'error', `${title}: ${reason}`, source?.path, base, undefined, {
        golden: golden ?? title,
      }),
    ),
  ];
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'vitest-poml', version: model.environment.version, rules } },
        columnKind: 'utf16CodeUnits',
        results: results.slice(0, MAX_RESULTS),
      },
    ],
  };
  return `${safeJson(log)}\n`;
}

function changeResult(cause: CauseModel, model: RunModel, base: string) {
  const { what } = nameOf(cause, model.root);
  const text = [`${what}: ${plural(cause.records.length, 'recorded call')}`, ...sourceLines(cause)].join(
    '\n',
  );
  const { file, line, column, endLine } = cause;
  const region =
    line === undefined
      ? undefined
      : {
          startLine: line,
          ...(column !== undefined && { startColumn: column }),
          ...(endLine !== undefined && endLine >= line && { endLine }),
        };
  return {
    ...result(cause.kind, cause.red > 0 ? 'error' : 'note', text, file, base, region, { cause: cause.key }),
    properties: {
      calls: cause.records.length,
      prompts: cause.prompts.map(escapeText),
      classes: cause.classes,
      ...(cause.tokens && { tokens: cause.tokens }),
    },
  };
}

/** The edit itself, `-` before and `+` now. */
function sourceLines({ before, after }: CauseModel): string[] {
  const lines = (sign: string, text: string | undefined) =>
    text ? text.split('\n').map((line) => `${sign} ${line}`) : [];
  return [...lines('-', before), ...lines('+', after)].slice(0, MAX_LINES).map(escapeLine);
}

function result(
  rule: CauseKind | 'golden',
  level: 'error' | 'note',
  text: string,
  file: string | undefined,
  base: string,
  region: object | undefined,
  fingerprints: Record<string, string>,
) {
  return {
    ruleId: `prompt/${rule}`,
    level,
    message: { text: withoutLinks(escapeText(text)) },
    ...(file !== undefined && {
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: uriOf(file, base), uriBaseId: '%SRCROOT%' },
            ...(region && { region }),
          },
        },
      ],
    }),
    partialFingerprints: Object.fromEntries(
      Object.entries(fingerprints).map(([name, value]) => [name, escapeText(value)]),
    ),
  };
}

/** A message may hold links, `[text](target)`: of a prompt they are text. */
function withoutLinks(text: string): string {
  return text.replaceAll('](', '\\](');
}

/** A path as a relative reference: each of its parts encoded. */
function uriOf(file: string, base: string): string {
  return relativePath(file, base).split('/').map(segment).join('/');
}

function segment(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
