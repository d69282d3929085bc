import type * as Acorn from 'acorn';
import type { StaticScope } from './static-scope.ts';

const known = new WeakMap<object, boolean>();

/** Whether a node contains `yield`, `await` or `for await` that belongs to the function around it. */
export function hasSuspension(node: Acorn.Node): boolean {
  const answer = known.get(node);
  if (answer !== undefined) return answer;
  const found = search(node);
  known.set(node, found);
  return found;
}

function search(node: Acorn.Node): boolean {
  if (node.type === 'YieldExpression' || node.type === 'AwaitExpression') return true;
  if (node.type === 'ForOfStatement' && (node as Acorn.ForOfStatement).await) return true;
  if (/Function(?:Expression|Declaration)$/.test(node.type)) return false;
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value) ? value.some(isSuspending) : isSuspending(value)) return true;
  }
  return false;
}

function isSuspending(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && hasSuspension(value as Acorn.Node);
}

type Part = Acorn.Expression;

/** Replaces the parts of an expression by names of slots, so that they can be evaluated one by one before it. */
export class Lifter {
  readonly parts: { readonly slot: number; readonly part: Part }[] = [];
  private readonly scope: StaticScope;

  constructor(scope: StaticScope) {
    this.scope = scope;
  }

  /** The expression with its parts replaced; `undefined` for kinds where that is not possible. */
  lift(node: Acorn.Expression): Acorn.Expression | undefined {
    switch (node.type) {
      case 'BinaryExpression':
        if (node.left.type === 'PrivateIdentifier') return { ...node, right: this.part(node.right) };
        return { ...node, left: this.part(node.left), right: this.part(node.right) };
      case 'UnaryExpression':
        if (node.operator === 'delete' && node.argument.type === 'MemberExpression') {
          return { ...node, argument: this.member(node.argument) };
        }
        return { ...node, argument: this.part(node.argument) };
      case 'MemberExpression':
        return this.member(node);
      case 'ChainExpression': {
        const inner = this.lift(node.expression);
        return inner && { ...node, expression: inner as typeof node.expression };
      }
      case 'CallExpression':
        return { ...node, callee: this.callee(node.callee), arguments: this.list(node.arguments) };
      case 'NewExpression':
        return { ...node, callee: this.part(node.callee), arguments: this.list(node.arguments) };
      case 'TemplateLiteral':
        return { ...node, expressions: node.expressions.map((part) => this.part(part)) };
      case 'TaggedTemplateExpression': {
        const tag = this.callee(node.tag) as Part;
        const expressions = node.quasi.expressions.map((part) => this.part(part));
        return { ...node, tag, quasi: { ...node.quasi, expressions } };
      }
      case 'ArrayExpression':
        return { ...node, elements: node.elements.map((item) => (item === null ? null : this.item(item))) };
      case 'ObjectExpression':
        return { ...node, properties: node.properties.map((property) => this.property(property)) };
      case 'AssignmentExpression':
        return this.assignment(node);
      default:
        return undefined;
    }
  }

  private part(part: Part): Part {
    if (part.type === 'Literal' || /Function/.test(part.type)) return part;
    const name = `%${this.scope.size}`;
    const { slot } = this.scope.declare(name, 'var');
    this.parts.push({ slot, part });
    return { type: 'Identifier', name, start: part.start, end: part.end };
  }

  private item(item: Part | Acorn.SpreadElement): Part | Acorn.SpreadElement {
    return item.type === 'SpreadElement' ? { ...item, argument: this.part(item.argument) } : this.part(item);
  }

  private list(items: readonly (Part | Acorn.SpreadElement)[]): (Part | Acorn.SpreadElement)[] {
    return items.map((item) => this.item(item));
  }

  private member(node: Acorn.MemberExpression): Acorn.MemberExpression {
    const object = node.object.type === 'Super' ? node.object : this.chained(node.object);
    const property = node.computed ? this.part(node.property as Part) : node.property;
    return { ...node, object, property };
  }

  /** Inside an optional chain the object is lifted link by link, so that a chain that ends stays ended. */
  private chained(node: Part): Part {
    const isLink = node.type === 'MemberExpression' || node.type === 'CallExpression';
    return isLink && hasOptional(node) ? (this.lift(node) ?? this.part(node)) : this.part(node);
  }

  private callee(node: Part | Acorn.Super): Part | Acorn.Super {
    if (node.type === 'Super') return node;
    return node.type === 'MemberExpression' ? this.member(node) : this.chained(node);
  }

  private property(property: Acorn.Property | Acorn.SpreadElement): Acorn.Property | Acorn.SpreadElement {
    if (property.type === 'SpreadElement') return { ...property, argument: this.part(property.argument) };
    const key = property.computed ? this.part(property.key) : property.key;
    if (property.kind !== 'init' || property.method) return { ...property, key };
    return { ...property, key, value: this.part(property.value), shorthand: false };
  }

  private assignment(node: Acorn.AssignmentExpression): Acorn.Expression | undefined {
    const left = node.left.type === 'MemberExpression' ? this.member(node.left) : node.left;
    if (node.operator === '=') return { ...node, left, right: this.part(node.right) };
    const operator = node.operator.slice(0, -1);
    const isLogical = operator === '&&' || operator === '||' || operator === '??';
    // The old value is read before the right side waits.
    const old = this.part(left as Part);
    if (isLogical) return undefined;
    const { start, end } = node;
    const right: Acorn.BinaryExpression = {
      type: 'BinaryExpression',
      operator: operator as Acorn.BinaryOperator,
      left: old,
      right: this.part(node.right),
      start,
      end,
    };
    return { ...node, operator: '=', left, right };
  }
}

function hasOptional(node: Acorn.Node): boolean {
  if (node.type === 'MemberExpression') {
    const member = node as Acorn.MemberExpression;
    return member.optional || hasOptional(member.object);
  }
  if (node.type === 'CallExpression') {
    const call = node as Acorn.CallExpression;
    return (call.optional ?? false) || hasOptional(call.callee);
  }
  return false;
}
