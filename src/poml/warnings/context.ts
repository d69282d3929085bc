import type { MarkupElement } from '../markup/index.ts';
import { type CompiledDocument, roleOf } from '../template/document.ts';
import { compileText } from '../template/text.ts';
import type { Evidence } from './evidence.ts';
import { isConditional } from './expressions.ts';
import { excerpt, type Finding } from './finding.ts';

/** What changes a value in place: methods of lists, maps and sets, assignments to fields, counting, `delete`. */
const CHANGES =
  /\.(?:push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|set|add|delete|clear)\s*\(|Object\.(?:assign|defineProperty)\s*\(|[\w\])]\s*(?:[-+*/%|&^]|\*\*|<<|>>>?|&&|\|\||\?\?)?=(?![=>])|\+\+|--|\bdelete\s/;

interface Code {
  readonly source: string;
  readonly start: number;
  readonly end: number;
}

function* expressionsOf(element: MarkupElement, document: CompiledDocument): Generator<Code> {
  const own = roleOf(element.name) !== 'component';
  for (const attribute of element.attributes) {
    const name = attribute.name.toLowerCase();
    const { value, valueStart: start, valueEnd: end } = attribute;
    if (value && (name === 'if' || name === 'for' || (own && name === 'value')))
      yield { source: value, start, end };
    else if (value) yield* inText(value, start, document);
  }
  for (const child of element.children) {
    if (child.kind === 'element') yield* expressionsOf(child, document);
    else yield* inText(child.text, child.start, document);
  }
}

function* inText(text: string, start: number, { file }: CompiledDocument): Generator<Code> {
  for (const segment of compileText(text, file, start).segments) {
    if (segment.expression)
      yield { source: segment.expression.source, start: segment.start, end: segment.end };
  }
}

/** Expressions that changed the variables the prompt was given. */
export function changedContext({ mutatedContext, recorded, document }: Evidence): Finding[] {
  if (!mutatedContext) return [];
  const tell = (source: string) =>
    `${source} changes the variables the prompt was given: POML evaluates a prompt twice, and records the changed ones; work on a copy, e.g. [...list].sort()`;
  const findings: Finding[] = [];
  for (const read of recorded.documents) {
    if (read.markup.root === undefined) continue;
    for (const { source, start, end } of expressionsOf(read.markup.root, read)) {
      if (!CHANGES.test(source)) continue;
      findings.push({
        code: 'context-changed',
        message: tell(excerpt(source)),
        origin: { file: read.file, start, end },
      });
    }
  }
  if (findings.length > 0) return findings;
  const { file, root } = document;
  const start = root?.origin.start ?? 0;
  return [
    {
      code: 'context-changed',
      message: tell('an expression of this prompt'),
      origin: { file, start, end: Math.max(start, root?.markup.nameEnd ?? start) },
    },
  ];
}

/** Objects among the runtime parameters, which are sent as `[object Object]`. */
export function runtimeObjects({ runtime, document }: Evidence): Finding[] {
  const { root } = document.markup;
  if (runtime === undefined || root === undefined) return [];
  const keys = Object.keys(runtime).filter((key) => {
    const value = runtime[key];
    return typeof value === 'string' && value.includes('[object Object]');
  });
  if (keys.length === 0) return [];
  const findings: Finding[] = [];
  const visit = (element: MarkupElement): void => {
    for (const child of element.children) {
      if (child.kind !== 'element') continue;
      if (roleOf(child.name) !== 'runtime') {
        visit(child);
        continue;
      }
      for (const { name, nameStart, valueEnd } of child.attributes) {
        const key = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
        if (!keys.includes(key)) continue;
        findings.push({
          code: 'value-joined-with-commas',
          message: `"${name}" is an object and is sent as [object Object]: write JSON.stringify(…)`,
          origin: { file: document.file, start: nameStart, end: valueEnd },
        });
      }
    }
  };
  visit(root);
  return findings;
}

/** Schemas written as expressions whose value is nothing: no error, and no schema either. */
export function emptyDeclarations({ schema, tools, document, failed }: Evidence): Finding[] {
  const { root } = document.markup;
  if (failed || root === undefined) return [];
  const findings: Finding[] = [];
  const visit = (element: MarkupElement): void => {
    if (isConditional(element)) return;
    const role = roleOf(element.name);
    const missing = (role === 'schema' && schema === undefined) || (role === 'tool' && tools === 0);
    if (missing) {
      findings.push({
        code: 'schema-empty',
        message: `the expression of this <${element.name}> gives nothing, and the model gets no ${
          role === 'schema' ? 'schema' : 'tool'
        }: it must give an object`,
        origin: { file: document.file, start: element.start, end: element.nameEnd },
      });
    }
    for (const child of element.children) if (child.kind === 'element') visit(child);
  };
  visit(root);
  return findings;
}
