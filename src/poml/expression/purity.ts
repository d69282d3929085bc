import type * as Acorn from 'acorn';
import { patternNames } from './interpreter/static-scope.ts';

/**
 * Methods that change nothing, whatever standard object they are called on, when their callbacks do not either.
 * Names that also stand for a changing method of some standard object (`set`, `add`, `delete`) are left out.
 */
const PURE_METHODS = new Set(
  // arrays and strings
  (
    'at concat entries every filter find findIndex findLast findLastIndex flat flatMap forEach includes indexOf join ' +
    'keys lastIndexOf map reduce reduceRight slice some toReversed toSorted toSpliced values with charAt charCodeAt ' +
    'codePointAt endsWith localeCompare match matchAll normalize padEnd padStart repeat replace replaceAll search split ' +
    'startsWith substr substring toLocaleLowerCase toLocaleUpperCase toLowerCase toUpperCase trim trimEnd trimLeft ' +
    'trimRight trimStart isWellFormed toWellFormed ' +
    // everything, numbers, dates
    'toString toLocaleString valueOf hasOwnProperty isPrototypeOf propertyIsEnumerable toFixed toPrecision ' +
    'toExponential toISOString toJSON toUTCString toDateString toTimeString toLocaleDateString toLocaleTimeString ' +
    'getTime getFullYear getMonth getDate getDay getHours getMinutes getSeconds getMilliseconds getTimezoneOffset ' +
    'getUTCFullYear getUTCMonth getUTCDate getUTCDay getUTCHours getUTCMinutes getUTCSeconds getUTCMilliseconds ' +
    // maps and sets
    'get has union intersection difference symmetricDifference isSubsetOf isSupersetOf isDisjointFrom ' +
    // formats
    'format formatToParts formatRange select of compare resolvedOptions'
  ).split(' '),
);

/** Methods that change their object, harmless on one that the expression has just made. */
const CHANGING_METHODS = new Set(
  'sort reverse push pop shift unshift splice fill copyWithin add set delete'.split(' '),
);

/** Methods whose result is always a new array. */
const FRESH_METHODS = new Set(
  'map filter slice concat flat flatMap split toReversed toSorted toSpliced with sort reverse'.split(' '),
);

const PURE_FUNCTIONS = new Set(
  (
    'String Number Boolean BigInt Array Object Symbol parseInt parseFloat isNaN isFinite encodeURI ' +
    'encodeURIComponent decodeURI decodeURIComponent escape unescape atob btoa structuredClone RegExp'
  ).split(' '),
);

const PURE_STATICS = new Set([
  ...'keys values entries fromEntries is hasOwn getOwnPropertyNames groupBy'
    .split(' ')
    .map((name) => `Object.${name}`),
  ...'isArray of from'.split(' ').map((name) => `Array.${name}`),
  ...'isFinite isInteger isNaN isSafeInteger parseFloat parseInt'.split(' ').map((name) => `Number.${name}`),
  ...'fromCharCode fromCodePoint raw'.split(' ').map((name) => `String.${name}`),
  ...(
    'abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp expm1 floor fround hypot imul log log10 ' +
    'log1p log2 max min pow round sign sin sinh sqrt tan tanh trunc'
  )
    .split(' ')
    .map((name) => `Math.${name}`),
  'JSON.stringify',
  'JSON.parse',
  'Date.UTC',
  'Date.parse',
  'Buffer.from',
  'Buffer.byteLength',
  'Map.groupBy',
]);

/** Functions that call their second argument. */
const TAKES_CALLBACK = new Set([
  'Array.from',
  'JSON.parse',
  'JSON.stringify',
  'Object.groupBy',
  'Map.groupBy',
]);

const PURE_CONSTRUCTORS = new Set(
  'Date Map Set Array RegExp String Number Boolean Error TypeError RangeError URL URLSearchParams'.split(' '),
);

