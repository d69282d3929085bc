import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  type Stats,
} from 'node:fs';
import path from 'node:path';
import { isError } from '../is-error.ts';
import type { Bundle, Dependency } from '../types.ts';
import { type BundledFiles, bundledFiles, type FolderEntry } from './bundle.ts';
import {
  type CachedContent,
  type KnownFile,
  knownFile,
  rememberContent,
  rememberFile,
} from './file-cache.ts';
import { movesFrom } from './moves.ts';
import { reasonOf, shortened } from './words.ts';

/** The largest file that is read, in bytes. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** How much all files of one render may have together, in bytes. */
export const MAX_RENDER_BYTES = 256 * 1024 * 1024;

/** `ENOENT`: not there. `EOUTSIDE`: outside the roots. `EKIND`: no ordinary file. `ETOOBIG`. `EURL`. `EIO`: anything else. */
export type FileErrorCode = 'ENOENT' | 'EOUTSIDE' | 'EKIND' | 'ETOOBIG' | 'EURL' | 'EIO';

/** Why a file cannot be read. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: FileErrorCode;
  /** The path as the prompt names it. */
  readonly reference: string;
  /** Absolute, when the reference is a path at all. */
  readonly path: string | undefined;

  constructor(
    code: FileErrorCode,
    reason: string,
    reference: string,
    absolute?: string,
    options?: ErrorOptions,
  ) {
    super(`${JSON.stringify(shortened(reference, MAX_REFERENCE))} ${reason}`, options);
    this.code = code;
    this.reference = reference;
    this.path = absolute;
  }
}

export interface FilesOptions {
  /** Folders that may be read from, with all that is in them. */
  roots: readonly string[];
  /** The folder that relative references start from, where `source` does not tell. */
  baseDir: string;
  /** The file that the prompt is from. */
  source?: string | undefined;
  /** Folders of another machine and where they are here: absolute references below them lead there. */
  moved?: Readonly<Record<string, string>>;
  /** Files that are read in place of others. */
  bundle?: Bundle;
}

/** The files of one render. */
export interface Files {
  /** What was read so far, each file once per kind, in order. */
  readonly dependencies: readonly Dependency[];
  /**
   * A reference as an absolute path inside the roots. The file need not be there.
   * @throws FileError with code `EOUTSIDE` or `EURL`
   */
  resolve(reference: string): string;
  /** A reference from the folder of `file` instead of the base folder; not checked yet. */
  relativeTo(file: string | undefined, reference: string): string;
  /**
   * The bytes of a file, the caller's to keep.
   * @param writtenAs the reference as the prompt has it, when `reference` is not
   * @throws FileError
   */
  readBytes(reference: string, kind: Dependency['kind'], writtenAs?: string): Buffer;
  /**
   * A file as UTF-8: what is no UTF-8 becomes U+FFFD, a byte order mark stays.
   * @throws FileError
   */
  readText(reference: string, kind: Dependency['kind'], writtenAs?: string): string;
  /**
   * What a path inside the roots is; links are not followed into other kinds.
   * @throws FileError with code `ENOENT` when there is nothing
   */
  kindOf(reference: string): 'file' | 'folder' | 'other';
  /**
   * The entries of a folder, unsorted.
   * @throws FileError
   */
  list(reference: string, writtenAs?: string): FolderEntry[];
}

const URL_REFERENCE = /^[a-z][a-z0-9+.-]*:\/\//i;
const MAX_REFERENCE = 200;

function codeOf(error: unknown): string {
  return isError(error) && 'code' in error ? String(error.code) : '';
}

function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function isInside(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return (
    relative === '' ||
    (!path.isAbsolute(relative) && relative !== '..' && !relative.startsWith(`..${path.sep}`))
  );
}

/** The real path; of what does not exist, the real path of the nearest folder that does, and the rest. */
function realPath(absolute: string): string {
  try {
    return realpathSync.native(absolute);
  } catch (error) {
    const parent = path.dirname(absolute);
    if (!isMissing(error) || parent === absolute) throw error;
    return path.join(realPath(parent), path.basename(absolute));
  }
}

