import type * as Acorn from 'acorn';
import { PREFIX, parseBody } from '../expression/index.ts';
import { patternNames } from '../expression/interpreter/static-scope.ts';

/** What can come out in more than one way inside of an expression. */
export interface Choice {
  readonly operator: '?:' | '&&' | '||' | '??';
  readonly node: Acorn.Expression;
  /** Of `?:` both branches, of the others everything that stands between the operators. */
  readonly operands: readonly Acorn.Expression[];
  /** Of `?:`. */
  readonly test: Acorn.Expression | undefined;
}

/** A variable or a member of one that is read, `order.items`. */
export interface PathRead {
  readonly node: Acorn.Expression;
  readonly root: string;
  /** What follows the variable, as written: `.items[0]`. */
  readonly rest: string;
}

/** Conditions joined by `&&`, `||`, `??` and `!`. */
export interface Decision {
  readonly node: Acorn.Expression;
  readonly leaves: readonly Acorn.Expression[];
}

/** Two values of which one may be greater. */
export interface Comparison {
  readonly left: Acorn.Expression;
  readonly right: Acorn.Expression;
}

export interface ExpressionParts {
  readonly choices: readonly Choice[];
  readonly paths: readonly PathRead[];
  readonly decisions: readonly Decision[];
  readonly comparisons: readonly Comparison[];
}

/** Where a part of an expression stands in its text. */
export function rangeIn({ start, end }: Acorn.Node): { start: number; end: number } {
  return { start: start - PREFIX.length, end: end - PREFIX.length };
}

/** The statements of an expression; none for one with a syntax error, which never runs. */
export function statementsOf(source: string): readonly Acorn.Statement[] {
  try {
    return parseBody(source);
  } catch {
    return [];
  }
}

/** Looks for everything in an expression that coverage tells apart. Only the first statement runs. */
export function partsOf(statements: readonly Acorn.Statement[]): ExpressionParts {
  const found = { choices: [], paths: [], decisions: [], comparisons: [] } satisfies Collected as Collected;
  const [first] = statements;
  if (first?.type === 'ReturnStatement' && first.argument)
    visit({ node: first.argument, locals: NO_NAMES, joined: false }, found);
  return found;
}

interface Collected {
  choices: Choice[];
  paths: PathRead[];
  decisions: Decision[];
  comparisons: Comparison[];
}

const NO_NAMES: ReadonlySet<string> = new Set();
const ORDERS = new Set(['<', '>', '<=', '>=']);

/** A part of an expression still to be looked at. */
interface Part {
  readonly node: Acorn.Node;
  /** Names that functions around declare. */
  readonly locals: ReadonlySet<string>;
  /** Whether it is an operand of a logical expression, whose decision it belongs to. */
  readonly joined: boolean;
}

function visit(part: Part, found: Collected): void {
  note(part, found);
  for (const inner of within(part)) visit(inner, found);
}

function note({ node, locals, joined }: Part, found: Collected): void {
  const path = pathOf(node as Acorn.Expression, locals);
  if (path !== undefined) found.paths.push(path);
  if (node.type === 'ConditionalExpression') {
    const { test, consequent, alternate } = node as Acorn.ConditionalExpression;
    const operands = [consequent, alternate];
    found.choices.push({ operator: '?:', node: node as Acorn.Expression, operands, test });
  } else if (node.type === 'LogicalExpression') {
    const logical = node as Acorn.LogicalExpression;
    const { operator } = logical;
    if (!joined) found.decisions.push({ node: logical, leaves: leavesOf(logical) });
    found.choices.push({ operator, node: logical, operands: operandsOf(logical, operator), test: undefined });
  } else if (node.type === 'BinaryExpression') {
    const { operator, left, right } = node as Acorn.BinaryExpression;
    if (ORDERS.has(operator) && left.type !== 'PrivateIdentifier') found.comparisons.push({ left, right });
  }
}

