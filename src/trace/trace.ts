import { join } from 'node:path';
import { parseCaptured } from './captured.ts';
import { TraceError } from './error.ts';
import { readTraceText } from './file.ts';
import { isRecord, parseTraceJson, reviveBuffers } from './json.ts';
import { sourceLinkTarget } from './link.ts';
import { CAPTURED_SUFFIX, hasSuffix, type NamedTrace } from './names.ts';
import { inferChat, inferChatFromText, parseResult } from './result.ts';
import type { Captured, RecordedResult, Trace } from './types.ts';
import { type TraceChanges, TraceVariant } from './variant.ts';

/** A trace whose files are read when they are asked for, and again each time: nothing is kept in memory. */
export class RecordedTrace implements Trace {
  readonly index: number;
  readonly name: string;
  readonly id: string;
  readonly sessionDir: string;
  readonly artifacts: readonly string[];
  readonly #present: number;
  readonly #sessionDate: Date | undefined;
  #prefix: string | undefined;
  #chat: boolean | undefined;

  constructor(sessionDir: string, recordedAt: Date | undefined, named: NamedTrace) {
    this.index = named.index;
    this.name = named.name;
    this.id = named.id;
    this.sessionDir = sessionDir;
    this.#sessionDate = recordedAt;
    this.artifacts = named.artifacts;
    this.#present = named.present;
  }

  get prefix(): string {
    this.#prefix ??= join(this.sessionDir, this.id);
    return this.#prefix;
  }

  get recordedAt(): Date | undefined {
    if (this.#sessionDate !== undefined) return this.#sessionDate;
    const captured = this.captured?.recordedAt;
    const date = captured === undefined ? undefined : new Date(captured);
    return date && !Number.isNaN(date.getTime()) ? date : undefined;
  }

  get captured(): Captured | undefined {
    if (!this.has(CAPTURED_SUFFIX)) return undefined;
    return parseCaptured(this.#read(CAPTURED_SUFFIX), this.path(CAPTURED_SUFFIX), this.sessionDir);
  }

  get markup(): string {
    return this.#read('.poml');
  }

  get context(): Record<string, unknown> {
    return this.#readObject('.context.json');
  }

  get stylesheet(): Record<string, unknown> {
    return this.#readObject('.stylesheet.json');
  }

  get result(): RecordedResult | undefined {
    const text = this.resultJson;
    if (text === undefined) return undefined;
    const result = parseResult(text, this.path('.result.json'), this.sessionDir);
    this.#chat = inferChat(result.messages);
    return result;
  }

  get resultJson(): string | undefined {
    if (!this.has('.result.json')) return undefined;
    const text = this.#read('.result.json');
    this.#chat = inferChatFromText(text);
    return text;
  }

  get resultText(): string | undefined {
    return this.has('.result.txt') ? this.#read('.result.txt') : undefined;
  }

  get sourcePath(): string | undefined {
    const recorded = this.has('.env') ? sourcePathOf(this.#read('.env')) : undefined;
    return recorded ?? sourceLinkTarget(this);
  }

  get chat(): boolean {
    // Usually known from the text alone; only a file written by another hand has to be parsed.
    if (this.#chat === undefined && this.resultJson === undefined) return true;
    if (this.#chat === undefined) void this.result;
    return this.#chat ?? true;
  }

  path(suffix: string): string {
    return this.prefix + suffix;
  }

  has(suffix: string): boolean {
    return hasSuffix(this.#present, suffix) || this.artifacts.includes(suffix);
  }

  with(changes: TraceChanges): TraceVariant {
    return new TraceVariant(this, [changes]);
  }

  #read(suffix: string): string {
    return readTraceText(this.path(suffix), this.sessionDir);
  }

  #readObject(suffix: string): Record<string, unknown> {
    if (!this.has(suffix)) return {};
    const file = this.path(suffix);
    const text = this.#read(suffix);
    const value = parseTraceJson(text, file, this.sessionDir);
    if (!isRecord(value)) {
      throw new TraceError('must hold a JSON object', {
        file,
        sessionDir: this.sessionDir,
        hint: 'Copy the file from the recording again.',
      });
    }
    // A key may also be spelled with escapes.
    if (text.includes('__base64__') || text.includes('\\u')) {
      for (const [key, child] of Object.entries(value)) {
        const revived = reviveBuffers(child);
        if (revived !== child) {
          Object.defineProperty(value, key, {
            value: revived,
            writable: true,
            enumerable: true,
            configurable: true,
          });
        }
      }
    }
    return value;
  }
}

/** The path in a `.env` file: one line `SOURCE_PATH=…`, written raw. */
function sourcePathOf(env: string): string | undefined {
  const path = /^SOURCE_PATH=(.+?)\r?$/m.exec(env)?.[1];
  return path === undefined || path.trim() === '' ? undefined : path;
}
