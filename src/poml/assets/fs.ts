import { existsSync, lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { absolutePath, resolvePath } from '../roots.ts';
import type { Bundle, Dependency } from '../types.ts';
import { type BundledFiles, bundledFiles, type FolderEntry } from './bundle.ts';
import {
  type CachedContent,
  type KnownFile,
  knownFile,
  rememberContent,
  rememberFile,
} from './file-cache.ts';
import { FileError, unreadable } from './file-error.ts';
import { type Move, movesFrom } from './moves.ts';
import { isInside, realPath, realRoot } from './real-path.ts';
import { megabytes, readRegularFile } from './regular-file.ts';

export { FileError, type FileErrorCode } from './file-error.ts';

/** How much all files of one render may have together, in bytes. */
export const MAX_RENDER_BYTES = 256 * 1024 * 1024;

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
  readonly dependencies: Dependency[];
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

/** What a path leads to, as one render has found it. */
interface Located {
  readonly absolute: string;
  /** The file of a bundle that stands for it. */
  readonly asset: string | undefined;
  readonly known: KnownFile;
  /** Once it was read. */
  content: CachedContent | undefined;
  /** As what it was read. */
  readonly kinds: Dependency['kind'][];
}

/**
 * Guarded access to the files that a prompt names: only ordinary files, of bounded size, inside the roots, whatever
 * `..`, absolute paths and links say. Nothing is written and nothing fetched. Each file is read once, so that a
 * render sees one state of it.
 * @example
 * const files = createFiles({ roots: ['/project'], baseDir: '/project/prompts' })
 * files.readText('terms.txt', 'document')
 */
export function createFiles(options: FilesOptions): Files {
  return new RenderFiles(options);
}

class RenderFiles implements Files {
  private readonly roots: readonly string[];
  private readonly realRoots: readonly string[];
  private readonly move: Move | undefined;
  private readonly bundled: BundledFiles | undefined;
  private readonly bundleRoots: readonly string[];
  /** The folder that relative references start from. */
  private readonly base: string;
  /** One look at a path a render: what it leads to then is what the render sees. */
  private readonly located = new Map<string, Located>();
  /** What was read, by real path: several paths may lead to one file. */
  private readonly contents = new Map<string, CachedContent>();
  private readonly noted: Dependency[] = [];
  /** Where prompts are from whose folder was asked for. */
  private readonly folders = new Map<string, string>();
  private total = 0;

  constructor({ roots, baseDir, source, moved, bundle }: FilesOptions) {
    this.roots = roots;
    this.realRoots = roots.map(realRoot);
    this.move = moved && movesFrom(moved);
    this.bundled = bundle && bundledFiles(bundle);
    this.bundleRoots = bundle === undefined ? [] : [realRoot(bundle.root)];
    this.base = source === undefined ? absolutePath(baseDir) : this.folderOf(absolutePath(source));
  }

  get dependencies(): Dependency[] {
    return [...this.noted];
  }

  resolve(reference: string): string {
    return this.locate(reference).absolute;
  }

  relativeTo(file: string | undefined, reference: string): string {
    if (URL_REFERENCE.test(reference)) return reference;
    const folder = file === undefined ? this.base : this.folderOf(resolvePath(this.base, file));
    return resolvePath(folder, reference);
  }

  readBytes(reference: string, kind: Dependency['kind'], writtenAs?: string): Buffer {
    // A copy: what a template or a library does to it must not reach the next render.
    return Buffer.from(this.read(reference, kind, writtenAs).bytes);
  }

  readText(reference: string, kind: Dependency['kind'], writtenAs?: string): string {
    const content = this.read(reference, kind, writtenAs);
    content.text ??= content.bytes.toString('utf8');
    return content.text;
  }

  kindOf(reference: string): 'file' | 'folder' | 'other' {
    const { absolute, known } = this.locate(reference);
    if (this.bundled?.entries(absolute)) return 'folder';
    try {
      const stats = lstatSync(known.real);
      return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other';
    } catch (error) {
      throw unreadable(error, reference, absolute);
    }
  }

  list(reference: string, writtenAs = reference): FolderEntry[] {
    const located = this.locate(reference, writtenAs);
    const { absolute, known } = located;
    let entries: FolderEntry[];
    try {
      entries = this.bundled?.entries(absolute) ?? readdirSync(known.real, { withFileTypes: true });
    } catch (error) {
      throw unreadable(error, writtenAs, absolute);
    }
    this.note(located, 'folder', writtenAs);
    return entries;
  }

  /**
   * The folder of the place where a prompt is from. Beside one in a trace lies a file that names the place, and POML
   * resolves references from there; here only where files may be read there.
   */
  private folderOf(file: string): string {
    let folder = this.folders.get(file);
    if (folder === undefined) {
      folder = path.dirname(this.recordedSource(file) ?? file);
      this.folders.set(file, folder);
    }
    return folder;
  }

  private recordedSource(file: string): string | undefined {
    const place = recordedPlace(file);
    if (place === undefined) return undefined;
    try {
      const recorded = this.moved(path.resolve(place));
      return isInside(this.realRoots, realPath(path.dirname(recorded))) ? recorded : undefined;
    } catch {
      // A place that cannot be looked at is none.
      return undefined;
    }
  }

  private moved(absolute: string): string {
    return this.move === undefined ? absolute : this.move(absolute);
  }

  private locate(reference: string, writtenAs = reference): Located {
    if (URL_REFERENCE.test(reference)) {
      throw new FileError(
        'EURL',
        'is an address; prompts are rendered without network: save the content as a file and name that',
        writtenAs,
      );
    }
    const absolute = this.moved(resolvePath(this.base, reference));
    const before = this.located.get(absolute);
    if (before !== undefined) return before;
    const asset = this.bundled?.file(absolute);
    const place = asset ?? absolute;
    let known: KnownFile;
    try {
      known = knownFile(place) ?? rememberFile(place, realPath(place));
    } catch (error) {
      throw unreadable(error, writtenAs, place);
    }
    const allowed = asset === undefined ? this.realRoots : this.bundleRoots;
    if (!isInside(allowed, known.real) && !this.bundled?.entries(absolute)) {
      throw new FileError(
        'EOUTSIDE',
        `lies outside the folders that may be read: add the folder to roots (now ${this.roots.join(', ') || 'none'})`,
        writtenAs,
        absolute,
      );
    }
    const located: Located = { absolute, asset, known, content: undefined, kinds: [] };
    this.located.set(absolute, located);
    return located;
  }

  private read(reference: string, kind: Dependency['kind'], writtenAs = reference): CachedContent {
    const located = this.locate(reference, writtenAs);
    located.content ??= this.contentOf(located, writtenAs);
    this.note(located, kind, writtenAs);
    return located.content;
  }

  private contentOf({ absolute, asset, known }: Located, writtenAs: string): CachedContent {
    const { real } = known;
    let content = this.contents.get(real);
    if (content === undefined) {
      content = readCached(known, asset ?? absolute, writtenAs);
      this.total += content.bytes.length;
      if (this.total > MAX_RENDER_BYTES) {
        throw new FileError(
          'ETOOBIG',
          `brings the files of this render over ${megabytes(MAX_RENDER_BYTES)}: read fewer or smaller files`,
          writtenAs,
          absolute,
        );
      }
      this.contents.set(real, content);
    }
    return content;
  }

  /** Takes note of what was read, once as each kind. */
  private note({ absolute, asset, kinds }: Located, kind: Dependency['kind'], reference: string): void {
    if (kinds.includes(kind)) return;
    kinds.push(kind);
    const dependency: Dependency = { path: absolute, reference, kind };
    if (asset !== undefined && kind !== 'folder') dependency.asset = asset;
    this.noted.push(dependency);
  }
}

/** A file's content, from an earlier render where the file is still the same. */
function readCached(known: KnownFile, absolute: string, reference: string): CachedContent {
  if (known.content !== undefined) return known.content;
  const content: CachedContent = { bytes: readRegularFile(known.real, absolute, reference) };
  rememberContent(absolute, known, content);
  return content;
}
