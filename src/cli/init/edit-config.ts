import { type Expression, type Node, type ObjectExpression, type Pattern, type Program, parse } from 'acorn';

/** A piece of text to put in at an offset. */
interface Insertion {
  at: number;
  text: string;
}

/** What a config calls to have the plugin. */
export interface PluginCall {
  /** E.g. `poml({ sessions: 'pomlruns/*' })`. */
  code: string;
  /** Where it is imported from. */
  from: string;
}

/**
 * Puts the plugin into a Vitest or Vite config, everything else left as it is: an import behind the others, the call at
 * the end of `plugins`.
 *
 * @returns `undefined` for a config that is not understood: syntax of TypeScript only, CommonJS, a config that is computed
 */
export function addPlugin(code: string, call: PluginCall): string | undefined {
  const program = parsed(code);
  const config = program && configObject(program);
  if (!config) return undefined;
  const plugin = pluginInsertion(code, config, call.code);
  if (!plugin) return undefined;
  const edited = inserted(code, [importInsertion(code, program, call), plugin]);
  return parsed(edited) && edited;
}

function parsed(code: string): Program | undefined {
  try {
    return parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
  } catch {
    return undefined;
  }
}

/** The object that a config exports, through `defineConfig`, functions, `mergeConfig` and names. */
function configObject(program: Program): ObjectExpression | undefined {
  const exported = program.body.find((statement) => statement.type === 'ExportDefaultDeclaration');
  return exported && objectIn(exported.declaration, program, 0);
}

const MAX_STEPS = 10;

function objectIn(
  node: Node | null | undefined,
  program: Program,
  step: number,
): ObjectExpression | undefined {
  if (!node || step > MAX_STEPS) return undefined;
  const expression = node as Expression;
  switch (expression.type) {
    case 'ObjectExpression':
      return expression;
    case 'AwaitExpression':
      return objectIn(expression.argument, program, step + 1);
    case 'CallExpression':
      // Of `mergeConfig(base, { … })` the last is one's own.
      return objectIn(expression.arguments.at(-1), program, step + 1);
    case 'ArrowFunctionExpression':
    case 'FunctionExpression': {
      const { body } = expression;
      if (body.type !== 'BlockStatement') return objectIn(body, program, step + 1);
      const returns = body.body.filter((statement) => statement.type === 'ReturnStatement');
      return returns.length === 1 ? objectIn(returns[0]?.argument, program, step + 1) : undefined;
    }
    case 'Identifier':
      return objectIn(declared(expression.name, program), program, step + 1);
    default:
      return undefined;
  }
}

function declared(name: string, program: Program): Node | null | undefined {
  for (const statement of program.body) {
    if (statement.type !== 'VariableDeclaration') continue;
    const found = statement.declarations.find(({ id }) => isNamed(id, name));
    if (found) return found.init;
  }
  return undefined;
}

function isNamed(pattern: Pattern, name: string): boolean {
  return pattern.type === 'Identifier' && pattern.name === name;
}

function pluginInsertion(code: string, config: ObjectExpression, call: string): Insertion | undefined {
  const property = config.properties.find(
    (each) =>
      each.type === 'Property' &&
      !each.computed &&
      ((each.key.type === 'Identifier' && each.key.name === 'plugins') ||
        (each.key.type === 'Literal' && each.key.value === 'plugins')),
  );
  if (!property) return propertyInsertion(code, config, `plugins: [${call}]`);
  if (property.type !== 'Property' || property.value.type !== 'ArrayExpression') return undefined;
  const { elements, start, end } = property.value;
  const last = elements.at(-1);
  if (!last)
    return { at: start + 1, text: code.slice(start + 1, end - 1).trim() === '' ? call : `${call}, ` };
  const tail = code.slice(last.end, end - 1);
  const comma = tail.indexOf(',');
  const at = comma === -1 ? last.end : last.end + comma + 1;
  const isOnOwnLine = code.slice(start, last.start).includes('\n');
  if (!isOnOwnLine) return { at, text: comma === -1 ? `, ${call}` : ` ${call}` };
  const indent = indentAt(code, last.start);
  return { at, text: comma === -1 ? `,\n${indent}${call}` : `\n${indent}${call},` };
}

/** A property in front of the others. */
function propertyInsertion(code: string, { properties, start }: ObjectExpression, text: string): Insertion {
  const [first] = properties;
  if (!first) return { at: start + 1, text: ` ${text} ` };
  const isOnOwnLine = code.slice(start, first.start).includes('\n');
  return { at: first.start, text: isOnOwnLine ? `${text},\n${indentAt(code, first.start)}` : `${text}, ` };
}

function indentAt(code: string, offset: number): string {
  const line = code.slice(code.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^\s*/.exec(line)![0];
}

/** An import in the style of the others, behind them. */
function importInsertion(code: string, program: Program, { from }: PluginCall): Insertion {
  const imports = program.body.filter((statement) => statement.type === 'ImportDeclaration');
  const last = imports.at(-1);
  const sample = last ? code.slice(last.start, last.end) : "'';";
  const quote = sample.includes('"') ? '"' : "'";
  const line = `import { poml } from ${quote}${from}${quote}${sample.endsWith(';') ? ';' : ''}`;
  return last
    ? { at: last.end, text: `\n${line}` }
    : { at: program.body[0]?.start ?? 0, text: `${line}\n\n` };
}

function inserted(code: string, insertions: readonly Insertion[]): string {
  const fromBehind = [...insertions].sort((one, other) => other.at - one.at);
  return fromBehind.reduce((text, { at, text: piece }) => text.slice(0, at) + piece + text.slice(at), code);
}
