import type * as Acorn from 'acorn';
import { GIVE_UP, NAME, NO_NAMES, QuickTokens } from './quick-tokens.ts';

/**
 * Parses the commonest expressions into the very tree that acorn makes of them, at a fraction of the time: names,
 * members, calls, literals, arithmetic, comparisons, `&&`, `||`, `!`, `? :`, lists, objects, and functions written
 * `x => value`. At the first thing that is anything else it gives up, and acorn decides.
 *
 * @param source A function body that starts with `return `.
 * @param from Where the expression starts.
 * @returns `undefined` for what it does not know, errors of syntax included.
 */
export function quickParse(source: string, from: number): Acorn.Statement[] | undefined {
  const parser = new QuickParser(source, from);
  try {
    return parser.body();
  } catch (error) {
    if (error === GIVE_UP) return undefined;
    throw error;
  }
}

const MAX_DEPTH = 50;

const LITERALS = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

const ARROW = /(?:([A-Za-z_$][\w$]*)|\([ \t]*([\w$ \t,]*)\))[ \t]*=>/y;
class QuickParser extends QuickTokens {
  private depth = 0;
  /** Where the operand starts that `unary` read last. */
  private operand = 0;

  body(): Acorn.Statement[] {
    const { source } = this;
    // A line break after `return` ends the statement.
    while (source[this.at] === ' ' || source[this.at] === '\t') this.at++;
    if (source[this.at] === '\n' || source[this.at] === '\r') throw GIVE_UP;
    const argument = this.value();
    if (this.peek() === ';') this.take(1);
    if (this.peek() !== '') throw GIVE_UP;
    return [{ type: 'ReturnStatement', start: 0, end: this.lastEnd, argument }];
  }

  /** What may be assigned or passed: a function or a conditional. */
  private value(): Acorn.Expression {
    if (++this.depth > MAX_DEPTH) throw GIVE_UP;
    this.peek();
    const expression = this.arrow() ?? this.conditional();
    this.depth--;
    return expression;
  }

  private arrow(): Acorn.Expression | undefined {
    ARROW.lastIndex = this.at;
    const match = ARROW.exec(this.source);
    if (match === null) return undefined;
    const { at: start } = this;
    const end = start + match[0].length;
    const params: Acorn.Identifier[] = [];
    if (match[1] !== undefined) params.push(this.parameter());
    else {
      this.take(1);
      while (this.peek() !== ')') {
        params.push(this.parameter());
        if (this.peek() === ',') this.take(1);
        else if (this.peek() !== ')') throw GIVE_UP;
      }
    }
    if (new Set(params.map(({ name }) => name)).size < params.length) throw GIVE_UP;
    this.at = end;
    // Statements.
    if (this.peek() === '{') throw GIVE_UP;
    const body = this.value();
    return {
      type: 'ArrowFunctionExpression',
      start,
      end: this.lastEnd,
      id: null,
      expression: true,
      generator: false,
      async: false,
      params,
      body,
    } as Acorn.ArrowFunctionExpression;
  }

  private parameter(): Acorn.Identifier {
    this.peek();
    const { at: start } = this;
    const name = this.match(NAME);
    if (NO_NAMES.has(name)) throw GIVE_UP;
    return { type: 'Identifier', start, end: this.lastEnd, name };
  }

  private conditional(): Acorn.Expression {
    const { at: start } = this;
    const test = this.operation(this.unary(), start, 0);
    if (this.peek() !== '?') return test;
    this.takeOperator('?');
    const consequent = this.value();
    this.expect(':');
    const alternate = this.value();
    return { type: 'ConditionalExpression', start, end: this.lastEnd, test, consequent, alternate };
  }

  /** Operators that bind more tightly than `least`, after a value that is there already. */
  private operation(first: Acorn.Expression, start: number, least: number): Acorn.Expression {
    let left = first;
    for (;;) {
      const found = this.operator();
      if (found === undefined) return left;
      const [operator, precedence] = found;
      if (precedence <= least) return left;
      this.takeOperator(operator);
      this.peek();
      const right = this.operation(this.unary(), this.operand, precedence);
      left = {
        type: precedence < 3 ? 'LogicalExpression' : 'BinaryExpression',
        start,
        end: this.lastEnd,
        left,
        operator,
        right,
      } as Acorn.Expression;
    }
  }

