import type * as Acorn from 'acorn';

/** How a name was declared. */
export type BindingKind = 'param' | 'var' | 'function' | 'let' | 'const' | 'class' | 'self';

export interface Binding {
  readonly slot: number;
  readonly kind: BindingKind;
}

/** Where a name is found: how many scopes out, and in which slot. */
export interface Place {
  readonly hops: number;
  readonly binding: Binding;
}

/** The variables of a function, block, loop or class, known before anything runs. Each has an `Env` at run time. */
export class StaticScope {
  readonly parent: StaticScope | undefined;
  readonly strict: boolean;
  /** Whether a `return`-able body and `var` belong here. */
  readonly isFunction: boolean;
  /** Whether the function around is asynchronous. */
  readonly isAsync: boolean;
  /** Whether it is a `with` statement's, whose names are known only when it runs. */
  private readonly isDynamic: boolean;
  readonly bindings = new Map<string, Binding>();
  /** Slots of an environment, the one of the parent included. */
  size = 1;

  constructor(
    parent: StaticScope | undefined,
    options: { isFunction?: boolean; strict?: boolean; isAsync?: boolean; isDynamic?: boolean } = {},
  ) {
    this.isDynamic = options.isDynamic ?? false;
    this.parent = parent;
    this.isFunction = options.isFunction ?? false;
    this.isAsync = options.isAsync ?? parent?.isAsync ?? false;
    this.strict = options.strict ?? parent?.strict ?? false;
  }

  /** Adds a name; a `var` or parameter that is there already keeps its slot. */
  declare(name: string, kind: BindingKind): Binding {
    const known = this.bindings.get(name);
    if (known !== undefined && known.kind !== 'self') return known;
    const binding = { slot: this.size++, kind };
    this.bindings.set(name, binding);
    return binding;
  }

  /** Adds a slot that no name reaches. */
  reserve(): number {
    return this.size++;
  }

  /** A scope inside of this one for a `with` statement. */
  dynamic(): StaticScope {
    return new StaticScope(this, { isDynamic: true });
  }

  /** How many scopes out the `with` statements lie that a name is looked up in before where it is declared. */
  dynamicHops(name: string): number[] {
    const found: number[] = [];
    let hops = 0;
    for (let scope: StaticScope | undefined = this; scope !== undefined; scope = scope.parent) {
      if (scope.isDynamic) found.push(hops);
      else if (scope.bindings.has(name)) break;
      hops++;
    }
    return found;
  }

  resolve(name: string): Place | undefined {
    let hops = 0;
    for (let scope: StaticScope | undefined = this; scope !== undefined; scope = scope.parent) {
      const binding = scope.bindings.get(name);
      if (binding !== undefined) return { hops, binding };
      hops++;
    }
    return undefined;
  }
}

/** Names that a pattern binds. */
export function patternNames(pattern: Acorn.Pattern | Acorn.Property | null, names: string[] = []): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      names.push(pattern.name);
      break;
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        patternNames(property.type === 'RestElement' ? property.argument : property.value, names);
      }
      break;
    case 'ArrayPattern':
      for (const element of pattern.elements) patternNames(element, names);
      break;
    case 'AssignmentPattern':
      patternNames(pattern.left, names);
      break;
    case 'RestElement':
      patternNames(pattern.argument, names);
      break;
    default:
  }
  return names;
}

/** What statements declare for their own block: `let`, `const`, `class` and, in blocks, functions. */
export function declareLexical(statements: readonly Acorn.Node[], scope: StaticScope): void {
  for (const node of statements as Acorn.Statement[]) {
    if (node.type === 'VariableDeclaration' && node.kind !== 'var') {
      for (const { id } of node.declarations) {
        for (const name of patternNames(id)) scope.declare(name, node.kind === 'const' ? 'const' : 'let');
      }
    } else if (node.type === 'ClassDeclaration') {
      scope.declare(node.id.name, 'class');
    } else if (node.type === 'FunctionDeclaration' && !scope.isFunction) {
      scope.declare(node.id.name, 'function');
    }
  }
}

/** Whether statements declare something that needs a scope of its own. */
export function hasLexical(statements: readonly Acorn.Node[]): boolean {
  return (statements as Acorn.Statement[]).some(
    (node) =>
      (node.type === 'VariableDeclaration' && node.kind !== 'var') ||
      node.type === 'ClassDeclaration' ||
      node.type === 'FunctionDeclaration',
  );
}

/** Declares `var` and, directly in the body, functions. Functions in blocks reach the body too, in sloppy code. */
export function declareVars(statements: readonly Acorn.Node[], scope: StaticScope): void {
  for (const node of statements) declareVar(node as Acorn.Statement, scope, true);
}

function declareVar(
  node: Acorn.Statement | Acorn.VariableDeclaration | null | undefined,
  scope: StaticScope,
  top: boolean,
): void {
  switch (node?.type) {
    case 'VariableDeclaration':
      if (node.kind === 'var') {
        for (const { id } of node.declarations)
          for (const name of patternNames(id)) scope.declare(name, 'var');
      }
      break;
    case 'FunctionDeclaration':
      if (top || !scope.strict) scope.declare(node.id.name, top ? 'function' : 'var');
      break;
    case 'BlockStatement':
      for (const inner of node.body) declareVar(inner, scope, false);
      break;
    case 'IfStatement':
      declareVar(node.consequent, scope, false);
      declareVar(node.alternate, scope, false);
      break;
    case 'ForStatement':
      if (node.init?.type === 'VariableDeclaration') declareVar(node.init, scope, false);
      declareVar(node.body, scope, false);
      break;
    case 'ForInStatement':
    case 'ForOfStatement':
      if (node.left.type === 'VariableDeclaration') declareVar(node.left, scope, false);
      declareVar(node.body, scope, false);
      break;
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'WithStatement':
    case 'LabeledStatement':
      declareVar(node.body, scope, top && node.type === 'LabeledStatement');
      break;
    case 'SwitchStatement':
      for (const { consequent } of node.cases)
        for (const inner of consequent) declareVar(inner, scope, false);
      break;
    case 'TryStatement':
      declareVar(node.block, scope, false);
      declareVar(node.handler?.body, scope, false);
      declareVar(node.finalizer, scope, false);
      break;
    default:
  }
}
