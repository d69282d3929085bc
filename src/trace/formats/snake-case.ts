/**
 * A name of a runtime parameter as Python spells it.
 *
 * @example snakeCase('maxOutputTokens') // 'max_output_tokens'
 */
export function snakeCase(name: string): string {
  return name
    .replace(/([^\n])([A-Z][a-z]+)/gu, '$1_$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
