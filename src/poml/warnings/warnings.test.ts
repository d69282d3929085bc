import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { render, renderSync } from '../index.ts';
import type { RenderOptions, RenderWarning } from '../types.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const CASES = path.join(ROOT, 'fixtures/conformance');

function json(file: string): Record<string, unknown> | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : undefined;
}

async function warningsOfCase(name: string): Promise<RenderWarning[]> {
  const base = path.join(CASES, name);
  const prompt = await render(readFileSync(`${base}.poml`, 'utf8'), {
    context: json(`${base}.context.json`) ?? {},
    stylesheet: json(`${base}.stylesheet.json`) ?? {},
    sourcePath: `${base}.poml`,
    strict: false,
    ...json(`${base}.options.json`),
  });
  return prompt.warnings;
}

/** `code line:column` of each warning. */
function places(warnings: readonly RenderWarning[]): string[] {
  return warnings.map(({ code, location }) => `${code} ${location?.line}:${location?.column}`);
}

function warningsOf(markup: string, options: RenderOptions = {}): RenderWarning[] {
  return renderSync(markup, { strict: false, ...options }).warnings;
}

const codesOf = (markup: string, options: RenderOptions = {}) =>
  warningsOf(markup, options).map(({ code }) => code);

describe('conformance cases', () => {
  it.each([
    [
      'templating/attr-duplicate-last-wins',
      ['repeated-attribute 2:25', 'repeated-attribute 3:16', 'repeated-attribute 4:36'],
    ],
    ['templating/cdata-is-dropped', ['cdata-deleted 2:13', 'cdata-deleted 3:24', 'cdata-deleted 4:17']],
    ['templating/comment-inside-expression-breaks-it', ['expression-split 3:22']],
    ['templating/context-in-nested-poml-ignored', ['setting-not-read 3:5', 'setting-not-read 4:5']],
    ['templating/doc-agrave-is-a-placeholder', ['letter-lost 2:12']],
    ['templating/expr-newlines-inside-braces', ['expression-over-lines 6:37', 'expression-over-lines 8:23']],
    [
      'templating/expr-shift-consumes-context-across-passes',
      ['context-changed 2:19', 'context-changed 3:20'],
    ],
    ['templating/expr-statement-oddities', ['statements-ignored 3:84']],
    ['templating/for-root-renders-first-only', ['root-parts-lost 1:1']],
    ['templating/for-whitespace-and-newline-in-syntax', ['loop-list-cut 5:11']],
    ['templating/if-braces-inside-quotes-is-literal', ['braces-in-string 3:10', 'braces-in-string 4:10']],
    ['templating/runtime-keeps-if-and-for-as-params', ['runtime-condition-sent 3:12']],
    ['templating/schema-eval-falsy-is-ignored', ['schema-empty 3:3']],
    ['templating/tool-only-document-with-schema-and-runtime', ['message-empty 1:1']],
    ['templating/ws-br-between-lines', ['attribute-without-effect 2:54']],
    [
      'components/chat-tool-request-inside-paragraph-drops-text',
      ['text-lost 2:6', 'message-empty 2:6', 'message-empty 2:77', 'text-lost 2:78'],
    ],
    ['components/chat-json-root-speaker-ai-is-lost', ['speaker-ignored 1:1']],
    ['components/chat-conversation-selected-minus-one-is-empty', ['selection-empty 3:40']],
    ['components/intent-caption-number-with-transform', ['value-joined-with-commas 3:7']],
    ['components/limit-char-across-speakers', ['limit-cut 1:1', 'message-empty 4:3']],
    [
      'components/limit-priority-nested-only-within-limited-parent',
      ['priority-dropped 3:5', 'priority-without-effect 7:8'],
    ],
    ['components/syntax-json-scalar-types', ['number-not-read 9:3', 'number-not-read 10:3']],
    ['components/writer-csv-options-on-root-do-not-reach-table', ['writer-option-without-effect 1:7']],
    ['components/ws-pre-is-not-inherited', ['white-space-not-inherited 2:38']],
    ['data/table-limits-of-one-repeat-everything', ['table-limit-of-one 3:44', 'table-limit-of-one 5:44']],
    [
      'data/obj-name-attribute-ignored-in-json',
      ['names-lost 3:3', 'attribute-without-effect 3:8', 'attribute-without-effect 4:8'],
    ],
    ['data/folder-markdown-default-depth', ['folder-depth-cut 3:11']],
  ])('%s', async (name, expected) => {
    expect(places(await warningsOfCase(name))).toEqual(expected);
  });

  it('never fails to work out the warnings of a case', { timeout: 60_000 }, async () => {
    const codes = new Set<string>();
    for (const area of ['templating', 'components', 'data']) {
      for (const file of readdirSync(path.join(CASES, area))) {
        if (!file.endsWith('.poml') || file.startsWith('_')) continue;
        const name = `${area}/${file.slice(0, -'.poml'.length)}`;
        const warnings = await warningsOfCase(name).catch((error: unknown) => {
          // Errors that leave no result, strict or not.
          if ((error as Error).name === 'RenderError') return [];
          throw new Error(`warnings of ${name}`, { cause: error });
        });
        for (const { code } of warnings) codes.add(code);
      }
    }
    expect(codes.size).toBeGreaterThan(40);
  });
});

