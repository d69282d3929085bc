import { describe, expect, test } from 'vitest';
import { groupNames, hasSuffix, SUFFIXES } from './names.ts';

/** What a listing makes of some file names: ids with their suffixes. */
function grouped(...files: string[]): Record<string, string[]> {
  return Object.fromEntries(
    groupNames(files).map((trace) => [
      trace.id,
      [...SUFFIXES.filter((suffix) => hasSuffix(trace.present, suffix)), ...trace.artifacts],
    ]),
  );
}

describe('groupNames', () => {
  test('splits at the first dot after the digits and matches endings from the right', () => {
    const [trace] = groupNames(['0007.name.v2 – größe 日本.poml', '0007.name.v2 – größe 日本.result.json']);
    expect(trace).toMatchObject({ index: 7, name: 'name.v2 – größe 日本', id: '0007.name.v2 – größe 日本' });
    expect(grouped('0001.UPPER.POML.poml', '0001.UPPER.POML.env')).toEqual({
      '0001.UPPER.POML': ['.poml', '.env'],
    });
  });

  test('takes a trace without a name', () => {
    expect(groupNames(['0001.poml', '0001.result.json'])).toMatchObject([{ index: 1, name: '', id: '0001' }]);
    expect(grouped('0001.poml', '0001.source.poml', '0001.env')).toEqual({
      '0001': ['.poml', '.env', '.source.poml'],
    });
  });

  test('sorts by number, not by text, and then by name', () => {
    const ids = groupNames(['10000.a.poml', '9999.a.poml', '0002.b.poml', '0002.a.poml', '0002.B.poml']).map(
      (t) => t.id,
    );
    expect(ids).toEqual(['0002.B', '0002.a', '0002.b', '9999.a', '10000.a']);
  });

  test.each(['context', 'result', 'source', 'env', 'stylesheet', 'poml', 'a.source.poml', 'result.json'])(
    'is not confused by a prompt named %s',
    (name) => {
      const id = `0003.${name}`;
      expect(grouped(...SUFFIXES.map((suffix) => id + suffix), `${id}.reply.txt`)).toEqual({
        [id]: [...SUFFIXES, '.reply.txt'],
      });
    },
  );

  test('keeps two traces with one number apart, even when one name continues the other', () => {
    const files = ['a', 'a.context', 'b'].flatMap((name) =>
      SUFFIXES.map((suffix) => `0004.${name}${suffix}`),
    );
    expect(grouped(...files)).toEqual({
      '0004.a': [...SUFFIXES],
      '0004.a.context': [...SUFFIXES],
      '0004.b': [...SUFFIXES],
    });
  });

  test('takes other endings for artifacts, one that ends in .poml too', () => {
    expect(
      grouped('0001.a.poml', '0001.a.env', '0001.a.bin', '0001.a.reply.poml', '0001.a.x.result.json'),
    ).toEqual({
      '0001.a': ['.poml', '.env', '.bin', '.reply.poml', '.x.result.json'],
    });
  });

  test('leaves out what belongs to no trace', () => {
    const files = [
      'golden.json',
      '0001-notes.txt',
      '001.a.poml',
      'a.poml',
      '0001',
      '0002.notes.txt',
      '.0001.a.poml',
    ];
    expect(grouped(...files)).toEqual({});
  });

  test('keeps a trace whose markup is gone', () => {
    expect(grouped('0001.a.result.json', '0001.a.source.poml', '0001.a.env')).toEqual({
      '0001.a': ['.env', '.source.poml', '.result.json'],
    });
  });

  test('copes with a folder full of files of one number', () => {
    const files = Array.from(
      { length: 20_000 },
      (_, index) => `0001.${'a.'.repeat(index % 50)}${index}.poml`,
    );
    expect(groupNames(files)).toHaveLength(20_000);
  });
});
