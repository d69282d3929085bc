import type * as Acorn from 'acorn';

/**
 * The words by which V8 names an expression in its errors (`items.map(...).x is not a function`). Parts that it does
 * not print are `(intermediate value)`.
 */
export function printed(node: Acorn.Expression | Acorn.Super | Acorn.PrivateIdentifier): string {
  switch (node.type) {
    case 'Identifier':
      return node.name;
    case 'PrivateIdentifier':
      return `#${node.name}`;
    case 'ThisExpression':
      return 'this';
    case 'Super':
      return 'super';
    case 'Literal':
      return typeof node.value === 'string' ? `"${node.value}"` : (node.raw ?? String(node.value));
    case 'ParenthesizedExpression':
      return printed(node.expression);
    case 'ChainExpression':
      return printed(node.expression);
    case 'MemberExpression': {
      const object = node.object.type === 'Super' ? '(intermediate value)' : printed(node.object);
      const dot = node.optional ? '?.' : '.';
      if (!node.computed) return `${object}${dot}${printed(node.property)}`;
      const key = node.property;
      if (key.type === 'Literal' && typeof key.value === 'string') return `${object}${dot}${key.value}`;
      return `${object}${node.optional ? '?.' : ''}[${printed(key)}]`;
    }
    case 'CallExpression':
      return `${node.callee.type === 'Super' ? '(intermediate value)' : printed(node.callee)}(...)`;
    case 'BinaryExpression':
    case 'LogicalExpression':
      return `(${printed(node.left)} ${node.operator} ${printed(node.right)})`;
    case 'ObjectExpression':
      return `{${'(intermediate value)'.repeat(node.properties.length)}}`;
    case 'UnaryExpression':
      if (node.operator === '-' && node.argument.type === 'Literal') return `-${node.argument.raw}`;
      return `(${node.operator}${node.operator.length > 1 ? ' ' : ''}${printed(node.argument)})`;
    case 'ConditionalExpression':
      return '(intermediate value)(intermediate value)(intermediate value)';
    default:
      return '(intermediate value)';
  }
}

/** How an expression is named when its value cannot be iterated. */
export function printedIterable(node: Acorn.Expression): string {
  const words =
    node.type === 'CallExpression'
      ? `${printed(node.callee)} is not a function or its return value`
      : printed(node);
  return words;
}
