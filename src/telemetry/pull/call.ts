import { isRecord } from '../../trace/json.ts';
import { CUT_ATTRIBUTE } from '../rules/clean.ts';
import { attribute, firstAttribute, type PulledSpan } from './spans.ts';

/** A call of POML as a span tells it. */
export interface PulledCall {
  /** The source text, where the sender put it into the trace. */
  source?: string;
  /** The path that the prompt had; absolute, or from wherever the sender was. */
  path?: string;
  context?: Record<string, unknown>;
  stylesheet?: Record<string, unknown>;
  /** The value of `.result.json`. */
  result?: unknown;
  /** The call raised an error and left no result. */
  raised: boolean;
  /** What is missing or odd, in words. */
  problems: string[];
}

/** Where senders have put what went into a call, the newest spelling first. */
const INPUTS = [
  'agentops.task.input',
  'agentops.operation.input',
  'agentops.entity.input',
  'task.input',
  'operation.input',
];
/** And what came out. */
const OUTPUTS = INPUTS.map((name) => name.replace(/input$/, 'output'));

/** The size from which AgentOps' own SDK leaves a value out. */
const LEFT_OUT = 'it was not sent; AgentOps leaves out what has 1,000,000 characters or more';

/** Reads a span as a call. What cannot be known is left out and told, never guessed. */
export function callOf({ attributes, failed }: PulledSpan): PulledCall {
  const problems: string[] = [];
  const cuts = attribute(attributes, CUT_ATTRIBUTE) ?? '';
  const cut = (end: string) => cuts.includes(end);
  const input = cut('.input=') ? undefined : firstAttribute(attributes, INPUTS);
  const output = cut('.output=') ? undefined : firstAttribute(attributes, OUTPUTS);
  const given = input === undefined ? undefined : argumentsOf(input);
  if (input === undefined)
    problems.push(`What went into the call is unknown: ${cut('.input=') ? 'it was cut' : LEFT_OUT}.`);
  else if (!given) problems.push('What went into the call is no JSON of arguments.');
  const raised = output === undefined && failed && !cut('.output=');
  if (output === undefined && !raised)
    problems.push(`What came out of the call is unknown: ${cut('.output=') ? 'it was cut' : LEFT_OUT}.`);
  if (attribute(attributes, 'poml.context_from') === 'golden')
    problems.push('Context and stylesheet are those of the golden of a test, which may have passed others.');
  const ownPath = attribute(attributes, 'poml.source_path');
  const prompt = typeof given?.prompt === 'string' ? given.prompt : undefined;
  // Reports of this package send the text and name the path beside it; AgentOps' hook of POML sends the path only, and
  // recordings of this package the text beside it.
  const hasSource = ownPath !== undefined || attribute(attributes, 'poml.source_kind') !== undefined;
  const path = hasSource ? ownPath : prompt;
  const beside = cut('poml.source=') ? undefined : attribute(attributes, 'poml.source');
  const source = hasSource ? prompt : beside;
  return {
    ...(source !== undefined && { source }),
    ...(path !== undefined && { path }),
    ...objectNamed('context', given?.context, problems),
    ...objectNamed('stylesheet', given?.stylesheet, problems),
    ...(output !== undefined && { result: resultOf(output) }),
    raised,
    problems,
  };
}

const NAMES = ['prompt', 'context', 'stylesheet'] as const;

/** `{"args": [prompt, context, stylesheet], "kwargs": {…}}`. */
function argumentsOf(text: string): Record<(typeof NAMES)[number], unknown> | undefined {
  const value = parsed(text);
  if (!isRecord(value)) return undefined;
  const args = Array.isArray(value.args) ? value.args : [];
  const kwargs = isRecord(value.kwargs) ? value.kwargs : {};
  const [prompt, context, stylesheet] = NAMES.map((name, i) =>
    Object.hasOwn(kwargs, name) ? kwargs[name] : args[i],
  );
  return { prompt, context, stylesheet };
}

/** POML writes no file for an empty context, so null stands for an empty one too. */
function objectNamed(
  name: 'context' | 'stylesheet',
  value: unknown,
  problems: string[],
): { [Name in 'context' | 'stylesheet']?: Record<string, unknown> } {
  if (value === null || value === undefined) return {};
  if (!isRecord(value)) {
    problems.push(`The ${name} is ${Array.isArray(value) ? 'a list' : `a ${typeof value}`}, not an object.`);
    return {};
  }
  return Object.keys(value).length === 0 ? {} : { [name]: value };
}

/** The result in a span: JSON of the whole, or of the messages alone as it once was, or a bare text. */
function resultOf(text: string): unknown {
  const value = parsed(text);
  if (isRecord(value) && Object.hasOwn(value, 'messages')) return value;
  return { messages: Array.isArray(value) ? value : text };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
