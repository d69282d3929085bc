import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Files that generated documents include and read, by the name they are referred to with. */
export const FILES: Readonly<Record<string, string | Buffer>> = {
  'plain.poml': '<poml><p>Included {{ name }}</p><let name="made" value="1" /></poml>',
  'no-root.poml': 'before <b>bold</b> after {{ item }}',
  'element.poml': '<task for="item in [1, 2]" speaker="ai">Task {{ loop.index }}: {{ item }}</task>',
  'nested.poml': '<poml syntax="json"><include src="plain.poml" /><p name="x">y</p></poml>',
  'self.poml': '<poml>once more <include src="self.poml" /></poml>',
  'ping.poml': '<poml><include src="pong.poml" if="items" /></poml>',
  'pong.poml': '<p>pong</p><include src="ping.poml" />',
  'twice.poml': '<poml><include src="plain.poml" /><include src="no-root.poml" for="i in items" /></poml>',
  'growing.poml':
    '<poml><let name="grown">0</let><let name="grown" value="(depth || 0) + 1" />' +
    '<include src="branch.poml" if="{{ grown < 12 }}" for="depth in [grown, grown]" />leaf</poml>',
  'branch.poml': '<poml><include src="growing.poml" /></poml>',
  'broken.poml': '<poml><p>open <b>never closed</p><q',
  'failing.poml': '<poml>\r\n<p>{{ missing.value }}</p>\r\n<nonsense/>\r\n</poml>',
  'empty.poml': '',
  'marked.poml': '\ufeff<poml>À {{ name }}</poml>',
  'text.txt': 'First line\r\n\tsecond À line <b>&amp;</b> {{ name }}\n\n',
  'binary.txt': Buffer.from([0, 255, 254, 128, 65, 10, 195]),
  'data.json': '{"name": "from a file", "list": [1, {"a": null}], "__proto__": {"x": 1}}',
  'broken.json': '{"name": ',
  'rows.csv': 'a,b,"c d"\n1,2,"x, ""y"""\n,true,3.5\n',
  'rows.tsv': 'a\tb\n1\t2\n',
  'rows.jsonl': '{"a": 1}\n{"a": [2], "b": {"c": 3}}\n',
  'odd.csv': 'a,a,__proto__,\n"open',
  'page.html':
    '<html><body><h1 id="main">Title</h1><p>Text <b>bold</b><br>more</p><ul><li>1<li>2</ul>' +
    '<table><tr><th>A</th></tr><tr><td>1</td><td>2</td></tr></table><img src="picture.png" alt="dot"></body></html>',
  'picture.png': Buffer.from(PICTURE, 'base64'),
  'broken.png': Buffer.from('not a picture'),
  'sound.mp3': Buffer.from('ID3'),
  'broken.docx': Buffer.from('PK\u0003\u0004 no archive'),
  'broken.pdf': Buffer.from('%PDF-1.4 no document'),
  'broken.xlsx': Buffer.from('PK\u0003\u0004 no archive'),
  'folder/a.txt': 'a file',
  'folder/inner/b.md': '# b',
  folder: Buffer.alloc(0),
  '.': Buffer.alloc(0),
  '../outside.txt': Buffer.alloc(0),
  '/etc/passwd': Buffer.alloc(0),
  'missing.poml': Buffer.alloc(0),
  'https://example.com/x.poml': Buffer.alloc(0),
  'a\u0000b': Buffer.alloc(0),
};

/** Names of files that are not there, or not files. */
const NOT_WRITTEN = new Set([
  'folder',
  '.',
  '../outside.txt',
  '/etc/passwd',
  'missing.poml',
  'https://example.com/x.poml',
  'a\u0000b',
]);

/** Writes the files into a folder. */
export function writeFiles(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(FILES)) {
    if (NOT_WRITTEN.has(name)) continue;
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

/** The text of a file in that folder, or `undefined` when it is none of these. */
export function textOfFile(folder: string, file: string): string | undefined {
  const content = FILES[path.relative(folder, file).split(path.sep).join('/')];
  return content === undefined ? undefined : content.toString();
}
