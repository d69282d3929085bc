/**
 * How to mend an expression that fails, where its text tells.
 *
 * @param reason what JavaScript says is wrong
 * @param source the expression
 * @example hintFor('upper is not defined', 'name | upper') // '"|" is no filter here: …'
 */
export function hintFor(reason: string, source: string): string | undefined {
  const missing = /^([\p{ID_Start}$_][\p{ID_Continue}$]*) is not defined$/u.exec(reason)?.[1];
  if (missing !== undefined) {
    const piped = new RegExp(`[^|]\\|\\s*${missing.replaceAll('$', '\\$')}(?![\\w$])`).test(source);
    return piped
      ? '"|" is no filter in POML: call a method, such as name.toUpperCase()'
      : `add it to the context, or set it before with <let name="${missing}" value="…" />`;
  }
  if (reason === 'Unexpected end of input' && opened(source) > 0) {
    return 'the first "}}" ends an expression: put a blank between closing braces that belong to it';
  }
  if (reason.startsWith("Unexpected token '}'") && source.startsWith('}}')) {
    return '"{{}}" holds no expression, and what follows up to the next "}}" was taken for one: remove it';
  }
  return undefined;
}

/** How many braces and brackets are open at the end. */
function opened(source: string): number {
  let count = 0;
  for (const character of source) {
    if (character === '{' || character === '[' || character === '(') count++;
    else if (character === '}' || character === ']' || character === ')') count--;
  }
  return count;
}
