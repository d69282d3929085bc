import { expect, it } from 'vitest';
import { renderSync } from '../index.ts';

const text = (markup: string) => renderSync(markup).messages[0];

it('leaves out blanks beside a block, one after the other', () => {
  expect(text('<poml><span> </span><p>x</p><span></span><span></span></poml>')).toEqual({
    speaker: 'human',
    content: 'x',
  });
});

it('keeps blanks that no block, line break or picture stands beside', () => {
  const pre = '<span whiteSpace="pre"> </span>';
  expect(text(`<poml>a${pre}${pre}b<p>c</p>${pre}${pre}</poml>`)).toEqual({
    speaker: 'human',
    content: 'a  b\n\nc',
  });
});

it('leaves out a very long row of blanks', () => {
  const markup = `<poml><p>x</p>${'<span whiteSpace="pre"> </span>'.repeat(5000)}y</poml>`;
  expect(text(markup)).toEqual({ speaker: 'human', content: 'x\n\ny' });
});
