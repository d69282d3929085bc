export { RenderError } from './errors.ts';
export { render, renderMaybeSync, renderSync } from './render.ts';
export type {
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
