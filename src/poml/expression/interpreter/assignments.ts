import type * as Acorn from 'acorn';
import { setMember } from '../sandbox/members.ts';
import type { Compiler } from './compiler.ts';
import { constantKey, missingObject } from './members.ts';
import { add, BINARY, toPrimitive } from './operators.ts';
import { compileTarget } from './patterns.ts';
import { printed } from './printer.ts';
import type { StaticScope } from './static-scope.ts';
import type { Activation, Env, Run } from './types.ts';
import { assignVariable, readVariable } from './variables.ts';

type Combine = (act: Activation, old: unknown, right: Run, env: Env) => unknown;

/** Compiles `=` and all its compound forms. */
export function compileAssignment(
  node: Acorn.AssignmentExpression,
  compiler: Compiler,
  scope: StaticScope,
): Run {
  const left = unwrap(node.left);
  const name = left.type === 'Identifier' && node.left === left ? left.name : undefined;
  const right = compiler.expression(node.right, scope, name);
  if (node.operator === '=') return plain(left, right, compiler, scope, printed(node.right));
  const operator = node.operator.slice(0, -1);
  if (operator === '&&' || operator === '||' || operator === '??') {
    return conditional(left, operator, right, compiler, scope);
  }
  const apply = operator === '+' ? add : BINARY[operator]!;
  return combined(left, compiler, scope, (act, old, run, env) => apply(act.realm, old, run(env, act)), right);
}

function unwrap(node: Acorn.Pattern | Acorn.Expression): Acorn.Pattern | Acorn.Expression {
  return node.type === 'ParenthesizedExpression' ? unwrap(node.expression) : node;
}

function plain(
  left: Acorn.Pattern | Acorn.Expression,
  right: Run,
  compiler: Compiler,
  scope: StaticScope,
  text: string,
): Run {
  const key =
    left.type === 'MemberExpression' && left.object.type !== 'Super' ? constantKey(left) : undefined;
  if (left.type === 'MemberExpression' && key !== undefined) {
    const object = compiler.expression(left.object as Acorn.Expression, scope);
    const { strict } = scope;
    return (env, act) => {
      const target = object(env, act);
      const value = right(env, act);
      if (target === null || target === undefined) missingObject(target, key, 'set');
      setMember(act.realm, target, key, value, strict);
      return value;
    };
  }
  if (left.type === 'MemberExpression') {
    const reference = compiler.reference(left, scope);
    return (env, act) => {
      const place = reference(env, act);
      const value = right(env, act);
      place.set(value);
      return value;
    };
  }
  const store = compileTarget(left, compiler, scope, false, text);
  return (env, act) => {
    const value = right(env, act);
    store(env, act, value);
    return value;
  };
}

function conditional(
  left: Acorn.Pattern | Acorn.Expression,
  operator: '&&' | '||' | '??',
  right: Run,
  compiler: Compiler,
  scope: StaticScope,
): Run {
  const keeps = (old: unknown): boolean =>
    operator === '&&' ? !old : operator === '||' ? Boolean(old) : old !== null && old !== undefined;
  if (left.type === 'MemberExpression') {
    const reference = compiler.reference(left, scope);
    return (env, act) => {
      const place = reference(env, act);
      const old = place.get();
      if (keeps(old)) return old;
      const value = right(env, act);
      place.set(value);
      return value;
    };
  }
  const { name } = left as Acorn.Identifier;
  const read = readVariable(compiler, scope, name);
  const store = assignVariable(compiler, scope, name);
  return (env, act) => {
    const old = read(env, act);
    if (keeps(old)) return old;
    const value = right(env, act);
    store(env, act, value);
    return value;
  };
}

function combined(
  left: Acorn.Pattern | Acorn.Expression,
  compiler: Compiler,
  scope: StaticScope,
  combine: Combine,
  right: Run,
  finish: (old: unknown, made: unknown) => unknown = (_old, made) => made,
): Run {
  if (left.type === 'MemberExpression') {
    const reference = compiler.reference(left, scope);
    return (env, act) => {
      const place = reference(env, act);
      const old = place.get();
      const made = combine(act, old, right, env);
      place.set(made);
      return finish(old, made);
    };
  }
  const { name } = left as Acorn.Identifier;
  const read = readVariable(compiler, scope, name);
  const store = assignVariable(compiler, scope, name);
  return (env, act) => {
    const old = read(env, act);
    const made = combine(act, old, right, env);
    store(env, act, made);
    return finish(old, made);
  };
}

const NOTHING: Run = () => undefined;

/** The old value as the number that `++` and `--` start from. */
function toNumeric(value: unknown): number | bigint {
  const primitive = toPrimitive(value, 'number');
  return typeof primitive === 'bigint' ? primitive : Number(primitive);
}

/** Compiles `++` and `--`. */
export function compileUpdate(node: Acorn.UpdateExpression, compiler: Compiler, scope: StaticScope): Run {
  const sign = node.operator === '++' ? 1 : -1;
  const { prefix } = node;
  return combined(
    unwrap(node.argument),
    compiler,
    scope,
    (_act, old) => {
      const number = toNumeric(old);
      return typeof number === 'bigint' ? number + BigInt(sign) : number + sign;
    },
    NOTHING,
    (old, made) => {
      if (prefix) return made;
      // The made value shows which number the old one was converted to, without converting it again.
      if (typeof old === 'number' || typeof old === 'bigint') return old;
      return typeof made === 'bigint' ? made - BigInt(sign) : (made as number) - sign;
    },
  );
}
