import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Coverage } from './coverage/collector.ts';
import { renderSync } from './index.ts';

const ROUNDS = 7;

/** Recorded contexts hold bytes as text. */
function revive(_: string, value: unknown): unknown {
  const text = (value as { __base64__?: string } | null)?.__base64__;
  return text === undefined ? value : Buffer.from(text, 'base64');
}

const CASES = path.resolve(import.meta.dirname, '../../fixtures/conformance');

// The first renders of a prompt expand every component, later ones make plans and constant parts, the last only
// repeat them: all must come to the same.
describe.each(['components', 'templating'])('%s', (area) => {
  const folder = path.join(CASES, area);
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.result.json'))
    .map((file) => file.slice(0, -'.result.json'.length));

  test.each(names)('%s comes out the same however often it was rendered before', (name) => {
    const read = (suffix: string) => readFileSync(path.join(folder, name + suffix), 'utf8');
    const json = (suffix: string) =>
      existsSync(path.join(folder, name + suffix)) ? (JSON.parse(read(suffix), revive) as object) : {};
    const options = {
      context: json('.context.json') as Record<string, unknown>,
      stylesheet: json('.stylesheet.json') as Record<string, unknown>,
      sourcePath: path.join(folder, `${name}.poml`),
      strict: false,
      locale: 'en-US',
      timeZone: 'UTC',
      ...json('.options.json'),
    };
    const markup = read('.poml');
    const results = Array.from({ length: ROUNDS }, () =>
      JSON.stringify(renderSync(markup, options), null, 2),
    );
    expect(results).toEqual(Array(ROUNDS).fill(read('.result.json')));
    // Nor does it matter that coverage is taken.
    const covered = renderSync(markup, { ...options, coverage: new Coverage({ values: true }) });
    expect(JSON.stringify(covered, null, 2)).toBe(read('.result.json'));
  });
});

test('an element that never changes can stand in a loop, each time with its own place in the output', () => {
  const markup =
    '<poml><p for="who in speakers"><b>Note</b> for {{ who }}</p><p speaker="ai"><b>Note</b></p></poml>';
  const render = () => renderSync(markup, { context: { speakers: ['Ann', 'Bob'] } });
  const first = JSON.stringify(render());
  for (let round = 0; round < ROUNDS; round++) expect(JSON.stringify(render())).toBe(first);
  const prompt = render();
  const { content } = (prompt.messages as { content: string }[])[0]!;
  expect(prompt.locate(0, content.lastIndexOf('Note'))?.offset).toBe(markup.indexOf('Note'));
  expect(prompt.locate(1, 2)?.offset).toBe(markup.lastIndexOf('Note'));
});

test('what never changes obeys each stylesheet, whatever the renders before had', () => {
  const body =
    '<task className="job">Do <b>this</b>.</task><cp caption="Rules"><list><item>One</item></list></cp>' +
    '<table records="[[1, 2], [3, 4]]" /><p className="job">End</p>';
  const stylesheets: Record<string, unknown>[] = [
    {},
    { cp: { captionStyle: 'plain' } },
    { '.job': { syntax: 'json' } },
    { 'p .job': { speaker: 'ai' } },
    { '*': { blankLine: false } },
    { item: { children: 'Nothing' }, b: { syntax: 'text' } },
    { 'markup.tablecell': { whiteSpace: 'pre' }, list: { listStyle: 'decimal' } },
  ];
  const render = (markup: string, stylesheet: Record<string, unknown>) =>
    JSON.stringify(renderSync(markup, { stylesheet, strict: false }));
  // Each in a prompt of its own, which no other stylesheet has met.
  const expected = stylesheets.map((sheet, index) => render(`<poml><!-- ${index} -->${body}</poml>`, sheet));
  expect(new Set(expected).size).toBeGreaterThan(5);
  for (let round = 0; round < ROUNDS; round++) {
    stylesheets.forEach((sheet, index) => {
      expect(render(`<poml>${body}</poml>`, sheet), JSON.stringify(sheet)).toBe(expected[index]);
    });
  }
});

test('content that is refused is told at the element that has it', () => {
  const markup = '<poml><p>One</p><section><b children="{{ items }}" /> and more</section></poml>';
  for (let round = 0; round < ROUNDS; round++) {
    expect(() => renderSync(markup, { context: { items: ['x', { y: 1 }] } })).toThrow(
      expect.objectContaining({ location: expect.objectContaining({ offset: markup.indexOf('<b') }) }),
    );
  }
});
