export { toDict, toMessageDict } from './dict.ts';
export { FormatError, type FormatErrorDetails, type FormatName } from './error.ts';
export type { FormatOptions } from './frame.ts';
export type { FormatInput } from './input.ts';
export {
  type LangChainContentPart,
  type LangChainMessage,
  type LangChainPrompt,
  type LangChainToolCall,
  toLangChain,
} from './langchain.ts';
export {
  type OpenAIChat,
  type OpenAIContentPart,
  type OpenAIMessage,
  type OpenAIResponseFormat,
  type OpenAITool,
  type OpenAIToolCall,
  toOpenAIChat,
} from './openai-chat.ts';
export {
  type PydanticContent,
  type PydanticFrame,
  type PydanticMedia,
  type PydanticToolResponse,
  toPydanticDict,
} from './pydantic.ts';
