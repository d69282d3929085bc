import { CHANGE_CLASSES, type ChangeClass } from '../../golden/classes.ts';
import { shownValue } from '../../golden/shown-value.ts';
import { isLimit } from './gates.ts';

const LIMIT = 'a number from 0 on, or per cent such as "5%"';
const KEYS: Readonly<Record<string, { accepts: (value: unknown) => boolean; wanted: string }>> = {
  maxTokenIncrease: { accepts: isLimit, wanted: LIMIT },
  maxCostIncrease: { accepts: isLimit, wanted: `${LIMIT}; a number is US dollars per 1,000 calls` },
  maxTokens: {
    accepts: (value) =>
      isCount(value) ||
      (isObject(value) && Object.keys(value).length > 0 && Object.values(value).every(isCount)),
    wanted: 'a number of tokens, or numbers by prompt such as { triage: 1200, "*": 4000 }',
  },
  allow: {
    accepts: (value) =>
      Array.isArray(value) && value.every((name) => CHANGE_CLASSES.includes(name as ChangeClass)),
    wanted: `a list of ${CHANGE_CLASSES.map((name) => `'${name}'`).join(', ')}`,
  },
  minCoverage: {
    accepts: (value) => typeof value === 'number' && value >= 0 && value <= 100,
    wanted: 'per cent, from 0 to 100',
  },
  requireLive: { accepts: isBoolean, wanted: 'true or false' },
  failOnWarnings: { accepts: isBoolean, wanted: 'true or false' },
};

/**
 * Checks what a project sets as gates.
 *
 * @returns `true`
 * @throws Error that names the gate and what it takes
 */
export function checkGatesOption(value: unknown): true {
  if (!isObject(value))
    throw new Error(`the option "gates" must be an object such as { maxTokenIncrease: '5%' }.`);
  for (const [name, given] of Object.entries(value)) {
    if (given === undefined) continue;
    const rule = Object.hasOwn(KEYS, name) ? KEYS[name] : undefined;
    if (!rule) throw new Error(`there is no gate "${name}". Gates: ${Object.keys(KEYS).join(', ')}.`);
    if (!rule.accepts(given))
      throw new Error(`the gate "${name}" takes ${rule.wanted}, not ${shownValue(given)}.`);
  }
  return true;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
