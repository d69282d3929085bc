import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Budget } from './budget.ts';
import type { Context } from './components/component.ts';
import { emitChildren } from './components/emit.ts';
import { Expansion, type Settled } from './components/expansion.ts';
import { CompiledStylesheet, mergeDeep, NO_STYLESHEET } from './components/stylesheet.ts';
import { cloneContext } from './context.ts';
import { RenderError } from './errors.ts';
import { isPlain } from './json.ts';
import { Pass } from './pass.ts';
import { FatalRenderError, isStackOverflow, Problem } from './problems.ts';
import { OwnRemains } from './remains.ts';
import { Rendered } from './rendered.ts';
import { absolutePath } from './roots.ts';
import { cachedDocument, placeOfPrompt } from './template/cache.ts';
import { ContextNeededError, type Declarations } from './template/declarations.ts';
import type { CompiledDocument } from './template/document.ts';
import { Evaluator, reportMarkup } from './template/evaluate.ts';
import { toJsonSchema, toTools } from './template/schema.ts';
import { readSetting } from './template/settings.ts';
import type { Child } from './tree/children.ts';
import { type ElementNode, NodeList, NodeSink, type TreeNode } from './tree/nodes.ts';
import type { RenderedPrompt, RenderOptions } from './types.ts';
import { contentOf } from './writers/content.ts';
import { writeEnvironment } from './writers/dispatch.ts';
import { splitMessages, type WrittenMessage } from './writers/messages.ts';
import { NOTHING, type Output } from './writers/output.ts';
import type { WriterState } from './writers/state.ts';

/**
 * Renders POML markup to what a model is sent, byte for byte as POML 0.0.9 does.
 *
 * @param markup The text of a `.poml` file.
 * @throws {RenderError} Where POML in strict mode fails, with file, line, column and code frame; with
 * `strict: false` only for what leaves no result at all.
 * @example
 * const prompt = await render('<p>Hello {{ name }}</p>', { context: { name: 'Ada' } });
 * prompt.messages // [{ speaker: 'human', content: 'Hello Ada' }]
 */
export async function render(markup: string, options: RenderOptions = {}): Promise<RenderedPrompt> {
  try {
    const job = new Job(markup, options);
    const content = job.evaluate();
    // Before anything is waited for: another render may begin then.
    options.coverage?.end();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const expanded = job.expand(content);
      if (expanded.expansion.complete) return job.finish(expanded);
      await job.settle(expanded.expansion);
    }
    throw new FatalRenderError('documents within documents do not come to an end', undefined);
  } catch (error) {
    throw renderError(error, markup, options);
  }
}

/**
 * Like `render`, at once. For prompts that read pictures, Word or PDF documents it throws; everything else is
 * read synchronously anyway.
 *
 * @throws {RenderError} As `render`, and when something must be read asynchronously.
 * @example renderSync('<p>Hello</p>').messages // [{ speaker: 'human', content: 'Hello' }]
 */
export function renderSync(markup: string, options: RenderOptions = {}): RenderedPrompt {
  let waits = false;
  try {
    const job = new Job(markup, options);
    const evaluated = job.evaluate();
    try {
      const expanded = job.expand(evaluated);
      waits = !expanded.expansion.complete;
      if (!waits) return job.finish(expanded);
    } finally {
      // One that has to wait will be rendered anew, and counted then.
      if (!waits) options.coverage?.end();
    }
    throw new AsynchronousError();
  } catch (error) {
    throw renderError(error, markup, options);
  }
}

/** Renders at once where that is possible, and gives a promise where something must be read asynchronously. */
export function renderMaybeSync(
  markup: string,
  options: RenderOptions = {},
): RenderedPrompt | Promise<RenderedPrompt> {
  try {
    return renderSync(markup, options);
  } catch (error) {
    if (error instanceof RenderError && error.cause instanceof AsynchronousError)
      return render(markup, options);
    throw error;
  }
}

class AsynchronousError extends FatalRenderError {
  constructor() {
    super('this prompt reads pictures or documents, which needs time: use await render(…)', undefined);
  }
}

