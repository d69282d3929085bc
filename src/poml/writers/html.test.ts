import { expect, it } from 'vitest';
import { RenderError } from '../errors.ts';
import { renderSync } from '../index.ts';

it.each([
  ['<poml><p>x</p><br count="2" syntax="html" /></poml>'],
  ['<poml><Markup.Environment markupLang="html">text</Markup.Environment></poml>'],
])('refuses what is not one element: %s', (markup) => {
  expect(() => renderSync(markup, { strict: false })).toThrow(RenderError);
  expect(() => renderSync(markup)).toThrow(/HTML must be one element/);
});
