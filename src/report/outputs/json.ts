import type { RunModel } from '../model/index.ts';

/** A run as JSON: the model itself, see docs/report-json.md. */
export function jsonReport(model: RunModel): string {
  return `${safeJson(keptModel(model))}\n`;
}

/** What is kept of a run: not the renders that travel to other reporters of it, which are there only where one asks for them. */
export function keptModel(model: RunModel): RunModel {
  return { ...model, records: model.records.map(({ rendered: _, ...record }) => record) };
}

/**
 * A value as JSON that reads back the same, and does nothing where it is printed: characters that hide or steer, and what
 * some CIs take for a command, are written as escapes.
 */
export function safeJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}]/gu, (character) =>
      character === '\n' ? '\n' : escapes(character),
    )
    .replaceAll('##', '#\\u0023');
}

function escapes(character: string): string {
  return [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('');
}