// Each round reads what the round before has found; a document in a document takes two.
const MAX_ROUNDS = 20;

/** Everything that leaves a render is a `RenderError`. */
function renderError(error: unknown, markup: string, options: RenderOptions): RenderError {
  if (error instanceof RenderError) return error;
  if (error instanceof FatalRenderError) return error.toError();
  const reason = isStackOverflow(error)
    ? 'elements are nested too deeply'
    : error instanceof Error
      ? error.message
      : String(error);
  const file = {
    path: options.sourcePath && path.resolve(options.sourcePath),
    text: String(markup),
    includedFrom: [],
  };
  return new Problem(reason, { file, start: 0, end: 0 }, error).toError();
}

interface Evaluated {
  readonly content: readonly Child[];
  readonly declarations: Declarations;
  readonly stylesheet: CompiledStylesheet;
}

interface Expanded {
  readonly nodes: readonly TreeNode[];
  readonly expansion: Expansion;
  readonly root: ElementNode | undefined;
  readonly evaluated: Evaluated;
}

/** One render: evaluate, expand, write. */
class Job {
  private readonly options: RenderOptions;
  private readonly document: CompiledDocument;
  private pass: Pass;
  private settled: Map<string, Settled<unknown>> | undefined = undefined;
  private context: Record<string, unknown>;
  private readonly chat: boolean;

  constructor(markup: string, options: RenderOptions) {
    this.options = options;
    this.chat = options.chat ?? true;
    const sourcePath = options.sourcePath === undefined ? undefined : absolutePath(options.sourcePath);
    this.document = cachedDocument(markup, placeOfPrompt(sourcePath));
    this.context = options.context ?? {};
    const own = options.changesContext ?? false;
    if (this.document.needsContext && !own) this.context = cloneContext(this.context);
    this.pass = new Pass(options, sourcePath, own || this.document.needsContext);
  }

  evaluate(): Evaluated {
    const { coverage } = this.options;
    if (coverage === undefined) return this.evaluateTwice();
    coverage.begin(this.document, this.context);
    try {
      return this.evaluateTwice();
    } catch (error) {
      coverage.end();
      throw error;
    }
  }

  /**
   * POML evaluates a document twice with the same context: declarations come from the first time, the text from
   * the second. Where nothing can tell the difference, once is enough.
   */
  private evaluateTwice(): Evaluated {
    let first: Evaluated;
    try {
      first = this.evaluateOnce();
    } catch (error) {
      if (!(error instanceof ContextNeededError)) throw error;
      // Only pure expressions have run so far: nothing shows that the evaluation starts again.
      this.context = cloneContext(this.context);
      this.document.needsContext = true;
      this.pass = new Pass(this.options, this.document.file.path, true);
      first = this.evaluateOnce();
    }
    if (!this.pass.impure) return first;
    this.pass.budget = new Budget();
    return { ...this.evaluateOnce(), declarations: first.declarations };
  }

  private evaluateOnce(): Evaluated {
    const { document, pass } = this;
    reportMarkup(document, pass);
    const { settings, file } = document;
    const stylesheet = readSetting(settings, 'stylesheet', file, pass.problems);
    const inlineContext = readSetting(settings, 'context', file, pass.problems);
    const constant = document.root?.fixed?.constant;
    if (constant?.content !== undefined && inlineContext === undefined && pass.coverage === undefined) {
      pass.budget.spendElements(1 + constant.elements, document.root!.origin);
      const declarations = { schema: undefined, tools: undefined, runtime: undefined };
      return { content: constant.content, declarations, stylesheet: this.stylesheet(stylesheet) };
    }
    const globals = this.globals(inlineContext);
    const evaluator = new Evaluator(document, globals, pass);
    return {
      content: evaluator.root(),
      declarations: evaluator.declarations,
      stylesheet: this.stylesheet(stylesheet),
    };
  }

