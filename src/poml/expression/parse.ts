import { createRequire } from 'node:module';
import type * as Acorn from 'acorn';
import { ExpressionSyntaxError } from './errors.ts';
import { quickParse } from './quick-parse.ts';

/** What stands before the text, as in POML. Offsets of nodes count it. */
export const PREFIX = 'return ';

const PARAMETERS_PREFIX = 'function anonymous(';

// Loading acorn takes a few milliseconds, which a prompt of plain member paths need not pay.
let loaded: typeof Acorn | undefined;
function acorn(): typeof Acorn {
  loaded ??= createRequire(import.meta.url)('acorn') as typeof Acorn;
  return loaded;
}

// The edition that every supported Node version runs natively.
const OPTIONS = { ecmaVersion: 2024, sourceType: 'commonjs' } as const;

/**
 * The statements of a function body that starts with `return ` and the text.
 * @throws ExpressionSyntaxError
 */
export function parseBody(source: string): Acorn.Statement[] {
  const text = PREFIX + source;
  return quickParse(text, PREFIX.length) ?? (parse(text, PREFIX.length).body as Acorn.Statement[]);
}

/**
 * The parameters that `new Function(text, …)` would make.
 * @throws ExpressionSyntaxError
 */
export function parseParameters(text: string): Acorn.Pattern[] {
  const program = parse(`${PARAMETERS_PREFIX}${text}\n) {}`, PARAMETERS_PREFIX.length);
  const [declaration, second] = program.body;
  const ended = declaration?.type === 'FunctionDeclaration' && declaration.body.body.length === 0;
  if (!ended || second) throw new ExpressionSyntaxError('Arg string terminates parameters early', 0);
  return declaration.params;
}

function parse(text: string, shift: number): Acorn.Program {
  try {
    return acorn().parse(text, OPTIONS);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const at = (error as SyntaxError & { pos?: number }).pos ?? shift;
    throw new ExpressionSyntaxError(reason(error.message, text, at), Math.max(0, at - shift));
  }
}

/** What acorn says when the text is nested deeper than its calls can go. */
const NO_STACK = 'Not enough stack space to parse input';

/** Acorn's words without the place, with the offending token named as V8 does. */
function reason(message: string, text: string, at: number): string {
  const words = message.replace(/ \(\d+:\d+\)$/, '');
  if (words === NO_STACK) return 'The expression is nested too deeply';
  if (words !== 'Unexpected token') return words;
  const token = /^(?:[\p{ID_Start}$_][\p{ID_Continue}$]*|\d[\w.]*|=>|\.\.\.|[&|?*<>=!+-]+|["'`]|\S)/u.exec(
    text.slice(at),
  )?.[0];
  if (token === undefined) return 'Unexpected end of input';
  if (/^\d/.test(token)) return 'Unexpected number';
  if (/^["']/.test(token)) return 'Unexpected string';
  if (/^[\p{ID_Start}$_]/u.test(token) && !KEYWORD.test(token)) return `Unexpected identifier '${token}'`;
  return `Unexpected token '${token}'`;
}

const KEYWORD =
  /^(?:break|case|catch|class|const|continue|debugger|default|delete|do|else|export|extends|false|finally|for|function|if|import|in|instanceof|new|null|return|super|switch|this|throw|true|try|typeof|var|void|while|with)$/;
