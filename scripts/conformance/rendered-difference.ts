import { pictureDifference } from './pictures.ts';

/**
 * The first difference between two parsed `.result.json`, pictures compared decoded; `undefined` when there is
 * none. Order of keys counts.
 */
export async function renderedDifference(
  expected: unknown,
  actual: unknown,
  blanksMayDiffer: boolean,
  path = 'result',
): Promise<string | undefined> {
  if (isPicture(expected) && isPicture(actual)) {
    const { base64: expectedBytes, ...expectedRest } = expected;
    const { base64: actualBytes, ...actualRest } = actual;
    return (
      (await renderedDifference(expectedRest, actualRest, blanksMayDiffer, path)) ??
      prefixed(path, await pictureDifference(expectedBytes, actualBytes))
    );
  }
  if (typeof expected === 'string' && typeof actual === 'string') {
    const same = blanksMayDiffer ? folded(expected) === folded(actual) : expected === actual;
    return same ? undefined : `${path}: expected ${shown(expected)}, rendered ${shown(actual)}`;
  }
  if (!isObject(expected) || !isObject(actual) || Array.isArray(expected) !== Array.isArray(actual)) {
    return expected === actual
      ? undefined
      : `${path}: expected ${shown(expected)}, rendered ${shown(actual)}`;
  }
  const expectedKeys = Object.keys(expected).join();
  const actualKeys = Object.keys(actual).join();
  if (expectedKeys !== actualKeys)
    return `${path}: expected the keys ${shown(expectedKeys)}, rendered ${shown(actualKeys)}`;
  for (const [key, value] of Object.entries(expected)) {
    const place = Array.isArray(expected) ? `${path}[${key}]` : `${path}.${key}`;
    const difference = await renderedDifference(value, actual[key], blanksMayDiffer, place);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** A `.result.txt` without the beginnings of pictures, which are printed as JSON cut after 100 characters. */
export function withoutPictureBytes(text: string): string {
  return text.replace(/^(\{"type":"image\/[\w.+-]+","base64":")[A-Za-z0-9+/=]*/gm, '$1');
}

/** Runs of blanks as one. */
export function folded(text: string): string {
  return text.replace(/[ \t]+/g, ' ');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isPicture(value: unknown): value is { type: string; base64: string } {
  return (
    isObject(value) &&
    typeof value.type === 'string' &&
    value.type.startsWith('image/') &&
    typeof value.base64 === 'string'
  );
}

function prefixed(path: string, difference: string | undefined): string | undefined {
  return difference === undefined ? undefined : `${path}: ${difference}`;
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