  /** The variables of the document: those of the context and its context element, in an object of their own. */
  private globals(inline: unknown): Record<string, unknown> {
    if (!inline) return { ...this.context };
    if (isPlain(inline)) return { ...(mergeDeep(this.context, inline) as Record<string, unknown>) };
    // A context element that is no object makes POML keep the variables of `let` in the context itself.
    if (!this.pass.ownContext) throw new ContextNeededError();
    this.pass.impure = true;
    return this.context;
  }

  private stylesheet(inline: unknown): CompiledStylesheet {
    const { stylesheet } = this.options;
    if (!stylesheet && !inline) return NO_STYLESHEET;
    const sheet = mergeDeep(stylesheet ?? {}, inline || {}) as Record<string, unknown>;
    return Object.keys(sheet).length === 0 ? NO_STYLESHEET : new CompiledStylesheet(sheet);
  }

  expand(evaluated: Evaluated): Expanded {
    const { pass } = this;
    const expansion = new Expansion(pass, this.settled);
    const context: Context = {
      environment: undefined,
      headerLevel: 1,
      chatExamples: true,
      stylesheet: evaluated.stylesheet,
      expansion,
    };
    const list = new NodeList();
    emitChildren(evaluated.content, context, new NodeSink(list));
    const nodes = list.children;
    // Only the first element counts: a loop on the root gives several, an include as root perhaps text.
    const root = nodes.find((node) => node.kind === 'element');
    return { expansion, nodes, root, evaluated };
  }

  /** Reads what the expansion has asked for, for the next one. */
  async settle(expansion: Expansion): Promise<void> {
    this.settled = await expansion.settle();
  }

  finish({ expansion, nodes, root, evaluated }: Expanded): RenderedPrompt {
    const { options, pass } = this;
    const state: WriterState = { problems: [], warnings: pass.warnings };
    const output: Output = root ? writeEnvironment(root, state) : NOTHING;
    const written: WrittenMessage[] | undefined = this.chat
      ? root
        ? splitMessages(root, output, expansion.speakersNamed)
        : []
      : undefined;
    const { schema, tools, runtime } = evaluated.declarations;
    const jsonSchema = schema && toJsonSchema(schema);
    const jsonTools = tools && toTools(tools);
    const problems = together(pass.problems, expansion.problems, state.problems);
    if ((options.strict ?? true) && problems.length > 0) throw problems[0]!.toError();
    const mutatedContext =
      !options.changesContext && pass.impure && differ(this.context, options.context ?? {});
    return new Rendered({
      messages: written ? written.map(({ speaker, content }) => ({ speaker, content })) : contentOf(output),
      chat: this.chat,
      schema: jsonSchema,
      tools: jsonTools,
      runtime,
      errors: problems.map((problem) => problem.toError()),
      dependencies: pass.dependencies,
      mutatedContext,
      remains: new OwnRemains(output, written, () => ({
        recorded: pass.warnings,
        document: this.document,
        content: evaluated.content,
        nodes,
        root,
        output,
        messages: written,
        schema: jsonSchema,
        tools: tools?.size ?? 0,
        runtime,
        stylesheet: evaluated.stylesheet,
        files: pass.files,
        context: this.context,
        trusted: options.trust ?? false,
        mutatedContext,
        failed: problems.length > 0,
      })),
    });
  }
}

/** Whether a context was changed. What cannot be compared, like a proxy that refuses, may have been. */
function differ(context: unknown, given: unknown): boolean {
  try {
    return !isDeepStrictEqual(context, given);
  } catch {
    return true;
  }
}

const NO_PROBLEMS: readonly Problem[] = [];

/** The problems of evaluating, expanding and writing, each once. */
function together(
  evaluating: readonly Problem[],
  expanding: readonly Problem[],
  writing: readonly Problem[],
): readonly Problem[] {
  if (evaluating.length + expanding.length + writing.length === 0) return NO_PROBLEMS;
  return withoutRepeats([...evaluating, ...expanding, ...writing]);
}

/** The second evaluation finds what the first has found. */
function withoutRepeats(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length < 2) return problems;
  const seen = new Set<string>();
  return problems.filter(({ reason, origin }) => {
    const key = `${origin?.file.path ?? ''}\0${origin?.start ?? ''}\0${reason}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
