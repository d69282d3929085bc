import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fakeTools } from '../../../../fixtures/golden/fakes.ts';
import { renderMaybeSync } from '../../../poml/index.ts';
import { loadSession } from '../../../trace/session.ts';
import type { Trace } from '../../../trace/types.ts';
import { evaluate } from '../../evaluate.ts';
import type { GoldenTools } from '../../tools.ts';
import { passes } from '../../verdict.ts';

/** A copy of a recorded application's prompts that can be broken, and its recorded calls. */
export interface Workshop {
  /** Absolute paths of the prompt files. */
  readonly files: readonly string[];
  /** The calls that pass as long as nothing is broken. */
  readonly traces: readonly Trace[];
  readonly tools: GoldenTools;
  /** The first of some calls whose golden turns red when a file has another text; `undefined` when all stay green. */
  detects(file: string, text: string, traces: readonly Trace[]): Promise<Trace | undefined>;
  remove(): void;
}

/**
 * @param app Folder with `prompts/` and `pomlruns/`.
 * @param sessions Names of sessions (default: all).
 */
export async function workshop(app: string, sessions?: readonly string[]): Promise<Workshop> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vitest-poml-workshop-'));
  const prompts = path.join(folder, 'prompts');
  cpSync(path.join(app, 'prompts'), prompts, { recursive: true });
  const names = sessions ?? readdirSync(path.join(app, 'pomlruns'));
  const recorded = names.flatMap((name) => loadSession(path.join(app, 'pomlruns', name)).traces);
  const tools = fakeTools(renderMaybeSync, {
    comparePictures: () => ({ same: true }),
    findSource: ({ name }) => ({ path: path.join(prompts, `${name}.poml`) }),
  });
  const isGreen = async (trace: Trace) => passes(await evaluate(trace, undefined, { source: 'live' }, tools));
  const traces: Trace[] = [];
  for (const trace of recorded) if (await isGreen(trace)) traces.push(trace);
  const files = readdirSync(prompts)
    .filter((name) => name.endsWith('.poml'))
    .sort()
    .map((name) => path.join(prompts, name));
  return {
    files,
    traces,
    tools,
    async detects(file, text, among) {
      const before = readFileSync(file, 'utf8');
      writeFileSync(file, text);
      try {
        for (const trace of among) if (!(await isGreen(trace))) return trace;
        return undefined;
      } finally {
        writeFileSync(file, before);
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
