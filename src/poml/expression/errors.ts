/** The text of an expression is not JavaScript that POML could run. Nothing of it was evaluated. */
export class ExpressionSyntaxError extends SyntaxError {
  override readonly name = 'SyntaxError';
  /** Where in the expression's text, in UTF-16 units from 0. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** What a render may spend on its expressions. */
export type Budget = 'steps' | 'depth' | 'allocation' | 'regex' | 'time';

const MENDS: Record<Budget, string> = {
  steps:
    'expressions of this render took more than %d steps (calls and loop rounds). Is there an endless loop? ' +
    'If not, raise budget.steps',
  depth:
    'functions in this expression call each other more than %d levels deep. Is there an endless recursion? ' +
    'If not, raise budget.depth',
  allocation:
    'expressions of this render built more than %d characters and list items. ' +
    'If the prompt really needs them, raise budget.allocation',
  regex:
    'a regular expression did not finish within %d ms. Nested quantifiers such as (a+)+ take exponential time: ' +
    'rewrite it, or shorten the text it runs on',
  time:
    'an expression ran for more than %d seconds. Does it go through a large text or list again and again? ' +
    'If the prompt really needs that, raise budget.time',
};

/** A render spent more on its expressions than allowed. The program inside an expression cannot catch it. */
export class ExpressionBudgetError extends Error {
  override readonly name = 'ExpressionBudgetError';
  readonly budget: Budget;
  readonly limit: number;

  constructor(budget: Budget, limit: number) {
    super(`Expression budget exceeded: ${MENDS[budget].replace('%d', String(limit))}.`);
    this.budget = budget;
    this.limit = limit;
  }
}
