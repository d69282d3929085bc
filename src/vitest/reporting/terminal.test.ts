import { expect, test } from 'vitest';
import { mayPrint } from './terminal.ts';

const own = { onInit() {} };

test.each([
  [true, [own, ['default', {}]], undefined],
  [true, [own, ['verbose', {}], ['junit', {}]], { junit: 'out.xml' }],
  [true, [own, ['default', {}], ['json', {}]], 'out.json'],
  [true, [own], undefined],
  [true, [own, ['./mine.ts', {}]], undefined],
  [false, [own, ['json', {}]], undefined],
  [false, [own, ['default', {}], ['json', {}]], undefined],
  [false, [own, ['json', {}]], 'out.json'],
  [false, [own, ['blob', {}]], undefined],
  [false, [own, 'tap'], undefined],
  [true, [own, ['default', {}], ['blob', {}]], undefined],
])('printing is %s with %j and the output file %j', (expected, reporters, outputFile) => {
  expect(mayPrint({ config: { reporters, outputFile } } as never)).toBe(expected);
});