describe('warnings', () => {
  it('are none for a prompt that means what it says', () => {
    const prompt = renderSync(
      '<poml><system-msg><role>Clerk</role><list><item for="n in names">{{ n }}</item></list></system-msg>' +
        '<human-msg><p whiteSpace="pre">{{ mail }}</p><p if="vip">VIP</p></human-msg></poml>',
      { context: { names: ['a', 'b'], mail: 'one\n\ntwo', vip: false } },
    );
    expect(prompt.warnings).toEqual([]);
  });

  it('name file, line and column', () => {
    const warnings = warningsOf('<poml>\n  <task captoin="a">x</task>\n</poml>', { sourcePath: '/p/q.poml' });
    expect(warnings).toEqual([
      {
        code: 'unknown-attribute',
        message: '<task> has no attribute "captoin": did you mean caption?',
        location: { file: '/p/q.poml', line: 2, column: 9, offset: 15, endOffset: 26 },
      },
    ]);
  });

  it('name the way of includes', async () => {
    const [warning] = await warningsOfCase('templating/include-as-root-shows-first-block-only');
    expect(warning).toMatchObject({
      code: 'root-parts-lost',
      location: { line: 3, includedFrom: [{ line: 1, column: 1 }] },
    });
  });

  it('tell a place once, however often it is rendered', () => {
    expect(codesOf('<list><item for="n in [1,2,3]" id="x">{{ true }}</item></list>')).toEqual([
      'unknown-attribute',
      'value-prints-nothing',
    ]);
  });

  it('count branches that are not taken for what the text alone tells', () => {
    expect(codesOf('<poml><p>a</p><p if="false" hidden="1">b &amp; c</p></poml>')).toEqual([
      'unknown-attribute',
      'entity-deleted',
    ]);
  });

  it.each(['b?.c', 'b ?? null', 'a ? 1 : null'])(
    'leave alone what is meant to print nothing: %s',
    (expression) => {
      expect(codesOf(`<p>Hi {{ ${expression} }}</p>`, { context: { a: false, b: undefined } })).toEqual([]);
    },
  );

  it('know the attributes that work without being documented', () => {
    const markup =
      '<poml blankLine="false"><h level="3">a</h><p syntax="json" inline="true">b</p>' +
      '<hint captionEnding="newline">c</hint><examples className="x"><example name="y"><input>i</input></example></examples>' +
      '<conversation messages="[]" charLimit="9" /></poml>';
    expect(codesOf(markup)).toEqual([]);
  });

  it.each([
    ['<obj data="[1]" speaker="ai" />', ['attribute-without-effect']],
    ['<obj data="[1]" syntax="json" speaker="ai" />', []],
    [
      '<examples><example caption="First"><input>a</input></example></examples>',
      ['attribute-without-effect'],
    ],
    ['<examples><example><input caption="In">a</input></example></examples>', ['attribute-without-effect']],
    ['<examples chat="false"><example><input caption="In">a</input></example></examples>', []],
    ['<conversation messages="[]" speaker="ai" />', ['attribute-without-effect']],
    ['<document src="a.txt" charLimit="3" />', ['attribute-without-effect']],
  ])('know attributes that do nothing: %s', (markup, expected) => {
    expect(codesOf(`<poml><p>a</p>${markup}</poml>`)).toEqual(expected);
  });

  it('say nothing of text beside messages of the same speaker', () => {
    expect(codesOf('<poml>One<p>two</p>three</poml>')).toEqual([]);
  });

  it('find lost text where it stands', () => {
    const [lost] = warningsOf('<poml>\n  <p>a</p>\n  Loose words.\n  <human-msg>Hi</human-msg>\n</poml>');
    expect(lost).toMatchObject({ code: 'text-lost', location: { line: 3, column: 3 } });
    expect(lost?.message).toContain('"Loose words."');
  });

  it('leave rules for elements of skipped branches alone, and shared stylesheets', () => {
    const rule = '<stylesheet>{".late": {"speaker": "ai"}, "h": {"level": 2}}</stylesheet>';
    expect(codesOf(`<poml>${rule}<p>a</p><h if="false" className="late">b</h></poml>`)).toEqual([]);
    expect(
      codesOf('<p>a</p>', { stylesheet: { table: { syntax: 'csv' }, '.other': { speaker: 'ai' } } }),
    ).toEqual([]);
    expect(codesOf('<p>a</p>', { stylesheet: { tabel: { syntax: 'csv' } } })).toEqual([
      'selector-without-match',
    ]);
  });

  it('take back what a stylesheet mends', () => {
    const code = '<code inline="false">a\nb</code>';
    expect(codesOf(code)).toEqual(['code-flattened']);
    expect(codesOf(code, { stylesheet: { code: { whiteSpace: 'pre' } } })).toEqual([]);
  });

  it('tell of speakers in HTML, but not of turns that cannot be turns there', () => {
    const html = '<poml><p speaker="system">a</p><p syntax="html" speaker="ai">b</p></poml>';
    expect(codesOf(html)).toEqual(['speaker-ignored']);
    expect(
      codesOf('<poml syntax="json"><examples><example><input>a</input></example></examples></poml>'),
    ).toEqual([]);
  });

  it('tell of limits in JSON and of those that are no numbers', () => {
    expect(codesOf('<poml syntax="json"><p charLimit="2">abc</p><p>d</p></poml>')).toEqual([
      'limit-without-effect',
    ]);
    expect(codesOf('<poml><p syntax="json" charLimit="99">abc</p></poml>')).toEqual([]);
  });

  it('do not come with a failing render as its consequence', () => {
    expect(codesOf('<poml><taks>a</taks></poml>')).toEqual([]);
  });

  it('stay within bounds for a prompt with very many of them', { timeout: 60_000 }, () => {
    const markup = `<poml>${'a &lt; b <p id="x">{{ true }} c</p><human-msg>d</human-msg>loose<ai-msg>e</ai-msg>'.repeat(3000)}</poml>`;
    const codes = codesOf(markup);
    expect(codes.filter((code) => code === 'entity-deleted')).toHaveLength(100);
    expect(codes.filter((code) => code === 'text-lost')).toHaveLength(100);
  });

  it('do not change what is rendered, whenever they are read', () => {
    const markup = '<poml><stylesheet>{"p": {"charLimit": 3}}</stylesheet><p>abcdef</p></poml>';
    const prompt = renderSync(markup);
    const before = JSON.stringify(prompt);
    expect(prompt.warnings).toBe(prompt.warnings);
    expect(JSON.stringify(prompt)).toBe(before);
    expect(JSON.stringify(renderSync(markup))).toBe(before);
  });
});