/** The parts that are evaluated by themselves: not the name of a member, nor what is only assigned. */
function within({ node, locals, joined }: Part): Part[] {
  const parts = (nodes: Iterable<Acorn.Node>, names = locals, together = false): Part[] =>
    Array.from(nodes, (inner) => ({ node: inner, locals: names, joined: together }));
  switch (node.type) {
    case 'LogicalExpression': {
      const logical = node as Acorn.LogicalExpression;
      return parts(operandsOf(logical, logical.operator), locals, true);
    }
    case 'UnaryExpression': {
      const { operator, argument } = node as Acorn.UnaryExpression;
      // `typeof name` asks whether there is such a name, and does not read it.
      if (operator === 'typeof' && argument.type === 'Identifier') return [];
      return parts([argument], locals, joined && operator === '!');
    }
    case 'AssignmentExpression': {
      const { left, right } = node as Acorn.AssignmentExpression;
      return parts(left.type === 'Identifier' ? [right] : [left, right]);
    }
    case 'CallExpression': {
      const { callee, arguments: given } = node as Acorn.CallExpression;
      // Of a method its object is read.
      const target = callee.type === 'MemberExpression' && !callee.computed ? callee.object : callee;
      return parts([target, ...given]);
    }
    case 'MemberExpression': {
      const { object, property, computed } = node as Acorn.MemberExpression;
      return parts(computed ? [object, property] : [object]);
    }
    case 'Property': {
      const { key, value, computed } = node as Acorn.Property;
      return parts(computed ? [key, value] : [value]);
    }
    case 'ArrowFunctionExpression':
    case 'FunctionExpression': {
      const { params, body } = node as Acorn.ArrowFunctionExpression;
      const names = new Set([...locals, ...params.flatMap((param) => patternNames(param))]);
      if (body.type === 'BlockStatement') addDeclared(body, names);
      return parts([body], names);
    }
    default:
      return parts(childrenOf(node));
  }
}

/** `a`, `b` and `c` of `a && b && c`. */
function operandsOf(node: Acorn.Expression, operator: string): Acorn.Expression[] {
  if (node.type !== 'LogicalExpression' || node.operator !== operator) return [node];
  return [...operandsOf(node.left, operator), ...operandsOf(node.right, operator)];
}

function leavesOf(node: Acorn.Expression): Acorn.Expression[] {
  if (node.type === 'LogicalExpression') return [...leavesOf(node.left), ...leavesOf(node.right)];
  return node.type === 'UnaryExpression' && node.operator === '!' ? leavesOf(node.argument) : [node];
}

/** A free variable with constant members. */
function pathOf(node: Acorn.Expression, locals: ReadonlySet<string>): PathRead | undefined {
  if (node.type === 'Identifier') {
    return locals.has(node.name) || isGlobal(node.name) ? undefined : { node, root: node.name, rest: '' };
  }
  if (node.type !== 'MemberExpression') return undefined;
  const { object, property, computed } = node;
  const outer = object.type === 'Super' ? undefined : pathOf(object, locals);
  if (outer === undefined) return undefined;
  if (!computed && property.type === 'Identifier')
    return { node, root: outer.root, rest: `${outer.rest}.${property.name}` };
  if (property.type !== 'Literal') return undefined;
  return { node, root: outer.root, rest: `${outer.rest}[${property.raw}]` };
}

const GLOBALS = new Set(
  (
    'undefined NaN Infinity globalThis parseInt parseFloat isNaN isFinite encodeURI encodeURIComponent decodeURI ' +
    'decodeURIComponent escape unescape atob btoa structuredClone console arguments eval z'
  ).split(' '),
);

/** A name of the language and not of the prompt's context: standard objects begin with a capital letter. */
function isGlobal(name: string): boolean {
  return GLOBALS.has(name) || (/^[A-Z]/.test(name) && name in globalThis);
}

function addDeclared(node: Acorn.Node, names: Set<string>): void {
  if (node.type === 'VariableDeclarator') {
    for (const name of patternNames((node as Acorn.VariableDeclarator).id)) names.add(name);
  }
  for (const child of childrenOf(node)) addDeclared(child, names);
}

function* childrenOf(node: Acorn.Node): Generator<Acorn.Node> {
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield child;
  }
}

function isNode(value: unknown): value is Acorn.Node {
  return value !== null && typeof value === 'object' && typeof (value as Acorn.Node).type === 'string';
}
