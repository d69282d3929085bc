/** Everything that needs the renderer; loaded by the first matcher or loader that a test file calls. */
export { matchers } from '../matchers/index.ts';
export { render } from '../poml/render.ts';
export { toDict, toLangChain, toMessageDict, toOpenAIChat, toPydanticDict } from '../trace/formats/index.ts';
export { goldenSuite } from './golden-suite.ts';
export { loadSession, loadSessions, loadTrace } from './loaders.ts';
export { scopeOf } from './matcher-scope.ts';
