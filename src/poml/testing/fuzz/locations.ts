import type { SourceLocation } from '../../types.ts';

/**
 * What is wrong with a location, or `undefined`: it must lie inside its source, and line and column must say the same
 * as the offset.
 */
export function locationFault(
  location: SourceLocation,
  sourceOf: (file: string | undefined) => string | undefined,
): string | undefined {
  const { file, line, column, offset, endOffset } = location;
  const source = sourceOf(file);
  const where = `${file ?? '<markup>'}:${line}:${column} (${offset} to ${endOffset})`;
  if (source === undefined) return `${where} is in a file that no prompt reads`;
  if (!(offset >= 0 && endOffset >= offset && endOffset <= source.length)) {
    return `${where} lies outside its source of ${source.length} characters`;
  }
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  const lines = before.split('\n').length;
  if (line !== lines || column !== offset - lineStart + 1) {
    return `${where} should be line ${lines}, column ${offset - lineStart + 1}`;
  }
  for (const outer of location.includedFrom ?? []) {
    const found = locationFault(outer, sourceOf);
    if (found) return `included from ${found}`;
  }
  return undefined;
}
