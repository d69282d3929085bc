import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvDraft04 from 'ajv-draft-04';
import ajvFormats from 'ajv-formats';
import { Parser } from 'htmlparser2';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import type { Log } from 'sarif';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import type { RunModel } from '../model/index.ts';
import { printSummary } from '../summary.ts';
import { HOSTILE, HOSTILE_LINES } from '../testing/hostile.ts';
import { hostileModel, manyChanges, ROOT, sampleCoverage, sampleModel } from '../testing/models.ts';
import {
  COMMENT_LIMIT,
  COMMENT_MARKER,
  githubAnnotations,
  jsonReport,
  junitReport,
  MAX_ANNOTATIONS,
  markdownReport,
  SUMMARY_LIMIT,
  sarifReport,
} from './index.ts';

const hostile = hostileModel(HOSTILE);

/** What must not be in an output that somebody prints. */
const STEERING = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]/u;

function steering(text: string): string[] {
  return [...text].filter((character) => character !== '\n' && STEERING.test(character));
}

/** Lines that a CI would take for a command. */
function commands(text: string): string[] {
  return text.split('\n').filter((line) => /^\s*::\w|##(?:vso)?\[|^\s*##teamcity\[/.test(line));
}

describe('Markdown', () => {
  it('says what changed, where, in how many calls, at what cost', () => {
    const text = markdownReport(sampleModel());
    expect(text.startsWith(`${COMMENT_MARKER}\n### ❌ Prompts: 3 changes touch 4 of 5 recorded calls`)).toBe(
      true,
    );
    const page = micromark(text, {
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
      allowDangerousHtml: true,
    });
    const { texts, tags } = read(page);
    // Three changes, two prompts, and a head for each table.
    expect(tags.filter((tag) => tag === 'tr')).toHaveLength(7);
    expect(texts).toContain('prompts/triage.poml:3');
    expect(texts).toContain('−10 (−3.3%)');
    expect(texts).toContain(
      '+8 tokens (+1.0% in the calls that changed), +$0.004 per 1,000 calls (gpt-4o, list price of 2026-09).',
    );
    expect(texts).toContain('+ Decide how pressing the ticket is.');
  });

  it('shows whatever a prompt holds as text', () => {
    const text = markdownReport(hostile);
    const page = micromark(text, {
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
      allowDangerousHtml: true,
    });
    const { texts, tags } = read(page);
    expect(new Set(tags)).toEqual(
      new Set([
        'h3',
        'p',
        'table',
        'thead',
        'tbody',
        'tr',
        'th',
        'td',
        'code',
        'details',
        'summary',
        'pre',
        'ul',
        'li',
        'blockquote',
      ]),
    );
    expect(tags.filter((tag) => tag === 'h3')).toHaveLength(1);
    expect(tags.filter((tag) => tag === 'table')).toHaveLength(2);
    expect(tags.filter((tag) => tag === 'details')).toHaveLength(2);
    expect(texts).toContain('</script><script>window.pwned = 1</script>');
    expect(texts).toContain('@everyone');
    expect(page).not.toMatch(/<a |<img|pwned-/);
    expect(steering(text)).toEqual([]);
    expect(commands(text)).toEqual([]);
  });

  it('names nobody and links nothing outside of code', () => {
    const outside = markdownReport(hostile)
      .replace(/^(`{3,})diff\n[\s\S]*?^\1$/gm, '')
      .replace(/<code>.*?<\/code>/g, '')
      .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
    expect(outside.match(/<!--/g)).toHaveLength(1);
    // As GitHub reads it: names, numbers and links in what a page shows, whatever they are written as.
    expect(outside).not.toMatch(/@\w|https?:|www\.|#\d|GH-\d|pwned/);
    expect(markdownReport(hostile)).not.toMatch(/^\/(?:close|merge)/m);
  });

  it('keeps within what a comment and a summary may hold', () => {
    const many = manyChanges(2000);
    for (const limit of [COMMENT_LIMIT, SUMMARY_LIMIT, 3000, 400]) {
      const text = markdownReport(many, limit);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
      expect(text.startsWith(COMMENT_MARKER)).toBe(true);
    }
    expect(markdownReport(many, 3000)).toMatch(/had to be cut/);
    // The longest texts that a record can hold.
    const long = 'x`|<'.repeat(20_000);
    expect(Buffer.byteLength(markdownReport(hostileModel(long)))).toBeLessThanOrEqual(COMMENT_LIMIT);
  });
});

describe('GitHub annotations', () => {
  it('stand at the line of the change', () => {
    expect(githubAnnotations(sampleModel(), ROOT)).toEqual([
      '::error file=prompts/_tone.poml,line=2,col=1,title=Prompt change in 3 recorded calls of 2 prompts::<item>Never promise a refund.</item> was added%0Adesk › 0001.triage, desk › 0002.triage, desk › 0003.reply',
      '::error file=prompts/triage.poml,line=3,col=9,title=Prompt change in 2 recorded calls::"urgent" became "pressing"%0Adesk › 0001.triage, desk › 0002.triage',
      '::error file=prompts/reply.poml,line=7,col=11,title=Prompt change in 1 recorded call::listStyle="star" became listStyle="dash"%0Adesk › 0004.reply',
    ]);
  });

  it('are relative to the checkout, not to the project', () => {
    expect(githubAnnotations(sampleModel(), '/')[0]).toContain('file=repo/prompts/_tone.poml,');
  });

  it('are no more than GitHub shows, and the last one says how many there are', () => {
    const lines = githubAnnotations(manyChanges(500), ROOT);
    expect(lines).toHaveLength(MAX_ANNOTATIONS);
    expect(lines.at(-1)).toContain('and 491 more problems');
  });

  it('are one command a line whatever a prompt holds', () => {
    const lines = githubAnnotations(hostile, ROOT);
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(steering(line)).toEqual([]);
      expect(line).not.toContain('\n');
      const [, properties = ''] = /^::error (.*?)::/.exec(line) ?? [];
      expect(
        properties.split(',').every((pair) => /^(?:file|line|col|title)=[^:,=]*(?:=[^:,]*)*$/.test(pair)),
      ).toBe(true);
      expect(line).not.toMatch(/%(?!25|0A|0D|3A|2C)/);
    }
  });
});

describe('JUnit', () => {
  it('has a suite for each prompt and a case for each call', () => {
    const { elements } = parseXml(junitReport(sampleModel()));
    const root = elements[0]!;
    expect(root).toMatchObject({ name: 'testsuites', attributes: { tests: '5', failures: '4' } });
    expect(elements.filter(({ name }) => name === 'testsuite').map(({ attributes }) => attributes)).toEqual([
      expect.objectContaining({ name: 'prompts/reply.poml', tests: '2', failures: '2' }),
      expect.objectContaining({ name: 'prompts/triage.poml', tests: '2', failures: '2' }),
      expect.objectContaining({ name: 'prompts/bye.poml', tests: '1', failures: '0' }),
    ]);
    const failure = elements.find(
      ({ name, attributes }) => name === 'failure' && attributes.message?.includes('triage'),
    );
    expect(failure?.attributes.message).toBe('prompts/triage.poml:3 "urgent" became "pressing"');
    expect(failure?.text).toContain('+ Decide how pressing the ticket is.');
    expect(elements.filter(({ name }) => name === 'testcase')).toHaveLength(5);
  });

  it('is well-formed XML whatever a prompt holds', () => {
    const text = junitReport(hostile);
    const { elements } = parseXml(text);
    expect(new Set(elements.map(({ name }) => name))).toEqual(
      new Set(['testsuites', 'testsuite', 'testcase', 'failure']),
    );
    expect(elements.some((element) => element.text.includes(']]> <![CDATA[pwned]]> &pwned; &#0;'))).toBe(
      true,
    );
    expect(steering(text)).toEqual([]);
    expect(commands(text)).toEqual([]);
  });
});

describe('SARIF', () => {
  const require = createRequire(import.meta.url);
  const ajv = new ajvDraft04.default({ strict: false, unicodeRegExp: false });
  ajvFormats.default(ajv as never);
  const validate = ajv.compile(require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'));

  it.each([
    ['a run with changes', sampleModel()],
    ['500 changes', manyChanges(500)],
    ['hostile texts', hostile],
  ])('is valid by the official schema for %s', (_, model) => {
    validate(JSON.parse(sarifReport(model, ROOT)));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('has one result for each change, at its line', () => {
    const log = JSON.parse(sarifReport(sampleModel(), ROOT)) as Log;
    const results = log.runs[0]?.results ?? [];
    expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ['prompt/include', 'error'],
      ['prompt/markup', 'error'],
      ['prompt/markup', 'error'],
    ]);
    expect(results[1]?.locations?.[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'prompts/triage.poml', uriBaseId: '%SRCROOT%' },
      region: { startLine: 3, startColumn: 9, endLine: 3 },
    });
    expect(results[1]?.partialFingerprints).toEqual({ cause: 'markup:prompts/triage.poml:aaaaaaaaaaaa' });
    expect(results[1]?.properties).toMatchObject({ calls: 2, prompts: ['prompts/triage.poml'] });
  });

  it('shows whatever a prompt holds as text', () => {
    const text = sarifReport(hostile, ROOT);
    expect(steering(text)).toEqual([]);
    expect(commands(text)).toEqual([]);
    const log = JSON.parse(text) as Log;
    for (const result of log.runs[0]?.results ?? []) {
      expect(steering(result.message.text ?? '')).toEqual([]);
      expect(result.locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? '').not.toMatch(/[\s<>"]/);
    }
  });
});

describe('JSON', () => {
  const ajv = new Ajv2020({ allErrors: true });
  ajvFormats.default(ajv as never);
  const validate = ajv.compile(
    JSON.parse(readFileSync(new URL('../../../docs/report.schema.json', import.meta.url), 'utf8')),
  );

  it.each([
    ['a run with changes', sampleModel()],
    ['500 changes', manyChanges(500)],
    ['coverage', { ...sampleModel(), coverage: sampleCoverage() }],
    ['hostile texts', hostile],
  ])('is valid by its schema for %s', (_, model) => {
    validate(JSON.parse(jsonReport(model)));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('is not valid by its schema with something else in it', () => {
    expect(validate({ ...JSON.parse(jsonReport(sampleModel())), version: 2 })).toBe(false);
    expect(validate({ ...JSON.parse(jsonReport(sampleModel())), more: 1 })).toBe(false);
  });

  it.each([
    ['a run with changes', sampleModel()],
    ['hostile texts', hostile],
  ])('reads back as the model for %s, and prints harmlessly', (_, model) => {
    const text = jsonReport(model);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(model)) as RunModel);
    expect(steering(text)).toEqual([]);
    expect(commands(text)).toEqual([]);
  });
});

describe('the terminal', () => {
  it('shows whatever a prompt holds as text', () => {
    const text = printSummary(hostile).join('\n');
    expect(steering(text)).toEqual([]);
    expect(commands(text)).toEqual([]);
    expect(text).toContain('pwned');
  });
});

it('the hostile texts are what they are taken for', () => {
  expect(steering(HOSTILE).length).toBeGreaterThan(20);
  expect(commands(HOSTILE).length).toBeGreaterThan(4);
  expect(HOSTILE_LINES.length).toBeGreaterThan(20);
});

/** The tags and the text of a page. */
function read(page: string): { tags: string[]; texts: string } {
  const tags: string[] = [];
  let texts = '';
  const parser = new Parser({ onopentag: (name) => tags.push(name), ontext: (text) => (texts += text) });
  parser.end(page);
  return { tags, texts };
}

interface Element {
  name: string;
  attributes: Record<string, string>;
  text: string;
}

/** Reads XML strictly. */
function parseXml(text: string): { elements: Element[] } {
  const elements: Element[] = [];
  const open: Element[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes: attributes as Record<string, string>, text: '' };
    elements.push(element);
    open.push(element);
  });
  parser.on('text', (piece) => {
    const element = open.at(-1);
    if (element) element.text += piece;
  });
  parser.on('closetag', () => open.pop());
  parser.write(text).close();
  return { elements };
}
