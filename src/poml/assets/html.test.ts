import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { boundedProcess } from '../testing/bounded-process.ts';
import { bodyOf, htmlText, htmlTextOf, MAX_HTML_DEPTH, MAX_HTML_ELEMENTS, queryHtml } from './html.ts';

const CASES = path.resolve(import.meta.dirname, '../../../fixtures/conformance/data');
const page = readFileSync(path.join(CASES, 'assets/web/recall-notice.html'), 'utf8');

function recorded(name: string): string {
  return JSON.parse(readFileSync(path.join(CASES, `${name}.result.json`), 'utf8')).messages[0].content;
}

test('the text of a page is what POML recorded', () => {
  expect(htmlText(page)).toBe(recorded('webpage-extract-text'));
});

test('the text of several matches has blank lines between', () => {
  expect(htmlText('<p>a<script>x</script></p><div>b</div><p> c</p>', 'p')).toBe('a\n\n c');
  expect(htmlText(page, '.nothing')).toBeUndefined();
});

test('the body is a plain tree', () => {
  expect(bodyOf('<title>t</title>a<!-- gone -->b<br><P Class=x>c<b>d</p>')).toEqual({
    name: 'body',
    attributes: {},
    children: [
      ...['a', 'b'],
      { name: 'br', attributes: {}, children: [] },
      {
        name: 'p',
        attributes: { class: 'x' },
        children: ['c', { name: 'b', attributes: {}, children: ['d'] }],
      },
    ],
  });
  expect(bodyOf('<frameset></frameset>').children).toEqual([]);
  expect(bodyOf('x<template>in<i>side</i></template>').children).toEqual([
    'x',
    { name: 'template', attributes: {}, children: ['in', { name: 'i', attributes: {}, children: ['side'] }] },
  ]);
});

test('all text of an element, scripts too', () => {
  expect(htmlTextOf(bodyOf('<td>a</td> <b>b<i>c</i></b><script>d</script>'))).toBe('a bcd');
});

describe('queryHtml', () => {
  test('one match, and none', () => {
    expect(queryHtml(page, '#notice h1')).toMatchObject({
      name: 'h1',
      children: ['Recall of travel kettle TK-9'],
    });
    expect(queryHtml(page, '.nothing')).toBeUndefined();
  });

  test('several matches are one element of the kind that counts most', () => {
    const html = '<ul id=u><li>1</ul><p>2</p><h2 id=h>3</h2>';
    expect(queryHtml(html, 'ul, p, h2')).toEqual({
      name: 'h2',
      attributes: { id: 'u' },
      children: [{ name: 'li', attributes: {}, children: ['1'] }, '2', '3'],
    });
    expect(queryHtml('<span>a</span><em>b</em>', 'span, em')).toMatchObject({
      name: 'span',
      children: ['a', 'b'],
    });
  });

  test('the rows of nested tables are taken once', () => {
    const html = '<table><tr><td><table><tr><td>x</table></table>';
    expect(JSON.stringify(queryHtml(html, 'table')).match(/"tr"/g)).toHaveLength(2);
  });

  test('a selector that is none is named', () => {
    expect(() => queryHtml(page, 'div[[')).toThrow('"div[[" is no CSS selector');
    expect(() => htmlText(page, 'p:nonsense(')).toThrow('is no CSS selector');
  });
});

describe('hostile pages', { timeout: 60_000 }, () => {
  // What a missing bound would let run for ever runs elsewhere, where it can be ended.
  const elsewhere = boundedProcess<{ html: string }, string>(
    new URL('testing/html-process.ts', import.meta.url),
  );
  afterAll(elsewhere.close);

  test.each([
    ['open elements', '<div>'.repeat(200_000)],
    ['open formats', Array.from({ length: 50_000 }, (_, index) => `<font color=${index}>`).join('')],
    ['open tables', '<table><tr><td>'.repeat(50_000)],
    ['foreign elements', '<svg>'.repeat(50_000)],
    ['templates', '<template>'.repeat(50_000)],
  ])('deep nesting is refused: %s', async (_, html) => {
    expect(await elsewhere.run({ html })).toContain(`deeper than ${MAX_HTML_DEPTH} levels`);
  });

  test('many elements are refused', () => {
    expect(() => bodyOf('<p>'.repeat(MAX_HTML_ELEMENTS))).toThrow(`more than ${MAX_HTML_ELEMENTS} elements`);
    const formats = Array.from({ length: 900 }, (_, index) => `<font color=${index}>`).join('');
    expect(() => bodyOf(`<p>${formats}</p>${'<p>x</p>'.repeat(400)}`)).toThrow(
      `more than ${MAX_HTML_ELEMENTS} elements`,
    );
  });

  test('attributes cannot reach a prototype', () => {
    const [element] = bodyOf('<p __proto__=x constructor=y>').children;
    expect(Object.getPrototypeOf((element as { attributes: object }).attributes)).toBe(Object.prototype);
    expect(element).toMatchObject({ attributes: { constructor: 'y' } });
  });
});
