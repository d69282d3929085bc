export { createRenderer, EngineError } from './engines/index.ts';
export type { Renderer, RendererChoice, RendererOptions } from './engines/types.ts';
export { RenderError } from './errors.ts';
export { render, renderMaybeSync, renderSync } from './render.ts';
export type {
  Bundle,
  Content,
  ContentPart,
  Dependency,
  MediaPart,
  Message,
  RenderedPrompt,
  RenderOptions,
  RenderWarning,
  SourceLocation,
  Speaker,
  Tool,
  ToolRequestPart,
  ToolResponsePart,
} from './types.ts';
