import { expect, test } from 'vitest';
import { parseStderr } from './stderr-error.ts';

const bundle = `/app/cli.js:9\n${'x'.repeat(5000)}\n      ^\n\n`;
const stack = '    at a (/app/cli.js:1:2)\n    at b (/app/cli.js:3:4)';

test('finds message and place behind the source line', () => {
  const text = `Warning: something\n${bundle}_ReadError: nope is not defined\n${stack} {\n  severity: 'error',\n  startIndex: 18,\n  endIndex: 29,\n  sourcePath: '/srv/it\\'s/a.poml',\n  [cause]: ReferenceError: inner\n      at c (/x:1:1) {\n    startIndex: 99\n  }\n}\n\nNode.js v20.20.2\n`;
  expect(parseStderr(text)).toEqual({
    message: 'nope is not defined',
    startIndex: 18,
    endIndex: 29,
    sourcePath: "/srv/it's/a.poml",
  });
});

test('keeps a message of several paragraphs whole', () => {
  expect(
    parseStderr(`${bundle}TypeError: first\nline\n\nsecond paragraph\n${stack}\n\nNode.js v20\n`),
  ).toEqual({
    message: 'first\nline\n\nsecond paragraph',
  });
});

test('takes an error without a message by its name, and no stack for no error', () => {
  expect(parseStderr(`${bundle}Error\n${stack}\n`)).toEqual({ message: 'Error' });
  expect(parseStderr('poml: command not found\n')).toBeUndefined();
  expect(parseStderr('')).toBeUndefined();
});

test('reads line ends of Windows', () => {
  expect(parseStderr(`x\n\nError: bad\n${stack}\n`.replaceAll('\n', '\r\n'))).toEqual({ message: 'bad' });
});
