import type { RenderError } from '../errors.ts';
import { Rendered } from '../rendered.ts';
import type { Content, Message, Tool } from '../types.ts';

/** What an engine leaves of a render. */
export interface EngineResult {
  /** The text of `.result.json`, or the same value written without indentation. */
  json: string;
  /** The text of `.result.txt`; `undefined` when the engine writes none. */
  text: string | undefined;
  /** Whether the template changed its own context. */
  mutatedContext: boolean;
}

interface ResultValue {
  messages: Message[] | Content;
  schema?: unknown;
  tools?: Tool[];
  runtime?: Record<string, unknown>;
}

/**
 * A prompt rendered by another engine. It knows no places, files and warnings; its JSON and text are the engine's
 * own, so that a newer engine is shown as it is, not as we would write its result.
 */
export class EngineRendered extends Rendered {
  readonly #result: EngineResult;

  /** @throws SyntaxError when the engine's JSON is none */
  constructor(result: EngineResult, chat: boolean, errors: RenderError[]) {
    const { messages, schema, tools, runtime } = JSON.parse(result.json) as ResultValue;
    super({
      messages,
      chat,
      schema,
      tools,
      runtime,
      errors,
      dependencies: [],
      mutatedContext: result.mutatedContext,
      remains: { warnings: [], locate: () => undefined },
    });
    this.#result = result;
  }

  override toJSON(): Record<string, unknown> {
    return JSON.parse(this.#result.json) as Record<string, unknown>;
  }

  override toString(): string {
    return this.#result.text ?? super.toString();
  }
}
