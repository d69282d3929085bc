import path from 'node:path';
import type { Bundle } from '../poml/types.ts';
import { TraceError } from './error.ts';
import { isRecord, parseTraceJson } from './json.ts';
import type { Captured, CapturedFile, Trace } from './types.ts';

/** The folder of a session that holds what its captured goldens read. */
export const ASSETS_FOLDER = 'assets';
/** Name of a file in it: the SHA-256 of its bytes and the ending it had. */
const ASSET_NAME = /^[0-9a-f]{64}(?:\.[a-z0-9]{1,12})?$/;

/** Whether a file name in `assets` is one that a capture gave. */
export function isAssetName(name: string): boolean {
  return ASSET_NAME.test(name);
}

/**
 * Parses the text of a `.golden.json`.
 *
 * @throws TraceError when it is no JSON, of a later version, or names files outside of `assets`
 */
export function parseCaptured(text: string, file: string, sessionDir: string): Captured {
  const value = parseTraceJson(text, file, sessionDir);
  const fault = faultOf(value);
  if (fault === undefined) return value as Captured;
  throw new TraceError(`is not what a capture writes: ${fault}`, {
    file,
    sessionDir,
    hint: 'Capture the trace again with --force, or take the file from version control.',
  });
}

function faultOf(value: unknown): string | undefined {
  if (!isRecord(value)) return 'an object expected';
  if (value.version !== 1) return `version 1 expected, but it is ${JSON.stringify(value.version)}`;
  for (const key of ['recordedAt', 'source', 'root'] as const) {
    if (value[key] !== undefined && typeof value[key] !== 'string') return `"${key}" must be a string`;
  }
  if (!Array.isArray(value.files)) return '"files" must be a list';
  for (const [i, file] of value.files.entries()) {
    if (!isRecord(file) || typeof file.path !== 'string') return `files[${i}] must have a "path"`;
    const isFolder = Array.isArray(file.entries) && file.entries.every((name) => typeof name === 'string');
    if (isFolder) continue;
    if (typeof file.asset !== 'string' || !isAssetName(file.asset))
      return `files[${i}].asset must be the name of a file in ${ASSETS_FOLDER}`;
  }
  return undefined;
}

/** How the recorded text of a captured golden is rendered: where it pretends to be, and what is read there. */
export interface BundlePlace {
  /** Where the prompt pretends to be; relative references start in its folder. */
  sourcePath: string;
  bundle: Bundle;
  /** Full paths of the recording machine, as `RenderOptions.moved` takes them. */
  moved: Record<string, string>;
}

/**
 * The files that a captured golden brings along, as a render takes them. The folder of the session stands for the
 * project that the prompt was in; nothing of that project has to be there.
 *
 * @returns `undefined` for a trace that was not captured
 */
export function bundlePlace(trace: Pick<Trace, 'captured' | 'sessionDir' | 'path'>): BundlePlace | undefined {
  const { captured, sessionDir } = trace;
  if (captured === undefined) return undefined;
  const at = (file: string) => path.resolve(sessionDir, file);
  const root = path.join(sessionDir, ASSETS_FOLDER);
  const files = captured.files.flatMap(({ path: file, asset }) =>
    asset === undefined ? [] : [[at(file), path.join(root, asset)] as const],
  );
  const folders = captured.files.flatMap(({ path: file, entries }) =>
    entries === undefined ? [] : [[at(file), entries] as const],
  );
  return {
    sourcePath: captured.source === undefined ? trace.path('.poml') : at(captured.source),
    bundle: { root, files: Object.fromEntries(files), folders: Object.fromEntries(folders) },
    moved: captured.root === undefined ? {} : { [captured.root]: sessionDir },
  };
}

/** The text of a `.golden.json`; the same golden always gives the same bytes. */
export function capturedText(captured: Captured): string {
  return `${JSON.stringify(captured, null, 2)}\n`;
}

/** The names of the assets that a captured golden reads. */
export function assetsOf(captured: Pick<Captured, 'files'>): string[] {
  return captured.files.flatMap(({ asset }: CapturedFile) => (asset === undefined ? [] : [asset]));
}