/** What the recorded applications raise; each of these is true. */
const EXPECTED = [
  // An empty comment at the end of a message leaves an empty system message behind it.
  'csat_followup message-empty 9:44',
  'draft_reply line-breaks-folded 25:17',
  'escalation_note limit-cut 15:5',
  'handover line-breaks-folded 14:17',
  'policy_answer line-breaks-folded 5:122',
];

describe('applications', () => {
  it('raise only warnings that are true', async () => {
    const found = new Set<string>();
    for (const app of ['support-triage', 'travel-desk', 'code-review-bot']) {
      const home = path.join(ROOT, 'examples', app);
      for (const session of readdirSync(path.join(home, 'pomlruns'))) {
        const folder = path.join(home, 'pomlruns', session);
        for (const file of readdirSync(folder).filter((name) => name.endsWith('.poml'))) {
          const name = file.split('.')[1]!;
          const prompt = await render(readFileSync(path.join(folder, file), 'utf8'), {
            context: json(path.join(folder, file.replace(/poml$/, 'context.json'))) ?? {},
            sourcePath: path.join(home, 'prompts', `${name}.poml`),
            strict: false,
          });
          for (const place of places(prompt.warnings)) found.add(`${name} ${place}`);
        }
      }
    }
    expect([...found].sort()).toEqual(EXPECTED);
  });
});
