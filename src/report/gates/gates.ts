import type { ChangeClass } from '../../golden/classes.ts';

/** A limit as a number, or as a share of what was there before: `'5%'`. */
export type Limit = number | `${number}%`;

/** What a run must keep to. Each gate is off unless set. */
export interface Gates {
  /** How many tokens (or per cent) a call of a prompt may have more than before, on average over its recorded calls. */
  maxTokenIncrease?: Limit;
  /** How many US dollars per 1,000 calls (or per cent) the recorded mix of calls may cost more than before. */
  maxCostIncrease?: Limit;
  /**
   * Most tokens of any call: of all prompts, or by the name of the prompt, `'*'` standing for all others.
   *
   * @example { triage: 1200, '*': 4000 }
   */
  maxTokens?: number | Record<string, number>;
  /** Kinds of change that let a test pass all the same; nothing is written, and the report says how many there were. */
  allow?: ChangeClass[];
  /** Least template coverage over all prompts, in per cent. */
  minCoverage?: number;
  /** Every trace must be rendered from the prompt file as it is now. */
  requireLive?: boolean;
  /** No render may have warnings. */
  failOnWarnings?: boolean;
}

/** The name of a gate that decides at the end of a run. */
export type GateName = Exclude<keyof Gates, 'allow'>;

/** What a gate says of a run. */
export interface GateResult {
  gate: GateName;
  passed: boolean;
  /** One line: which gate, by how much. Names of prompts in it are not escaped. */
  line: string;
}

/** A limit as the number it allows over `before`. */
export function allowance(limit: Limit, before: number): number {
  return typeof limit === 'number' ? limit : (before * percentOf(limit)) / 100;
}

function percentOf(limit: `${number}%`): number {
  return Number(limit.slice(0, -1));
}

/** Whether a value is a limit: a number from 0 on, or such a number with a per cent sign. */
export function isLimit(value: unknown): value is Limit {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0;
  return typeof value === 'string' && /^\d+(?:\.\d+)?%$/.test(value);
}

/** Whether gates need the tokens of every call, not only of those that changed. */
export function needTokens({ maxTokenIncrease, maxCostIncrease, maxTokens }: Gates): boolean {
  return maxTokenIncrease !== undefined || maxCostIncrease !== undefined || maxTokens !== undefined;
}