const NAMESPACES = new Set('Object Array Number String Math JSON Date Buffer Map Intl'.split(' '));

/** Names that reach the global object, the clock or chance when they are passed on as values. */
const FORBIDDEN_NAMES = new Set(
  'arguments globalThis eval Function console Math Date Intl JSON Symbol Promise'.split(' '),
);

const FORBIDDEN_MEMBERS = new Set(['Math.random', 'Date.now']);

/** Methods that call what they are given. */
const CALLBACK_METHODS = new Set(
  (
    'every filter find findIndex findLast findLastIndex flatMap forEach map reduce reduceRight some sort toSorted ' +
    'groupBy'
  ).split(' '),
);

/** Names that the expression declares: assigning to them changes nothing outside. */
class Locals {
  private readonly names: ReadonlySet<string>;
  private readonly outer: Locals | undefined;

  constructor(names: Iterable<string>, outer?: Locals) {
    this.names = new Set(names);
    this.outer = outer;
  }

  has(name: string): boolean {
    return this.names.has(name) || (this.outer?.has(name) ?? false);
  }
}

/**
 * Whether a function body certainly has no effect outside of it and depends on nothing but its free names. Anything
 * unknown counts as impure. What `toString`, `toJSON` or a getter of a value in the context does is not looked at:
 * recorded contexts are plain data.
 */
export function isPure(statements: readonly Acorn.Statement[]): boolean {
  const [first] = statements;
  // Functions that are hoisted from later statements are rare: not worth an analysis.
  if (statements.length > 1 && statements.some((node) => node.type === 'FunctionDeclaration')) return false;
  if (first?.type !== 'ReturnStatement') return false;
  const names = statements.slice(1).flatMap((node) => declared(node));
  return !first.argument || pure(first.argument, new Locals(names));
}

function declared(node: Acorn.Statement): string[] {
  return node.type === 'VariableDeclaration' ? node.declarations.flatMap(({ id }) => patternNames(id)) : [];
}

type Part = Acorn.Expression | Acorn.SpreadElement | Acorn.Super | Acorn.PrivateIdentifier | null | undefined;

function all(nodes: readonly Part[], locals: Locals): boolean {
  return nodes.every((node) => pure(node, locals));
}

function pure(node: Part, locals: Locals): boolean {
  switch (node?.type) {
    case undefined:
    case 'Literal':
      return true;
    case 'Identifier':
      return locals.has(node.name) || !FORBIDDEN_NAMES.has(node.name);
    case 'MemberExpression': {
      const name = staticName(node, locals);
      if (name !== undefined) return !FORBIDDEN_MEMBERS.has(name);
      return pure(node.object, locals) && (!node.computed || pure(node.property, locals));
    }
    case 'ChainExpression':
    case 'ParenthesizedExpression':
      return pure(node.expression, locals);
    case 'CallExpression':
      return pureCall(node, locals);
    case 'NewExpression':
      return pureNew(node, locals);
    case 'BinaryExpression':
      // The class of a value is looked at, not used.
      if (node.operator === 'instanceof' && node.right.type === 'Identifier') return pure(node.left, locals);
      return pure(node.left, locals) && pure(node.right, locals);
    case 'LogicalExpression':
      return pure(node.left, locals) && pure(node.right, locals);
    case 'ConditionalExpression':
      return all([node.test, node.consequent, node.alternate], locals);
    case 'UnaryExpression':
      return node.operator !== 'delete' && pure(node.argument, locals);
    case 'UpdateExpression':
      return node.argument.type === 'Identifier' && locals.has(node.argument.name);
    case 'AssignmentExpression':
      return pureTarget(node.left, locals) && pure(node.right, locals);
    case 'TemplateLiteral':
      return all(node.expressions, locals);
    case 'TaggedTemplateExpression':
      return staticName(node.tag, locals) === 'String.raw' && all(node.quasi.expressions, locals);
    case 'ArrayExpression':
      return all(node.elements, locals);
    case 'SpreadElement':
      return pure(node.argument, locals);
    case 'ObjectExpression':
      return node.properties.every((property) =>
        property.type === 'SpreadElement'
          ? pure(property.argument, locals)
          : property.kind === 'init' &&
            !property.method &&
            (!property.computed || pure(property.key, locals)) &&
            pure(property.value, locals),
      );
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return pureFunction(node, locals);
    case 'SequenceExpression':
      return all(node.expressions, locals);
    default:
      return false;
  }
}

