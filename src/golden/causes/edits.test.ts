import { describe, expect, it } from 'vitest';
import { causeOfEdit } from './describe.ts';
import { editCauses } from './edit-causes.ts';
import { editsBetween, takeBack } from './edits.ts';

/** The edits in words, each proved to leave the other ones when it is taken back. */
function edits(oldText: string, newText: string): string[] {
  const found = editsBetween(oldText, newText);
  let text = newText;
  // From the last to the first, so that the places of the others stay.
  for (let left = found.length; left > 0; left--) {
    const again = editsBetween(oldText, text);
    expect(again).toHaveLength(left);
    text = takeBack(again.at(-1)!, oldText, text);
  }
  expect(text).toBe(oldText);
  return found.map(
    (edit) =>
      causeOfEdit(edit, { kind: 'markup', file: '/p.poml', name: 'p.poml', oldText, newText }).summary,
  );
}

describe('the edits between two texts of a prompt', () => {
  it.each<[string, string, string, string[]]>([
    ['none', '<p>a</p>', '<p>a</p>', []],
    [
      'a word',
      '<p>This is urgent now.</p>',
      '<p>This is pressing now.</p>',
      ['p.poml:1 "urgent" became "pressing"'],
    ],
    [
      'words of one sentence as one',
      '<p>Read one incoming ticket and sort it.</p>',
      '<p>Read the next open ticket and sort it.</p>',
      ['p.poml:1 "one incoming" became "the next open"'],
    ],
    [
      'two words far apart as two',
      '<p>First be kind to everybody who asks.</p>\n<p>Then answer.</p>',
      '<p>First be brief to everybody who asks.</p>\n<p>Then reply.</p>',
      ['p.poml:1 "kind" became "brief"', 'p.poml:2 "answer" became "reply"'],
    ],
    [
      'an attribute',
      '<list listStyle="star"><item>a</item></list>',
      '<list listStyle="dash"><item>a</item></list>',
      ['p.poml:1 listStyle="star" became listStyle="dash" in <list>'],
    ],
    [
      'an attribute added, and one removed',
      '<table records="{{ a }}" />\n<p if="{{ b }}">c</p>',
      '<table records="{{ a }}" syntax="csv" />\n<p>c</p>',
      ['p.poml:1 added syntax="csv" to <table>', 'p.poml:2 removed if="{{ b }}" from <p>'],
    ],
    [
      'a caption, though another element begins like the one it was of',
      '<poml>\n<cp caption="File">\n<p>{{ path }} was edited</p>\n<code lang="diff">{{ diff }}</code>\n</cp>\n</poml>',
      '<poml>\n<cp caption="Severity">\n<list><item>a blocker, or not</item></list>\n</cp>\n<cp caption="{{ path }}">\n<code lang="diff">{{ diff }}</code>\n</cp>\n</poml>',
      [
        'p.poml:2 added <cp caption="Severity"> <list><item>a blocker, or not</item…',
        'p.poml:5 caption="File" became caption="{{ path }}" in <cp>',
        'p.poml:6 removed <p>{{ path }} was edited</p>',
      ],
    ],
    [
      'one element instead of another as two',
      '<poml>\n<p>stays</p>\n<output-format>A list. Each entry starts with a number.</output-format>\n</poml>',
      '<poml>\n<human-msg>\n<p>stays</p>\n<p if="{{ x }}">No code was given.</p>\n</human-msg>\n</poml>',
      [
        'p.poml:2 added <human-msg> around lines 3 to 4, and another place',
        'p.poml:4 added <p if="{{ x }}">No code was given.</p>',
      ],
    ],
    [
      'neighbours that were written anew by themselves',
      '<list>\n<item>Report only what you can point to.</item>\n<item>One problem per comment, no more.</item>\n</list>',
      '<list>\n<item>Name only what you can show.</item>\n<item>Each comment has one problem.</item>\n</list>',
      [
        'p.poml:2 "Report" became "Name"',
        'p.poml:2 "point to" became "show"',
        'p.poml:3 "One problem per comment, no more" became "Each comment has one problem"',
      ],
    ],
    [
      'a sentence as one, whatever is bold in it',
      '<p>It is always <b>P1</b> and goes to safety.</p>',
      '<p>It must be <i>P1</i> and can go to safety.</p>',
      ['p.poml:1 is always <b>P1</b> and goes became must be <i>P1</i> and can go'],
    ],
    [
      'something moved as one, where it is now',
      '<list>\n<item>Report only lines that changed.</item>\n<item>Be kind to everybody.</item>\n<item>Be brief.</item>\n</list>',
      '<list>\n<item>Be kind to everybody.</item>\n<item>Be brief.</item>\n<item>Report only lines that changed.</item>\n</list>',
      ['p.poml:4 moved <item>Report only lines that changed.</item> from line 2'],
    ],
    [
      'signs, numbers and single words with what is around them',
      '<p>One reads, then 5 others look at the rest of this.</p>\n<p>Say a word or two.</p>\n<p>Read on, slowly.</p>',
      '<p>One reads then 6 others look at the rest of this.</p>\n<p>Say a kind word or two.</p>\n<p>Read on.</p>',
      [
        'p.poml:1 "reads, then 5 others" became "reads then 6 others"',
        'p.poml:2 "a word" became "a kind word"',
        'p.poml:3 "on, slowly" became "on"',
      ],
    ],
    [
      'a value of JSON with its name',
      '<runtime>{"maxLength": 180, "mode": "bold"}</runtime>',
      '<runtime>{"maxLength": 200, "mode": "plain"}</runtime>',
      ['p.poml:1 "maxLength": 180 became "maxLength": 200', 'p.poml:1 "mode": "bold" became "mode": "plain"'],
    ],
    [
      'a long expression by the part that differs',
      '<let name="plan" value="{{ ticket.customer.account ? ticket.customer.account.plan : 1 }}"/>',
      '<let name="plan" value="{{ ticket.customer.account ? ticket.customer.account.plan : 2 }}"/>',
      ['p.poml:1 …nt.plan : 1 }}" became …nt.plan : 2 }}" in <let>'],
    ],
    [
      'a row of a table as a line',
      'a,b\nfender,Fender\nbell,Bell\n',
      'a,b\nfender,Fender\nfend,Off\nbell,Bell\n',
      ['p.poml:3 added "fend,Off"'],
    ],
    [
      'an expression as a whole',
      '<p>{{ a.b }} x</p>',
      '<p>{{ a.c }} x</p>',
      ['p.poml:1 "{{ a.b }}" became "{{ a.c }}"'],
    ],
    [
      'an item among alike ones where it is whole',
      '<list>\n  <item>a</item>\n  <item>c</item>\n</list>',
      '<list>\n  <item>a</item>\n  <item>b</item>\n  <item>c</item>\n</list>',
      ['p.poml:3 added <item>b</item>'],
    ],
    [
      'something removed where it was taken out',
      '<p>a</p>\n<hint>b</hint>\n<p>c</p>',
      '<p>a</p>\n<p>c</p>',
      ['p.poml:2 removed <hint>b</hint>'],
    ],
    [
      'a tag around other content as one',
      '<poml>\n<p>one is here</p>\n<p>two is here</p>\n</poml>',
      '<poml>\n<system-msg>\n<p>one is here</p>\n</system-msg>\n<p>two is here</p>\n</poml>',
      ['p.poml:2 added <system-msg> around line 3, and another place'],
    ],
    [
      'a declaration beside it by itself',
      '<poml>\n<p>one is here</p>\n</poml>',
      '<poml>\n<runtime temperature="0"/>\n<human-msg>\n<p>one is here</p>\n</human-msg>\n</poml>',
      [
        'p.poml:2 added <runtime temperature="0"/>',
        'p.poml:3 added <human-msg> around line 4, and another place',
      ],
    ],
    [
      'an element renamed as one',
      '<poml><role>You are one.</role><p>x</p></poml>',
      '<poml><task>You are one.</task><p>x</p></poml>',
      ['p.poml:1 <role> became <task>, and another place'],
    ],
    [
      'an empty element that was filled',
      '<poml><p>x</p><cp caption="A" /><p>y</p></poml>',
      '<poml><p>x</p><cp caption="A">z</cp><p>y</p></poml>',
      ['p.poml:1 /> became >z</cp>'],
    ],
    [
      'white space and comments as one',
      '<poml>\n<p>a b</p>\n<p>c</p>\n</poml>',
      '<poml>\n  <!-- two -->\n  <p>a\n  b</p>\n<p>c</p>\n</poml>\n',
      ['p.poml:2 white space changed, and 2 more places'],
    ],
    [
      'everything',
      'one two three',
      '<p>wholly other</p>',
      ['p.poml:1 "one two three" became <p>wholly other</p>'],
    ],
    ['nothing left', '<p>a</p>', '', ['p.poml:1 removed <p>a</p>']],
    ['malformed markup', '<p>a</q> <b', '<p>c</q> <b', ['p.poml:1 "a" became "c"']],
  ])('%s', (_, oldText, newText, expected) => {
    expect(edits(oldText, newText)).toEqual(expected);
  });

  it.each<[string, string, string, string[]]>([
    [
      'a wrap where it starts',
      '<poml>\n<p>one is here</p>\n<p>two is here</p>\n</poml>',
      '<poml>\n<system-msg>\n<p>one is here</p>\n</system-msg>\n<p>two is here</p>\n</poml>',
      ['p.poml:2 added <system-msg> around line 3'],
    ],
    [
      'a wrap that was taken away',
      '<poml>\n<system-msg>\n<p>one is here</p>\n<p>two</p>\n</system-msg>\n</poml>',
      '<poml>\n<p>one is here</p>\n<p>two</p>\n</poml>',
      ['p.poml:2 removed <system-msg>, but not its content'],
    ],
    [
      'a new name where it stands first',
      '<poml>\n<role>\nYou are one.\n</role><p>x</p></poml>',
      '<poml>\n<task>\nYou are one.\n</task><p>x</p></poml>',
      ['p.poml:2 <role> became <task>'],
    ],
    [
      'what hangs together in several lines, each',
      '<poml>\n<p>one is here</p>\n<p>two is here and stays as it was for long</p>\n<hint>Be brief.</hint>\n</poml>',
      '<poml>\n<system-msg>\n<p>one is here</p>\n</system-msg>\n<human-msg>\n<p>two is here and stays as it was for long</p>\n</human-msg>\n</poml>',
      [
        'p.poml:2 added <system-msg> around line 3',
        'p.poml:5 added <human-msg> around line 6',
        'p.poml:7 removed <hint>Be brief.</hint>',
      ],
    ],
    [
      'blanks together',
      '<poml>\n<p>a b</p>\n<p>c</p>\n</poml>',
      '<poml>\n  <p>a\n  b</p>\n<p>c</p>\n</poml>\n',
      ['p.poml:2 white space changed, and 2 more places'],
    ],
  ])('are told, %s', (_, oldText, newText, expected) => {
    const told = editCauses(oldText, newText, '/p.poml', () => 'p.poml');
    expect(told.map(({ cause }) => cause.summary)).toEqual(expected);
    expect(new Set(told.map(({ cause }) => cause.key)).size).toBe(told.length);
    expect(new Set(told.map(({ without }) => without)).size).toBe(1);
  });

  it('hold the text of what was moved on both sides', () => {
    const [one, two] = ['<p>This is the first of them.</p>', '<p>And here is another one.</p>'];
    const [edit] = editCauses(`${one}\n${two}`, `${two}\n${one}`, '/p.poml', () => 'p.poml');
    // One of the two has passed the other.
    expect(edit!.cause).toMatchObject({ line: 1, before: two, after: two });
  });

  it('name a stylesheet', () => {
    const text = (size: number) => `<poml><stylesheet>{"p": {"size": ${size}}}</stylesheet><p>a</p></poml>`;
    expect(editsBetween(text(1), text(2)).map(({ stylesheet }) => stylesheet)).toEqual([true]);
    expect(editsBetween('<poml><p>a</p></poml>', text(2)).map(({ stylesheet }) => stylesheet)).toEqual([
      true,
    ]);
  });

  it('are few however many there are, and quick', () => {
    const text = (word: string) =>
      Array.from({ length: 3000 }, (_, i) => `<p>line ${i} says that it is ${word} here</p>`).join('\n');
    const found = editsBetween(text('good'), text('bad'));
    expect(found.length).toBeLessThanOrEqual(12);
    expect(takeBack(found[0]!, text('good'), text('bad'))).toContain('good');
    const deep = '<a>'.repeat(20_000);
    expect(editsBetween(deep, `${deep}${'</b>'.repeat(20_000)}`)).toHaveLength(1);
    expect(editsBetween('<!--'.repeat(50_000), '{{'.repeat(50_000))).toHaveLength(1);
  });

  it('have keys of what changed and where, the same whatever the recording', () => {
    const key = (oldText: string, newText: string) =>
      editsBetween(oldText, newText).map(
        (edit) =>
          causeOfEdit(edit, { kind: 'markup', file: '/p.poml', name: 'p.poml', oldText, newText }).key,
      );
    const now =
      '<p>a short text</p>\n<p>is urgent and so it goes on for long, is it not?</p>\n<p>and urgent</p>';
    const one = key(now.replace('is urgent', 'is slow'), now);
    // The same edit, and another one beside it.
    const two = key(now.replace('is urgent', 'is slow').replace('short', 'long'), now);
    expect(two).toHaveLength(2);
    expect(two).toContain(one[0]);
    // The same words elsewhere.
    expect(key(now.replace('and urgent', 'and slow'), now)).not.toEqual(one);
  });
});
