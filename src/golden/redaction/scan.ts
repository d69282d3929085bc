import { isUtf8 } from 'node:buffer';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import fastGlob from 'fast-glob';
import { archiveText, isArchive } from '../../poml/assets/zip.ts';
import { MAX_FILE_BYTES } from '../../trace/file.ts';
import { compareText } from '../../trace/names.ts';
import { type Detection, type DetectOptions, detect } from './detect.ts';
import type { DetectorName } from './detectors.ts';

/** Something found in a file, or in its name. */
export interface Finding {
  /** Absolute. */
  file: string;
  /** From 1; `undefined` for something in the path itself. */
  line: number | undefined;
  column: number | undefined;
  detector: DetectorName;
  /** The value with its middle hidden. */
  masked: string;
}

/** What a scan has looked at and found. */
export interface ScanOutcome {
  findings: Finding[];
  /** How many files were looked into. */
  files: number;
  /** Absolute paths of files that were not: pictures and other files that are no text, and too large ones. */
  skipped: string[];
}

/**
 * Looks for secrets and personal data in all files below folders, in their names, and in where links point.
 *
 * @param folders Absolute; a file is taken for itself.
 * @param root Absolute; only what is below it counts of a path.
 */
export function scanFiles(folders: readonly string[], root: string, options: DetectOptions): ScanOutcome {
  const outcome: ScanOutcome = { findings: [], files: 0, skipped: [] };
  const seen = new Set<string>();
  for (const file of folders.flatMap(filesIn).sort(compareText)) {
    if (seen.has(file)) continue;
    seen.add(file);
    const inRoot = path.relative(root, file);
    for (const { detector, value } of detect(inRoot.startsWith('..') ? path.basename(file) : inRoot, options))
      outcome.findings.push({ file, line: undefined, column: undefined, detector, masked: mask(value) });
    const text = textOf(file);
    if (text === undefined) outcome.skipped.push(file);
    else {
      outcome.files++;
      outcome.findings.push(...findingsInText(file, text, options));
    }
  }
  return outcome;
}

/** A path with what was found in it hidden, for a report that must not tell it. */
export function maskedPath(file: string, options: DetectOptions): string {
  return maskIn(file, detect(file, options));
}

function maskIn(text: string, detections: readonly Detection[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, value } of detections) {
    result += text.slice(at, start) + mask(value);
    at = end;
  }
  return result + text.slice(at);
}

/** Enough of a value to find it, not enough to use it. */
function mask(value: string): string {
  const shown = value.length < 8 ? 1 : 2;
  return `${value.slice(0, shown)}…${value.length < 12 ? '' : value.slice(-2)}`;
}

function filesIn(folder: string): string[] {
  if (!lstatSync(folder).isDirectory()) return [folder];
  return fastGlob
    .sync('**/*', {
      cwd: folder,
      absolute: true,
      dot: true,
      onlyFiles: false,
      followSymbolicLinks: false,
      ignore: ['**/node_modules/**', '**/.git/**'],
      objectMode: true,
    })
    .flatMap(({ path: file, dirent }) =>
      dirent.isFile() || dirent.isSymbolicLink() ? [path.resolve(file)] : [],
    );
}

/** What is read in a file: of a link, where it points; of a Word or Excel file, what it holds. */
function textOf(file: string): string | undefined {
  const stats = lstatSync(file);
  if (stats.isSymbolicLink()) return readlinkSync(file);
  if (!stats.isFile() || stats.size > MAX_FILE_BYTES) return undefined;
  const bytes = readFileSync(file);
  if (isArchive(bytes)) return archiveText(bytes);
  return isUtf8(bytes) && !bytes.includes(0) ? bytes.toString('utf8') : undefined;
}

/**
 * What is found in the text of a file.
 *
 * @param file Its path; its ending tells whether it is JSON, whose escapes are read as what they stand for.
 */
export function findingsInText(file: string, text: string, options: DetectOptions): Finding[] {
  const readable = file.endsWith('.json') ? withoutEscapes(text) : text;
  const plain = readable.replace(LONG_BASE64, (run) => ' '.repeat(run.length));
  const findings: Finding[] = [];
  let line = 1;
  let lineStart = 0;
  let at = 0;
  for (const { detector, start, value } of detect(plain, options)) {
    for (
      let next = plain.indexOf('\n', at);
      next !== -1 && next < start;
      next = plain.indexOf('\n', next + 1)
    ) {
      line++;
      lineStart = next + 1;
    }
    at = Math.max(at, start);
    findings.push({ file, line, column: start - lineStart + 1, detector, masked: mask(value) });
  }
  return findings;
}

/** Pictures and sounds as text: chance holds everything. */
const LONG_BASE64 = /[A-Za-z0-9+/]{512,}={0,2}/g;

/** JSON with its escapes as the characters they stand for, as long as before so that places stay. */
function withoutEscapes(json: string): string {
  return json.replace(
    /\\(?:u([0-9a-fA-F]{4})|(.))/g,
    (written, code: string | undefined, letter: string | undefined) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16)).padStart(written.length);
      return 'nrtbf'.includes(letter!) ? '  ' : ` ${letter}`;
    },
  );
}
