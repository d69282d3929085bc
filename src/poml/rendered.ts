import type { RenderError } from './errors.ts';
import { stored } from './stored.ts';
import type {
  Content,
  Dependency,
  Message,
  RenderedPrompt,
  RenderWarning,
  SourceLocation,
  Tool,
} from './types.ts';

/** What a render leaves behind for questions about it. */
export interface Remains {
  readonly warnings: RenderWarning[];
  /** Finds where a character of a message comes from. */
  locate(messageIndex: number, offset: number): SourceLocation | undefined;
}

const SHOWN_OF_MEDIA = 100;

/** Content as `.result.txt` has it: media as JSON, cut short. */
function contentText(content: Content): string {
  if (typeof content === 'string') return content;
  return content
    .map((part) => {
      if (typeof part === 'string') return part;
      const json = JSON.stringify(part);
      return json.length > SHOWN_OF_MEDIA ? `${json.slice(0, SHOWN_OF_MEDIA)}...` : json;
    })
    .join('\n\n');
}

/** A result as text, as `.result.txt` has it. */
export function resultText(messages: Message[] | Content, chat: boolean): string {
  const text = chat
    ? (messages as Message[])
        .map(({ speaker, content }) => `===== ${speaker} =====\n\n${contentText(content)}`)
        .join('\n\n')
    : contentText(messages as Content);
  // A limit can cut a character in half; the file, being UTF-8, then holds a replacement character.
  return text.isWellFormed() ? text : text.toWellFormed();
}

export interface RenderedParts {
  messages: Message[] | Content;
  chat: boolean;
  schema: unknown;
  tools: Tool[] | undefined;
  runtime: Record<string, unknown> | undefined;
  errors: RenderError[];
  dependencies: Dependency[];
  mutatedContext: boolean;
  remains: Remains;
}

/** The result of a render. */
export class Rendered implements RenderedPrompt {
  readonly messages: Message[] | Content;
  readonly schema?: unknown;
  readonly tools?: Tool[];
  readonly runtime?: Record<string, unknown>;
  readonly errors: RenderError[];
  readonly dependencies: Dependency[];
  readonly mutatedContext: boolean;
  readonly #chat: boolean;
  readonly #remains: Remains;

  constructor(parts: RenderedParts) {
    this.messages = parts.messages;
    if (parts.schema !== undefined) this.schema = parts.schema;
    if (parts.tools !== undefined) this.tools = parts.tools;
    if (parts.runtime !== undefined) this.runtime = parts.runtime;
    this.errors = parts.errors;
    this.dependencies = parts.dependencies;
    this.mutatedContext = parts.mutatedContext;
    this.#chat = parts.chat;
    this.#remains = parts.remains;
  }

  get warnings(): RenderWarning[] {
    return this.#remains.warnings;
  }

  locate(messageIndex: number, offset: number): SourceLocation | undefined {
    return this.#remains.locate(messageIndex, offset);
  }

  toJSON(): Record<string, unknown> {
    const { messages, schema, tools, runtime } = this;
    return stored({
      messages,
      ...(schema === undefined ? {} : { schema }),
      ...(tools === undefined ? {} : { tools }),
      ...(runtime === undefined ? {} : { runtime }),
    }) as Record<string, unknown>;
  }

  toString(): string {
    return resultText(this.messages, this.#chat);
  }
}
