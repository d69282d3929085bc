/**
 * An engine that cannot be used: not installed, not loadable, no such command. It says nothing about the prompt,
 * so it is no `RenderError`: a call that was recorded as failing must not pass because an engine is missing.
 */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}
