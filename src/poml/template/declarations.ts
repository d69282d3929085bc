import type { CompiledExpression, Scope } from '../expression/index.ts';
import { jsonText, MAX_JSON_DEPTH } from '../json.ts';
import { FatalRenderError, reasonOf } from '../problems.ts';
import type { Origin } from '../source.ts';
import { attributeOf, type ElementTemplate } from './document.ts';
import { runtimeValue } from './runtime.ts';
import { loadZod, type Schema, schemaOf, type ToolTemplate } from './schema.ts';
import type { TextTemplate } from './text.ts';
import { compareVersions, POML_VERSION } from './version.ts';

/** What a document declares besides its text. */
export interface Declarations {
  schema: Schema | undefined;
  tools: Map<string, ToolTemplate> | undefined;
  runtime: Record<string, unknown> | undefined;
}

/** What the handlers of declarations need of the evaluation they stand in. */
export interface Evaluation {
  readonly declarations: Declarations;
  report(reason: string, origin: Origin, cause?: unknown): void;
  /** The value of an expression; a failing one is reported and gives an empty text. */
  value(expression: CompiledExpression, scope: Scope, origin: Origin): unknown;
  /** The pieces a text stands for. */
  pieces(template: TextTemplate, scope: Scope): unknown[];
  /** A text as a string. */
  string(template: TextTemplate, scope: Scope): string;
}

/** The answer of a model, as a schema. Only the first counts. */
export function declareSchema(template: ElementTemplate, scope: Scope, evaluation: Evaluation): void {
  const { declarations } = evaluation;
  if (declarations.schema !== undefined) {
    evaluation.report('Multiple output-schema elements found. Only one is allowed.', template.origin);
    return;
  }
  declarations.schema = schemaFrom(template, scope, evaluation);
}

/** A tool the model may call. */
export function declareTool(template: ElementTemplate, scope: Scope, evaluation: Evaluation): void {
  const nameTemplate = attributeOf(template, 'name');
  if (!nameTemplate?.raw) {
    evaluation.report(
      'name attribute is required for tool definition: write <tool name="…" description="…">',
      template.origin,
    );
    return;
  }
  const name = evaluation.string(nameTemplate.value, scope);
  const words = attributeOf(template, 'description');
  const description = (words?.raw && evaluation.string(words.value, scope)) || undefined;
  const schema = schemaFrom(template, scope, evaluation);
  if (schema === undefined) return;
  const { declarations } = evaluation;
  declarations.tools ??= new Map();
  if (declarations.tools.has(name))
    evaluation.report(
      `Tool with name "${name}" already exists: give each tool a name of its own`,
      template.origin,
    );
  else declarations.tools.set(name, { description, schema });
}

/** A schema from the text of an element: JSON with expressions in it, or one expression. */
function schemaFrom(template: ElementTemplate, scope: Scope, evaluation: Evaluation): Schema | undefined {
  const { origin } = template;
  const { text, expression, json, origin: place } = template.statement!;
  const attribute = attributeOf(template, 'parser');
  const given = attribute?.raw ? evaluation.string(attribute.value, scope) : '';
  const parser = given || (text!.startsWith('{') ? 'json' : 'eval');
  try {
    if (parser === 'json' && json !== undefined) {
      const pieces = evaluation.pieces(json, scope);
      const source = pieces.map((piece) => (typeof piece === 'string' ? piece : jsonText(piece))).join('');
      // What has less text than that is neither too large nor nested too deeply.
      return schemaOf(schemaJson(source), origin, source.length < MAX_JSON_DEPTH);
    }
    if (parser === 'eval' && expression !== undefined) {
      const inner = /\bz\b/.test(text!) ? scope.under({ z: loadZod() }) : scope;
      const value = evaluation.value(expression, inner, place);
      return value ? schemaOf(value, origin) : undefined;
    }
  } catch (error) {
    if (isControl(error)) throw error;
    evaluation.report(reasonOf(error), origin, error);
    return undefined;
  }
  const reason = `Invalid parser attribute: ${parser}. Expected "json" or "eval"`;
  evaluation.report(reason, attribute?.value ?? origin);
  return undefined;
}

/** Thrown before the first expression that might change the caller's variables, to start again with a copy. */
export class ContextNeededError extends Error {}

function schemaJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`the schema is not JSON: ${reasonOf(error)}`, { cause: error });
  }
}

/** An expression threw null, which ends the render unless it is a schema. */
export class NullThrownError extends FatalRenderError {}

/** What is thrown to steer the render itself, past all handlers. */
function isControl(error: unknown): boolean {
  if (error instanceof NullThrownError) return false;
  return error instanceof FatalRenderError || error instanceof ContextNeededError;
}

/** Parameters of the call. Every attribute is one, `if` and `for` too; the last element replaces those before. */
export function declareRuntime(template: ElementTemplate, scope: Scope, evaluation: Evaluation): void {
  const runtime: Record<string, unknown> = {};
  for (const { property, raw, value } of template.attributes) {
    if (raw === '') continue;
    // A parameter __proto__ is lost, as in POML: only own keys reach the result.
    runtime[property] = runtimeValue(evaluation.string(value, scope));
  }
  evaluation.declarations.runtime = runtime;
}

const META_SUCCESSORS = new Map([
  ['schema', 'output-schema'],
  ['tool', 'tool-definition'],
]);

/** Demands on the version of POML, and components switched off and on for what follows. */
export function applyMeta(template: ElementTemplate, disabled: Set<string>, evaluation: Evaluation): void {
  const type = attributeOf(template, 'type')?.raw;
  if (type) {
    const successor = META_SUCCESSORS.get(type) ?? type;
    const reason = `Meta elements with type attribute have been removed. Use <${successor}> instead of <meta type="${type}">`;
    evaluation.report(reason, template.origin);
    return;
  }
  const least = attributeOf(template, 'minversion');
  if (least?.raw && compareVersions(POML_VERSION, least.raw) < 0) {
    evaluation.report(`POML version ${least.raw} or higher is required`, least.value);
  }
  const most = attributeOf(template, 'maxversion');
  if (most?.raw && compareVersions(POML_VERSION, most.raw) > 0) {
    evaluation.report(`POML version ${most.raw} or lower is required`, most.value);
  }
  const components = attributeOf(template, 'components');
  for (const word of components?.raw.split(/[,\s]+/) ?? []) {
    const name = word.slice(1).toLowerCase().trim();
    if (!name) continue;
    if (word[0] === '+') disabled.delete(name);
    else if (word[0] === '-') disabled.add(name);
    else {
      const reason = `Invalid component operation: ${word[0]}. Use + to enable or - to disable.`;
      evaluation.report(reason, components!.value);
    }
  }
}
