/** When the list prices were looked up; shown wherever a cost is. */
export const PRICES_DATE = '2026-09';

/**
 * List prices of input tokens, in US dollars per million. Prompts are input; what the model answers is not ours to count.
 * A project sets its own with the option `prices`.
 */
export const PRICES: Readonly<Record<string, number>> = {
  'gpt-6.1-sol': 2,
  'gpt-5.5': 5,
  'gpt-5.4': 2.5,
  'gpt-5.4-mini': 0.75,
  'gpt-5.4-nano': 0.2,
  'gpt-5.1': 1.25,
  'gpt-5': 1.25,
  'gpt-5-mini': 0.25,
  'gpt-5-nano': 0.05,
  'gpt-4.1': 2,
  'gpt-4.1-mini': 0.4,
  'gpt-4.1-nano': 0.1,
  'gpt-4o': 2.5,
  'gpt-4o-mini': 0.15,
  o3: 2,
  'o4-mini': 1.1,
  'claude-opus-5': 5,
  'claude-opus-4-5': 5,
  'claude-opus-4-1': 15,
  'claude-sonnet-5': 2,
  'claude-sonnet-4-6': 3,
  'claude-sonnet-4-5': 3,
  'claude-haiku-4-5': 1,
  'gemini-2.5-pro': 1.25,
  'gemini-2.5-flash': 0.3,
  'gemini-2.5-flash-lite': 0.1,
};

/** The model whose price is taken when a project names none. */
export const DEFAULT_MODEL = 'gpt-4o';

/** What input tokens cost in a run. */
export interface Price {
  model: string;
  /** US dollars per million input tokens. */
  input: number;
  /** When it was looked up, or `own` for one of the project's. */
  date: string;
}

/**
 * The price that a run is reckoned with.
 *
 * @param own The project's prices, which win over the list.
 * @returns `undefined` for a model of neither.
 */
export function priceOf(
  model: string = DEFAULT_MODEL,
  own: Readonly<Record<string, number>> = {},
): Price | undefined {
  if (Object.hasOwn(own, model)) return { model, input: own[model]!, date: 'own' };
  return Object.hasOwn(PRICES, model) ? { model, input: PRICES[model]!, date: PRICES_DATE } : undefined;
}
