import type * as Acorn from 'acorn';
import { blockScope, compileBlock } from './blocks.ts';
import { compileClass } from './classes.ts';
import type { Compiler } from './compiler.ts';
import { compileBlockFunction, compileVariables } from './declarations.ts';
import { compileFor, compileForEach, compileWhile } from './loops.ts';
import type { StaticScope } from './static-scope.ts';
import { compileTry } from './try.ts';
import type { Completion, Execute } from './types.ts';
import { initializeVariable } from './variables.ts';
import { withScope } from './with.ts';

/** Compiles one statement; `undefined` when it does nothing. */
export function compileStatement(
  node: Acorn.Statement,
  compiler: Compiler,
  scope: StaticScope,
): Execute | undefined {
  switch (node.type) {
    case 'ExpressionStatement': {
      const run = compiler.expression(node.expression, scope);
      return (env, act) => {
        run(env, act);
        return undefined;
      };
    }
    case 'VariableDeclaration':
      return compileVariables(node, compiler, scope);
    case 'ReturnStatement': {
      const run = node.argument ? compiler.expression(node.argument, scope) : undefined;
      return (env, act) => ({ kind: 'return', label: undefined, value: run?.(env, act) });
    }
    case 'IfStatement': {
      const test = compiler.expression(node.test, scope);
      const consequent = compiler.statement(node.consequent, scope);
      const alternate = node.alternate ? compiler.statement(node.alternate, scope) : undefined;
      return (env, act) => (test(env, act) ? consequent?.(env, act) : alternate?.(env, act));
    }
    case 'BlockStatement':
      return compileBlock(node.body, compiler, scope);
    case 'EmptyStatement':
    case 'DebuggerStatement':
      return undefined;
    case 'FunctionDeclaration':
      return compileBlockFunction(node, scope);
    case 'ClassDeclaration': {
      const make = compileClass(node, compiler, scope, node.id.name);
      const store = initializeVariable(compiler, scope, node.id.name);
      return (env, act) => {
        store(env, act, make(env, act));
        return undefined;
      };
    }
    case 'ThrowStatement': {
      const run = compiler.expression(node.argument, scope);
      return (env, act) => {
        throw run(env, act);
      };
    }
    case 'TryStatement':
      return compileTry(node, compiler, scope);
    case 'ForStatement':
      return compileFor(node, compiler, scope, []);
    case 'ForInStatement':
    case 'ForOfStatement':
      return compileForEach(node, compiler, scope, []);
    case 'WhileStatement':
    case 'DoWhileStatement':
      return compileWhile(node, compiler, scope, []);
    case 'SwitchStatement':
      return switchStatement(node, compiler, scope);
    case 'LabeledStatement':
      return labeled(node, compiler, scope, []);
    case 'BreakStatement':
    case 'ContinueStatement': {
      const completion: Completion = {
        kind: node.type === 'BreakStatement' ? 'break' : 'continue',
        label: node.label?.name,
        value: undefined,
      };
      return () => completion;
    }
    case 'WithStatement': {
      const object = compiler.expression(node.object, scope);
      const inner = withScope(scope);
      const body = compiler.statement(node.body, inner.scope);
      return (env, act) => {
        const own = inner.open(env, object(env, act));
        return body?.(own, act);
      };
    }
  }
}

/** Compiles a list of statements whose names are declared. */
export function compileStatements(
  nodes: readonly Acorn.Statement[],
  compiler: Compiler,
  scope: StaticScope,
): Execute | undefined {
  const steps: Execute[] = [];
  for (const node of nodes) {
    const step = compiler.statement(node, scope);
    if (step !== undefined) steps.push(step);
  }
  const [first] = steps;
  if (steps.length <= 1) return first;
  return (env, act) => {
    for (const step of steps) {
      const done = step(env, act);
      if (done !== undefined) return done;
    }
    return undefined;
  };
}

function switchStatement(node: Acorn.SwitchStatement, compiler: Compiler, outer: StaticScope): Execute {
  const discriminant = compiler.expression(node.discriminant, outer);
  const all = node.cases.flatMap(({ consequent }) => consequent);
  const own = blockScope(all, compiler, outer);
  const scope = own?.scope ?? outer;
  const cases = node.cases.map(({ test, consequent }) => ({
    test: test ? compiler.expression(test, scope) : undefined,
    run: compiler.statements(consequent, scope),
  }));
  return (env, act) => {
    const value = discriminant(env, act);
    const inner = own?.open(env, act) ?? env;
    let start = cases.findIndex(({ test }) => test !== undefined && test(inner, act) === value);
    if (start < 0) start = cases.findIndex(({ test }) => test === undefined);
    if (start < 0) return undefined;
    for (const { run } of cases.slice(start)) {
      const done = run?.(inner, act);
      if (done !== undefined) return done.kind === 'break' && done.label === undefined ? undefined : done;
    }
    return undefined;
  };
}

function labeled(
  node: Acorn.LabeledStatement,
  compiler: Compiler,
  scope: StaticScope,
  outer: readonly string[],
): Execute | undefined {
  const labels = [...outer, node.label.name];
  const { body } = node;
  const execute =
    body.type === 'ForStatement'
      ? compileFor(body, compiler, scope, labels)
      : body.type === 'ForInStatement' || body.type === 'ForOfStatement'
        ? compileForEach(body, compiler, scope, labels)
        : body.type === 'WhileStatement' || body.type === 'DoWhileStatement'
          ? compileWhile(body, compiler, scope, labels)
          : body.type === 'LabeledStatement'
            ? labeled(body, compiler, scope, labels)
            : compiler.statement(body, scope);
  return (env, act) => {
    const done = execute?.(env, act);
    return done?.kind === 'break' && done.label === node.label.name ? undefined : done;
  };
}
