import type { MarkupDropped } from '../markup/index.ts';
import type { CompiledDocument } from '../template/document.ts';
import type { WarningCode } from './codes.ts';
import { excerpt, type Finding } from './finding.ts';
import { type Check, placeOf, placeOfValue, writtenAttributes } from './visit.ts';

/** How to write what a reference stands for. */
const REFERENCES: Readonly<Record<string, string>> = {
  lt: '#lt;',
  gt: '#gt;',
  amp: '#amp;',
  quot: '#quot;',
  apos: '#apos;',
};

function mendFor(reference: string): string {
  const known = REFERENCES[reference.slice(1, -1)];
  return known ? `write ${known}` : 'write the character itself';
}

interface Kind {
  readonly code: WarningCode;
  readonly tell: (text: string) => string;
}

const SPLIT = 'cuts the {{ }} expression around it in two, and the pieces are printed as they stand';

const KINDS: Readonly<Record<MarkupDropped['kind'], Kind>> = {
  entity: {
    code: 'entity-deleted',
    tell: (text) =>
      text.startsWith('&#x')
        ? `${text} is deleted, and what follows its first digit is printed: write the character itself`
        : `${text} is deleted, not decoded: ${mendFor(text)}`,
  },
  cdata: {
    code: 'cdata-deleted',
    tell: () => 'a CDATA section is deleted with all that is in it: write the text, with #lt; and #amp;',
  },
  'processing-instruction': {
    code: 'instruction-deleted',
    tell: (text) => `${excerpt(text)} is deleted: escape it as #lt;?…?#gt; to have it printed`,
  },
  declaration: {
    code: 'instruction-deleted',
    tell: (text) => `${excerpt(text)} is deleted: escape it as #lt;!…#gt; to have it printed`,
  },
  'comment-in-expression': { code: 'expression-split', tell: () => `this comment ${SPLIT}: move it out` },
};

/** What of the markup is deleted without an error. */
export function droppedMarkup({ file, markup }: CompiledDocument): Finding[] {
  return markup.dropped.map(({ kind, start, end }) => {
    const origin = { file, start, end };
    const text = file.text.slice(start, end);
    if (kind !== 'comment-in-expression' && splitsExpression(file.text, start, end)) {
      const mend = kind === 'entity' ? 'write the character in another way' : 'move it out';
      return { code: 'expression-split', message: `${excerpt(text)} ${SPLIT}: ${mend}`, origin };
    }
    return { code: KINDS[kind].code, message: KINDS[kind].tell(text), origin };
  });
}

/** How far around a place an expression is looked for. Farther would cost the square of a long file. */
const REACH = 2000;

function splitsExpression(source: string, start: number, end: number): boolean {
  const before = source.slice(Math.max(0, start - REACH), start);
  const opened = before.lastIndexOf('{{');
  if (opened === -1 || before.includes('}}', opened) || before.includes('</', opened)) return false;
  const after = source.slice(end, end + REACH);
  const closed = after.indexOf('}}');
  return closed !== -1 && !after.slice(0, closed).includes('<');
}

const REFERENCE = /&(?:[A-Za-z][\w.-]*|#[0-9]+|#x[0-9a-fA-F]+);/;

/** References in attributes stay as they are typed. */
export const referencesInAttributes: Check = ({ markup }, report) => {
  for (const attribute of writtenAttributes(markup)) {
    const found = attribute.value ? REFERENCE.exec(attribute.value) : null;
    if (found === null) continue;
    const start = attribute.valueStart + found.index;
    const decoded = REFERENCES[found[0].slice(1, -1)];
    const mend = decoded ? `write ${decoded}` : 'write the character itself';
    report('entity-in-attribute', `${found[0]} stays as typed in an attribute: ${mend}`, {
      start,
      end: start + found[0].length,
    });
  }
};

/** POML closes whatever is open, whatever the name in the closing tag. */
export const closingTags: Check = ({ markup, document }, report) => {
  if (document.markup.problems.length > 0) return;
  const { text } = document.file;
  if (markup.nameEnd === 0 || text[markup.end - 2] === '/') return;
  const start = text.lastIndexOf('</', markup.end - 2);
  if (start <= markup.start) return;
  const written = text.slice(start + 2, markup.end - 1).trim();
  const local = written.slice(written.indexOf(':') + 1);
  if (local.toLowerCase() !== markup.name.toLowerCase()) {
    report('closing-tag-mismatch', `</${written}> closes <${markup.name}>: POML does not compare the names`, {
      start,
      end: markup.end,
    });
  }
};

/** Of an attribute given twice, components take the last and the language's own attributes the first. */
export const repeatedAttributes: Check = ({ markup, role }, report) => {
  const seen = new Map<string, string>();
  for (const attribute of writtenAttributes(markup)) {
    const key = attribute.name.replace(/-(?=[a-z])/g, '').toLowerCase();
    const before = seen.get(key);
    if (before !== undefined) {
      const first = role !== 'component' || key === 'if' || key === 'for';
      const counts = first ? `the first (${before})` : 'this one';
      report(
        'repeated-attribute',
        `"${attribute.name}" is given twice, and only ${counts} counts`,
        placeOf(attribute),
      );
    } else seen.set(key, `${attribute.name}="${excerpt(attribute.value ?? '', 20)}"`);
  }
};

/** An attribute written with an empty value is as if it were not there. */
export const emptyAttributes: Check = ({ markup, component }, report) => {
  if (component === undefined) return;
  for (const attribute of writtenAttributes(markup)) {
    const name = attribute.name.toLowerCase();
    if (attribute.value !== '' || name === 'if' || name === 'for') continue;
    report(
      'empty-attribute',
      `${attribute.name}="" is ignored: write ${attribute.name}="{{ '' }}" for an empty text, or leave it out`,
      placeOf(attribute),
    );
  }
};

// Names people take for escapes: those in another letter case, and some of HTML's.
const LOOKALIKE = /#(lt|gt|amp|quot|apos|hash|lbrace|rbrace|nbsp|newline|tab|lcub|rcub|num);/gi;
const ESCAPES = new Set(['lt', 'gt', 'amp', 'quot', 'apos', 'hash', 'lbrace', 'rbrace']);

/** Escapes that POML does not know, or not in this letter case. */
export const unknownEscapes: Check = ({ markup, role }, report) => {
  if (role !== 'component') return;
  const look = (text: string, offset: number) => {
    if (!text.includes('#')) return;
    for (const match of text.matchAll(LOOKALIKE)) {
      const name = match[1]!;
      if (ESCAPES.has(name)) continue;
      const lower = name.toLowerCase();
      const mend = ESCAPES.has(lower) ? `write #${lower};` : 'write the character itself';
      report('unknown-escape', `${match[0]} is no escape and is printed as typed: ${mend}`, {
        start: offset + match.index,
        end: offset + match.index + match[0].length,
      });
    }
  };
  for (const child of markup.children) if (child.kind === 'text') look(child.text, child.start);
  for (const attribute of writtenAttributes(markup))
    look(attribute.value ?? '', placeOfValue(attribute).start);
};