/** The path that the file beside a recorded prompt names. */
function recordedPlace(file: string): string | undefined {
  const beside = file.replace(/(?:\.source)?\.poml$/i, '.env');
  if (beside === file || !existsSync(beside)) return undefined;
  try {
    const known = knownFile(beside) ?? rememberFile(beside, beside);
    return /^SOURCE_PATH=(.+)$/m.exec(readCached(known, beside, beside).bytes.toString('utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/**
 * Guarded access to the files that a prompt names: only ordinary files, of bounded size, inside the roots, whatever
 * `..`, absolute paths and links say. Nothing is written and nothing fetched. Each file is read once, so that a
 * render sees one state of it.
 * @example
 * const files = createFiles({ roots: ['/project'], baseDir: '/project/prompts' })
 * files.readText('terms.txt', 'document')
 */
export function createFiles({ roots, baseDir, source, moved, bundle }: FilesOptions): Files {
  const move = movesFrom(moved);
  const realRoots = roots.map(realRoot);
  const bundled: BundledFiles = bundledFiles(bundle);
  const bundleRoots = bundle === undefined ? [] : [realRoot(bundle.root)];
  const contents = new Map<string, CachedContent>();
  const dependencies = new Map<string, Dependency>();
  /** One look at a path a render: what it leads to then is what the render sees. */
  const located = new Map<string, KnownFile>();
  const sources = new Map<string, string>();
  let total = 0;
  const base = source === undefined ? path.resolve(baseDir) : path.dirname(sourceOf(path.resolve(source)));

  /**
   * Where a prompt is from. Beside one in a trace lies a file that names the place, and POML resolves references from
   * there; here only where files may be read there.
   */
  function sourceOf(file: string): string {
    let found = sources.get(file);
    if (found === undefined) {
      found = file;
      const place = recordedPlace(file);
      try {
        const recorded = place && move(path.resolve(place));
        if (recorded && realRoots.some((root) => isInside(root, realPath(path.dirname(recorded)))))
          found = recorded;
      } catch {
        // A place that cannot be looked at is none.
      }
      sources.set(file, found);
    }
    return found;
  }

  function locate(reference: string, writtenAs = reference): { absolute: string; known: KnownFile } {
    if (URL_REFERENCE.test(reference)) {
      throw new FileError(
        'EURL',
        'is an address; prompts are rendered without network: save the content as a file and name that',
        writtenAs,
      );
    }
    const absolute = move(path.resolve(base, reference));
    let known = located.get(absolute);
    if (known !== undefined) return { absolute, known };
    const asset = bundled.file(absolute);
    const place = asset ?? absolute;
    try {
      known = knownFile(place) ?? rememberFile(place, realPath(place));
    } catch (error) {
      throw unreadable(error, writtenAs, place);
    }
    const { real } = known;
    const allowed = asset === undefined ? realRoots : bundleRoots;
    if (!bundled.entries(absolute) && !allowed.some((root) => isInside(root, real))) {
      throw new FileError(
        'EOUTSIDE',
        `lies outside the folders that may be read: add the folder to roots (now ${roots.join(', ') || 'none'})`,
        writtenAs,
        absolute,
      );
    }
    located.set(absolute, known);
    return { absolute, known };
  }

  function read(reference: string, kind: Dependency['kind'], writtenAs = reference): CachedContent {
    const { absolute, known } = locate(reference, writtenAs);
    const { real } = known;
    let content = contents.get(real);
    if (content === undefined) {
      content = readCached(known, bundled.file(absolute) ?? absolute, writtenAs);
      total += content.bytes.length;
      if (total > MAX_RENDER_BYTES) {
        throw new FileError(
          'ETOOBIG',
          `brings the files of this render over ${megabytes(MAX_RENDER_BYTES)}: read fewer or smaller files`,
          writtenAs,
          absolute,
        );
      }
      contents.set(real, content);
    }
    const key = `${kind}\0${absolute}`;
    if (!dependencies.has(key)) {
      const asset = bundled.file(absolute);
      dependencies.set(key, {
        path: absolute,
        reference: writtenAs,
        kind,
        ...(asset !== undefined && { asset }),
      });
    }
    return content;
  }

  function noteFolder(absolute: string, reference: string): void {
    const key = `folder\0${absolute}`;
    if (!dependencies.has(key)) dependencies.set(key, { path: absolute, reference, kind: 'folder' });
  }

  return {
    get dependencies() {
      return [...dependencies.values()];
    },
    resolve: (reference) => locate(reference).absolute,
    relativeTo: (file, reference) =>
      URL_REFERENCE.test(reference)
        ? reference
        : path.resolve(
            file === undefined ? base : path.dirname(sourceOf(path.resolve(base, file))),
            reference,
          ),
    // A copy: what a template or a library does to it must not reach the next render.
    readBytes: (reference, kind, writtenAs) => Buffer.from(read(reference, kind, writtenAs).bytes),
    readText(reference, kind, writtenAs) {
      const content = read(reference, kind, writtenAs);
      content.text ??= content.bytes.toString('utf8');
      return content.text;
    },
    kindOf(reference) {
      const {
        absolute,
        known: { real },
      } = locate(reference);
      if (bundled.entries(absolute)) return 'folder';
      try {
        const stats = lstatSync(real);
        return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other';
      } catch (error) {
        throw unreadable(error, reference, absolute);
      }
    },
    list(reference, writtenAs = reference) {
      const {
        absolute,
        known: { real },
      } = locate(reference, writtenAs);
      let entries: FolderEntry[];
      try {
        entries = bundled.entries(absolute) ?? readdirSync(real, { withFileTypes: true });
      } catch (error) {
        throw unreadable(error, writtenAs, absolute);
      }
      noteFolder(absolute, writtenAs);
      return entries;
    },
  };
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}

function unreadable(error: unknown, reference: string, absolute: string): FileError {
  if (error instanceof FileError) return error;
  if (isMissing(error)) {
    return new FileError(
      'ENOENT',
      `does not exist (looked for ${shortened(absolute)})`,
      reference,
      absolute,
      {
        cause: error,
      },
    );
  }
  return new FileError('EIO', `cannot be read: ${reasonOf(error)}`, reference, absolute, { cause: error });
}

const rootPaths = new Map<string, string>();

/** The real path of a root. Roots are the project's own folders, and looked up once. */
function realRoot(root: string): string {
  const absolute = path.resolve(root);
  let real = rootPaths.get(absolute);
  if (real === undefined) {
    real = realPath(absolute);
    // A root that is not there yet may still become a link.
    if (existsSync(absolute)) rootPaths.set(absolute, real);
  }
  return real;
}

/** A file's content, from an earlier render where the file is still the same. */
function readCached(known: KnownFile, absolute: string, reference: string): CachedContent {
  if (known.content !== undefined) return known.content;
  const content: CachedContent = { bytes: readRegularFile(known.real, absolute, reference) };
  rememberContent(absolute, known, content);
  return content;
}

function readRegularFile(real: string, absolute: string, reference: string): Buffer {
  const refuseUnlessFile = (stats: Stats): void => {
    if (stats.isFile()) {
      if (stats.size > MAX_FILE_BYTES) throw tooBig(reference, absolute);
      return;
    }
    if (stats.isSymbolicLink()) {
      throw new FileError('ENOENT', 'is a link that leads nowhere', reference, absolute);
    }
    const what = stats.isDirectory() ? 'is a folder' : 'is no ordinary file (a pipe, socket or device)';
    throw new FileError('EKIND', `${what}: name a file`, reference, absolute);
  };
  let descriptor: number | undefined;
  try {
    // Looked at before it is opened, because opening a device can already do something; and again afterwards,
    // because it may have been exchanged. A pipe put there in between does not block, a link is not followed.
    refuseUnlessFile(lstatSync(real));
    descriptor = openSync(
      real,
      constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0),
    );
    const stats = fstatSync(descriptor);
    refuseUnlessFile(stats);
    return readAll(descriptor, stats.size, () => tooBig(reference, absolute));
  } catch (error) {
    throw unreadable(error, reference, absolute);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** To the end, wherever that is: the size of a file that grows, or of a virtual one, says nothing. */
function readAll(descriptor: number, size: number, tooBig: () => FileError): Buffer {
  let buffer = Buffer.allocUnsafe(size + 1);
  let length = 0;
  for (;;) {
    const count = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (count === 0) return buffer.subarray(0, length);
    length += count;
    if (length > MAX_FILE_BYTES) throw tooBig();
    if (length === buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(length * 2, 64 * 1024));
      buffer.copy(larger, 0, 0, length);
      buffer = larger;
    }
  }
}

function tooBig(reference: string, absolute: string): FileError {
  return new FileError(
    'ETOOBIG',
    `is larger than ${megabytes(MAX_FILE_BYTES)}, the most that is read: give the prompt a smaller file`,
    reference,
    absolute,
  );
}