  private unary(): Acorn.Expression {
    const { at: start, source } = this;
    const character = source[start] ?? '';
    const operator =
      character === '!' || character === '-' || character === '+'
        ? character
        : source.startsWith('typeof', start) && !/[\w$\\]/.test(source[start + 6] ?? '')
          ? 'typeof'
          : undefined;
    let expression: Acorn.Expression;
    if (operator === undefined) expression = this.subscripts();
    else {
      if (++this.depth > MAX_DEPTH) throw GIVE_UP;
      this.take(operator.length);
      if (source[this.at] === '-' || source[this.at] === '+') throw GIVE_UP;
      this.peek();
      const argument = this.unary();
      this.depth--;
      expression = {
        type: 'UnaryExpression',
        start,
        end: this.lastEnd,
        operator,
        prefix: true,
        argument,
      };
    }
    this.operand = start;
    return expression;
  }

  private subscripts(): Acorn.Expression {
    const { at: start } = this;
    let expression = this.atom();
    for (;;) {
      switch (this.peek()) {
        case '.': {
          this.take(1);
          this.peek();
          const { at } = this;
          const name = this.match(NAME);
          const property: Acorn.Identifier = { type: 'Identifier', start: at, end: this.lastEnd, name };
          expression = this.member(start, expression, property, false);
          break;
        }
        case '[': {
          this.take(1);
          const property = this.value();
          this.expect(']');
          expression = this.member(start, expression, property, true);
          break;
        }
        case '(': {
          this.take(1);
          const list = this.peek() === ')' ? [] : this.list();
          this.expect(')');
          expression = {
            type: 'CallExpression',
            start,
            end: this.lastEnd,
            callee: expression,
            arguments: list,
            optional: false,
          };
          break;
        }
        default:
          return expression;
      }
    }
  }

  private member(
    start: number,
    object: Acorn.Expression,
    property: Acorn.Expression,
    computed: boolean,
  ): Acorn.MemberExpression {
    const end = this.lastEnd;
    return { type: 'MemberExpression', start, end, object, property, computed, optional: false };
  }

  private list(): Acorn.Expression[] {
    const values = [this.value()];
    while (this.peek() === ',') {
      this.take(1);
      values.push(this.value());
    }
    return values;
  }

  private atom(): Acorn.Expression {
    const { at: start, source } = this;
    const character = source[start] ?? '';
    switch (character) {
      case '(': {
        this.take(1);
        const inner = this.value();
        this.expect(')');
        return inner;
      }
      case '[': {
        this.take(1);
        const elements = this.peek() === ']' ? [] : this.list();
        this.expect(']');
        return { type: 'ArrayExpression', start, end: this.lastEnd, elements };
      }
      case '{':
        return this.object();
      case '"':
      case "'":
        return this.string(character);
      default:
    }
    if (character >= '0' && character <= '9') return this.number();
    const name = this.match(NAME);
    if (!NO_NAMES.has(name)) return { type: 'Identifier', start, end: this.lastEnd, name };
    const value = LITERALS.get(name);
    if (value === undefined) throw GIVE_UP;
    return { type: 'Literal', start, end: this.lastEnd, value, raw: name };
  }

  private object(): Acorn.ObjectExpression {
    const { at: start } = this;
    const properties: Acorn.Property[] = [];
    this.take(1);
    while (this.peek() !== '}') {
      properties.push(this.property());
      if (this.peek() === ',') this.take(1);
      else if (this.peek() !== '}') throw GIVE_UP;
    }
    this.take(1);
    return { type: 'ObjectExpression', start, end: this.lastEnd, properties };
  }

  private property(): Acorn.Property {
    const { at: start, source } = this;
    const character = source[start]!;
    let key: Acorn.Identifier | Acorn.Literal;
    if (character === '"' || character === "'") key = this.string(character);
    else if (character >= '0' && character <= '9') key = this.number();
    else key = { type: 'Identifier', start, name: this.match(NAME), end: this.lastEnd };
    const name = key.type === 'Identifier' ? key.name : key.value;
    // One of them is special, two are an error.
    if (name === '__proto__') throw GIVE_UP;
    const shorthand = this.peek() !== ':';
    let value: Acorn.Expression = key;
    if (shorthand) {
      if (key.type !== 'Identifier' || NO_NAMES.has(key.name)) throw GIVE_UP;
      value = { ...key };
    } else {
      this.take(1);
      value = this.value();
    }
    return {
      type: 'Property',
      start,
      end: this.lastEnd,
      method: false,
      shorthand,
      computed: false,
      key,
      value,
      kind: 'init',
    };
  }
}