/** Whether calling a function is pure: its body may change its own variables. */
function pureFunction(
  node: Acorn.ArrowFunctionExpression | Acorn.FunctionExpression | Acorn.FunctionDeclaration,
  outer: Locals,
): boolean {
  if (node.async || node.generator) return false;
  const names = node.params.flatMap((param) => patternNames(param));
  const locals = new Locals(names, outer);
  if (!node.params.every((param) => purePattern(param, locals))) return false;
  return node.body.type === 'BlockStatement' ? pureBlock(node.body.body, locals) : pure(node.body, locals);
}

function purePattern(node: Acorn.Pattern | null, locals: Locals): boolean {
  switch (node?.type) {
    case undefined:
    case 'Identifier':
      return true;
    case 'AssignmentPattern':
      return purePattern(node.left, locals) && pure(node.right, locals);
    case 'RestElement':
      return purePattern(node.argument, locals);
    case 'ArrayPattern':
      return node.elements.every((element) => purePattern(element, locals));
    case 'ObjectPattern':
      return node.properties.every((property) =>
        property.type === 'RestElement'
          ? purePattern(property.argument, locals)
          : (!property.computed || pure(property.key, locals)) && purePattern(property.value, locals),
      );
    default:
      return false;
  }
}

/** Whether a target is only made of names that the expression declares. */
function pureTarget(node: Acorn.Pattern, locals: Locals): boolean {
  return purePattern(node, locals) && patternNames(node).every((name) => locals.has(name));
}

function pureBlock(statements: readonly Acorn.Statement[], outer: Locals): boolean {
  const locals = new Locals(statements.flatMap(declared), outer);
  return statements.every((statement) => pureStatement(statement, locals));
}

function pureStatement(node: Acorn.Statement | null | undefined, locals: Locals): boolean {
  switch (node?.type) {
    case undefined:
    case 'EmptyStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return true;
    case 'ExpressionStatement':
      return pure(node.expression, locals);
    case 'ReturnStatement':
    case 'ThrowStatement':
      return pure(node.argument, locals);
    case 'VariableDeclaration':
      return node.declarations.every(({ id, init }) => purePattern(id, locals) && pure(init, locals));
    case 'IfStatement':
      return (
        pure(node.test, locals) &&
        pureStatement(node.consequent, locals) &&
        pureStatement(node.alternate, locals)
      );
    case 'BlockStatement':
      return pureBlock(node.body, locals);
    case 'WhileStatement':
    case 'DoWhileStatement':
      return pure(node.test, locals) && pureStatement(node.body, locals);
    case 'ForStatement': {
      const declares = node.init?.type === 'VariableDeclaration';
      const inner = new Locals(declares ? declared(node.init as Acorn.VariableDeclaration) : [], locals);
      const starts = declares
        ? pureStatement(node.init as Acorn.VariableDeclaration, inner)
        : pure(node.init as Acorn.Expression | null, inner);
      return starts && pure(node.test, inner) && pure(node.update, inner) && pureStatement(node.body, inner);
    }
    case 'ForInStatement':
    case 'ForOfStatement': {
      if (node.left.type !== 'VariableDeclaration') return false;
      const inner = new Locals(declared(node.left), locals);
      return (
        purePattern(node.left.declarations[0]!.id, inner) &&
        pure(node.right, locals) &&
        pureStatement(node.body, inner)
      );
    }
    case 'SwitchStatement':
      return (
        pure(node.discriminant, locals) &&
        node.cases.every(({ test, consequent }) => pure(test, locals) && pureBlock(consequent, locals))
      );
    default:
      return false;
  }
}

