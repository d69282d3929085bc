/** A value as POML puts it into a file of a trace: buffers as `{"__base64__": "…"}`, other objects by their own keys only. */
export function stored(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return { __base64__: value.toString('base64') };
  if (Array.isArray(value)) return value.map(stored);
  if (value === null || typeof value !== 'object') return value;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (key !== '__proto__') result[key] = stored((value as Record<string, unknown>)[key]);
  }
  return result;
}
