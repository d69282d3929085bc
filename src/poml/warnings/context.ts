import type { MarkupElement } from '../markup/index.ts';
import { type CompiledDocument, compileBraced, roleOf } from '../template/document.ts';
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

/** Globals of the host that POML's expressions see and ours do not. */
const HOST = new Set([
  'process',
  'require',
  'module',
  'exports',
  '__dirname',
  '__filename',
  'global',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'performance',
  'navigator',
  'crypto',
]);

/** Names of the host in expressions, as far as the prompt has no variables of these names. */
export function hostGlobals({ recorded, context, trusted }: Evidence): Finding[] {
  if (trusted) return [];
  const findings: Finding[] = [];
  const read = recorded.documents.filter(({ markup }) => markup.root !== undefined);
  const own = new Set([
    ...Object.keys(context),
    ...read.flatMap(({ markup }) => [...declared(markup.root!)]),
  ]);
  for (const document of read) {
    for (const { source, start, end } of expressionsOf(document.markup.root!, document)) {
      if (![...HOST].some((name) => source.includes(name))) continue;
      for (const name of namesOf(source)) {
        // A name in quotes may be a key of the context element.
        if (!HOST.has(name) || own.has(name) || document.file.text.includes(`"${name}"`)) continue;
        findings.push({
          code: 'host-global',
          message: `"${name}" belongs to the process and does not exist in expressions here: pass what you need as a variable, or render with trust`,
          origin: { file: document.file, start, end },
        });
      }
    }
  }
  return findings;
}

function namesOf(source: string): readonly string[] {
  try {
    return compileBraced(source).names;
  } catch {
    return [];
  }
}

/** Names that a document sets itself. */
function* declared(element: MarkupElement): Generator<string> {
  for (const { name, value } of element.attributes) {
    const lower = name.toLowerCase();
    if (lower === 'name' && value && roleOf(element.name) === 'let') yield value;
    else if (lower === 'for' && value) yield* value.match(/[\w$]+/g) ?? [];
  }
  for (const child of element.children) if (child.kind === 'element') yield* declared(child);
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
