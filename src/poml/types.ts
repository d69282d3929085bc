import type { Coverage } from './coverage/collector.ts';
import type { RenderError } from './errors.ts';

/** Who says a message. */
export type Speaker = 'system' | 'human' | 'ai' | 'tool';

/** A picture or a sound inside a message. */
export interface MediaPart {
  /** MIME type as POML writes it (`image/png`, `audio/mpeg`, also `image/svg`). */
  type: string;
  base64: string;
  alt?: string;
}

/** A call of a tool by the model. */
export interface ToolRequestPart {
  type: 'application/vnd.poml.toolrequest';
  /** The tool's arguments, any JSON value. */
  content: unknown;
  id: string;
  name: string;
}

/** What a tool answered. */
export interface ToolResponsePart {
  type: 'application/vnd.poml.toolresponse';
  content: Content;
  id: string;
  name: string;
}

export type ContentPart = string | MediaPart | ToolRequestPart | ToolResponsePart;

/** What a message holds: text, or text and media in the order the model reads them. */
export type Content = string | ContentPart[];

export interface Message {
  speaker: Speaker;
  content: Content;
}

/** A place in a source file. Lines and columns start at 1, offsets (UTF-16 units) at 0. */
export interface SourceLocation {
  /** Absolute path of the file; `undefined` for markup that was given as a string. */
  file: string | undefined;
  line: number;
  column: number;
  offset: number;
  endOffset: number;
  /** The expression that produced the output, when an expression did. */
  expression?: string;
  /** The chain of includes that led here, outermost first. */
  includedFrom?: SourceLocation[];
}

/** Something the author wrote that silently does not reach the model, or does not do what it looks like. */
export interface RenderWarning {
  /** Stable, see docs/warnings.md. */
  code: string;
  message: string;
  location: SourceLocation | undefined;
}

/** A file that a render has read. */
export interface Dependency {
  /** Absolute path. */
  path: string;
  /** The path as the prompt names it. */
  reference: string;
  kind: 'include' | 'data' | 'document' | 'image' | 'audio' | 'table' | 'webpage' | 'folder';
  /** The file of a bundle that was read in its place, absolute. */
  asset?: string;
}

/** Files that were kept with a prompt and stand for those that it names, which may be gone. */
export interface Bundle {
  /** Absolute folder that holds the files that are read. */
  root: string;
  /** By the absolute path that the prompt's reference leads to: the file that is read in its place, in `root`. */
  files: Readonly<Record<string, string>>;
  /** By the absolute path of a folder: the names of its entries, those of folders with a `/` at the end. */
  folders?: Readonly<Record<string, readonly string[]>>;
}

/** One tool, in the flat form of POML's `.result.json`. */
export interface Tool {
  type: 'function';
  name: string;
  description?: string;
  parameters: unknown;
}

export interface RenderOptions {
  /** The variables of the prompt. Not changed, unless `changesContext` says so. */
  context?: Record<string, unknown>;
  /**
   * Let the template change `context` itself, as POML does, instead of a copy of it (default `false`): afterwards it
   * holds what POML records, also when the render fails. `mutatedContext` is not told then.
   */
  changesContext?: boolean;
  stylesheet?: Record<string, unknown>;
  /** Path of the prompt file; relative includes and assets resolve from its folder. */
  sourcePath?: string;
  /** Split the result into messages by speaker (default `true`). */
  chat?: boolean;
  /** Reject at the first error, as POML in strict mode does (default `true`). */
  strict?: boolean;
  /** What `Date` takes for now: milliseconds since 1970 or a date (default: the real clock). */
  now?: number | Date;
  /** Seed of `Math.random` (default: truly random). */
  seed?: number;
  /** Locale of `toLocaleString` and friends when the prompt names none (default: the process's). */
  locale?: string;
  /** Time zone of dates, an IANA name (default: the process's). */
  timeZone?: string;
  /** Run expressions natively, with full access to the process. For prompts you trust (default `false`). */
  trust?: boolean;
  /** What the expressions of a render may spend. A render that spends more fails with a clear error. */
  budget?: {
    /** Calls and loop rounds (default 5,000,000). */
    steps?: number;
    /** Functions that call each other (default 400). */
    depth?: number;
    /** Characters and list items that are built (default 67,108,864). */
    allocation?: number;
    /** Seconds that one expression runs for (default 60). */
    time?: number;
  };
  /**
   * Folders that files may be read from. Default: the folder of `sourcePath` and its project
   * (the nearest ancestor with a package.json or .git), or the working directory.
   */
  roots?: string[];
  /**
   * Folders of the machine a prompt comes from, and where they are here: full paths in the prompt that lie below
   * them lead there. `{ '/srv/app': '/home/me/app' }`
   */
  moved?: Record<string, string>;
  /** Takes note of which parts of the prompt and its includes this render reaches. Costs nothing when left out. */
  coverage?: Coverage;
  /** Files that stand for those that the prompt names, as a captured golden keeps them. */
  bundle?: Bundle;
}

/** The result of a render. */
export interface RenderedPrompt {
  /** A list of messages; with `chat: false` the bare content. */
  messages: Message[] | Content;
  schema?: unknown;
  tools?: Tool[];
  runtime?: Record<string, unknown>;
  /** With `strict: false`, what strict mode would have rejected with. */
  errors: RenderError[];
  warnings: RenderWarning[];
  dependencies: Dependency[];
  /**
   * The template changed the context it was given (`list.push(…)`). POML records the context after rendering, so
   * a trace of such a call does not tell what went in.
   */
  mutatedContext?: boolean;
  /** Where in which file a character of the output comes from. */
  locate(messageIndex: number, offset: number): SourceLocation | undefined;
  /** The value of POML's `.result.json`. */
  toJSON(): Record<string, unknown>;
  /** The text of POML's `.result.txt`. */
  toString(): string;
}