/** `Math.max` for that call, when `Math` is the global one. */
function staticName(node: Acorn.Expression | Acorn.Super, locals: Locals): string | undefined {
  if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier')
    return undefined;
  if (node.object.type !== 'Identifier' || locals.has(node.object.name)) return undefined;
  return NAMESPACES.has(node.object.name) ? `${node.object.name}.${node.property.name}` : undefined;
}

/** Whether an expression makes a new array or object, so that changing it is nobody else's business. */
function isFresh(node: Acorn.Expression | Acorn.Super): boolean {
  if (node.type === 'ArrayExpression' || node.type === 'ObjectExpression') return true;
  if (node.type === 'NewExpression') return true;
  if (node.type === 'ParenthesizedExpression') return isFresh(node.expression);
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false;
  const { object, property, computed } = node.callee;
  if (computed || property.type !== 'Identifier') return false;
  if (object.type === 'Identifier' && (object.name === 'Object' || object.name === 'Array')) {
    return ['keys', 'values', 'entries', 'from', 'of'].includes(property.name);
  }
  // sort and reverse give their own array back: new only when that was.
  if (property.name === 'sort' || property.name === 'reverse') return isFresh(object);
  return FRESH_METHODS.has(property.name);
}

function pureCall(node: Acorn.CallExpression, locals: Locals): boolean {
  if (!all(node.arguments, locals)) return false;
  const { callee } = node;
  if (callee.type === 'Identifier') return !locals.has(callee.name) && PURE_FUNCTIONS.has(callee.name);
  if (callee.type === 'ArrowFunctionExpression' || callee.type === 'FunctionExpression') {
    return pureFunction(callee, locals);
  }
  if (callee.type === 'ParenthesizedExpression') {
    return pureCall({ ...node, callee: callee.expression }, locals);
  }
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier')
    return false;
  const name = staticName(callee, locals);
  if (name !== undefined) {
    return PURE_STATICS.has(name) && (!TAKES_CALLBACK.has(name) || isCallback(node.arguments[1], locals));
  }
  if (!pure(callee.object, locals)) return false;
  const method = callee.property.name;
  if (CALLBACK_METHODS.has(method) && !isCallback(node.arguments[0], locals)) return false;
  if (method === 'test' || method === 'exec') {
    return callee.object.type === 'Literal' && callee.object.regex !== undefined;
  }
  if (CHANGING_METHODS.has(method)) return isFresh(callee.object);
  return PURE_METHODS.has(method);
}

/** Whether an argument may be called: a function that is not written here could do anything. */
function isCallback(node: Acorn.Expression | Acorn.SpreadElement | undefined, locals: Locals): boolean {
  switch (node?.type) {
    case undefined:
    case 'Literal':
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
    case 'ObjectExpression':
    case 'ArrayExpression':
    case 'TemplateLiteral':
    case 'BinaryExpression':
      return true;
    case 'Identifier':
      return node.name === 'undefined' || (!locals.has(node.name) && PURE_FUNCTIONS.has(node.name));
    case 'MemberExpression':
      return PURE_STATICS.has(staticName(node, locals) ?? '');
    default:
      return false;
  }
}

function pureNew(node: Acorn.NewExpression, locals: Locals): boolean {
  if (!all(node.arguments, locals)) return false;
  const { callee } = node;
  if (callee.type === 'Identifier') {
    if (locals.has(callee.name) || !PURE_CONSTRUCTORS.has(callee.name)) return false;
    // Without an argument, or with a spread that may be empty, it is the clock.
    return (
      callee.name !== 'Date' || (node.arguments.length > 0 && node.arguments[0]!.type !== 'SpreadElement')
    );
  }
  return (
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'Intl' &&
    node.arguments.length > 0
  );
}
