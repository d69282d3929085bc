import { expect, test } from 'vitest';
import { render } from '../render.ts';

test.each([
  ['{{ name | upper }}', 'upper is not defined: "|" is no filter in POML'],
  ['{{ customer }}', 'customer is not defined: add it to the context'],
  ['{{ a || b }}', 'a is not defined: add it to the context'],
  ['{{ Object.keys({a: {b: 1}}).length }}', 'the first "}}" ends an expression'],
  ['{{}} and {{ name }}', '"{{}}" holds no expression'],
  ['<p for="x in [\'a in b\']">{{ x }}</p>', 'put the list into a variable before'],
  ['<table records="{{\n[1]\n+ 2 }}" />', 'an expression has to stand on one line'],
  ['<table records="{{ [] }}" />', 'a table without records needs columns'],
  ['<document base64="aGk=" />', 'parser="txt", "pdf" or "docx"'],
  ['<user-msg>hi</user-msg>', 'a message of the user is <human-msg>'],
  ['<POML><stylesheet>{}</stylesheet></POML>', 'directly below a root that is written <poml>'],
  ['<cp Caption="x">y</cp>', 'write caption="…"'],
  ['<task captionTextTransform="level">y</task>', 'write upper, capitalize or none'],
  ['<output-schema>{"type": }</output-schema>', 'the schema is not JSON'],
  ['<tool name="a">{}</tool><tool name="a">{}</tool>', 'give each tool a name of its own'],
  ['<tool>{}</tool>', 'write <tool name="…"'],
  ['<tool-request name="a" />', 'write <tool-request id="…" name="…">'],
  ["<msg-content content=\"{{ [{type: 'audio/wav', base64: ''}] }}\" />", 'text, pictures, tool requests'],
])('%s fails with how to mend it', async (markup, words) => {
  const failed = render(`<poml>${markup.startsWith('<POML') ? '' : markup}</poml>`, {
    context: { name: 'Ada' },
  });
  if (markup.startsWith('<POML')) {
    await failed;
    await expect(render(markup)).rejects.toThrow(words);
  } else {
    await expect(failed).rejects.toThrow(words);
  }
});
