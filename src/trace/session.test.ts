import { chmodSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MAX_FILE_BYTES } from './file.ts';
import { loadSession, loadSessions, loadTrace, TraceError } from './index.ts';
import { folderWith, resultJson, temporaryFolder, writeFiles } from './testing/session-folder.ts';
import { tempName } from './write.ts';

const repository = join(import.meta.dirname, '../..');
const recorded = [join(repository, 'fixtures/apps'), join(repository, 'examples')];

interface Call {
  session: string;
  trace: string | null;
  chat: boolean;
  ok: boolean;
}

/** The calls that really were made, by `session/trace`; POML does not record them. */
function calls(app: string): Map<string, Call> {
  const lines = readFileSync(join(repository, 'fixtures/apps', app, 'calls.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const all = lines.map((line) => JSON.parse(line) as Call);
  return new Map(all.map((call) => [`${call.session}/${call.trace}`, call]));
}

/** The TraceError of an access that must fail. */
function failure(access: () => unknown): TraceError {
  try {
    access();
  } catch (error) {
    if (error instanceof TraceError) return error;
    throw error;
  }
  throw new Error('should have failed');
}

describe('recorded sessions', () => {
  const sessions = loadSessions(recorded);

  test('are all found, every trace of them readable', () => {
    expect(sessions.map((session) => session.traces.length)).toEqual([
      16, 16, 31, 26, 33, 15, 120, 23, 18, 12, 26, 26,
    ]);
    for (const trace of sessions.flatMap((session) => session.traces)) {
      expect(trace.markup).toBe(readFileSync(`${trace.prefix}.poml`, 'utf8'));
      expect(trace.sourcePath).toMatch(/^\/(srv|tmp)\//);
      expect(JSON.stringify(trace.result, null, 2)).toBe(trace.resultJson);
      expect(trace.context).toEqual(trace.context);
      expect(typeof trace.resultText).toBe(typeof trace.resultJson);
    }
  });

  test('tell how each call was made: the inferred chat flag is the one that was passed', () => {
    let plain = 0;
    for (const session of sessions) {
      const app = session.dir.split('/').at(-3) ?? '';
      const made = calls(app);
      for (const trace of session.traces) {
        const call = made.get(`${session.name}/${trace.id}`);
        expect(call, trace.prefix).toBeDefined();
        expect(trace.chat, trace.prefix).toBe(call?.chat);
        if (!trace.chat) plain++;
      }
    }
    expect(plain).toBeGreaterThan(4);
  });

  test('include failing calls without result, stylesheets, buffers and artifacts', () => {
    const traces = new Map(
      sessions.flatMap((session) => session.traces.map((trace) => [`${session.name}/${trace.id}`, trace])),
    );
    const failed = [...traces.values()].filter((trace) => trace.result === undefined);
    expect(failed.map((trace) => trace.id)).toEqual(['0009.judge_point', '0010.extract']);
    expect(failed.every((trace) => trace.chat && trace.resultText === undefined)).toBe(true);
    expect(
      [...traces.values()].filter((trace) => Object.keys(trace.stylesheet).length > 0).length,
    ).toBeGreaterThan(19);
    const photo = traces.get('20261121053225945792/0010.alt_text');
    expect(JSON.stringify(photo?.context)).toContain('"type":"Buffer"');
    expect(traces.get('20261121051927955577/0001.triage')?.artifacts).toEqual(['.reply.txt']);
    expect(traces.get('20261121051927955577/0009.draft_reply')?.artifacts).toEqual([]);
  });

  test('carry the time of their folder', () => {
    expect(sessions[2]?.recordedAt).toEqual(new Date(2026, 10, 21, 5, 19, 27, 955));
    expect(sessions[2]?.traces[0]?.recordedAt).toEqual(sessions[2]?.recordedAt);
  });
});

describe('loadSession', () => {
  test('opens no file: a folder of unreadable traces lists', () => {
    const dir = folderWith({ '0001.a.poml': 'x', 'golden.json': '{', 'assets/0001.b.poml': 'x' });
    mkdirSync(join(dir, '0002.b.poml'));
    symlinkSync('/nowhere/prompts/a.poml', join(dir, '0001.a.source.poml'));
    const { traces } = loadSession(dir);
    expect(traces.map((trace) => trace.id)).toEqual(['0001.a']);
    expect(traces[0]?.has('.source.poml')).toBe(true);
    expect(traces[0]?.has('.env')).toBe(false);
    expect(traces[0]?.path('.env')).toBe(join(dir, '0001.a.env'));
  });

  test('takes the source path from .env, from a dangling link otherwise', () => {
    const dir = folderWith({
      '0001.a.poml': 'x',
      '0001.a.env': 'SOURCE_PATH=/srv/my app/ä=b.poml\n',
      '0002.b.poml': 'x',
    });
    symlinkSync('/nowhere/prompts/b.poml', join(dir, '0002.b.source.poml'));
    writeFiles(dir, { '0003.c.poml': 'x', '0003.c.source.poml': 'a copy', '0003.c.env': '' });
    const { traces } = loadSession(dir);
    expect(traces.map((trace) => trace.sourcePath)).toEqual([
      '/srv/my app/ä=b.poml',
      '/nowhere/prompts/b.poml',
      undefined,
    ]);
  });

  test('gives a fresh context on every access', () => {
    const [trace] = loadSession(
      folderWith({ '0001.a.poml': 'x', '0001.a.context.json': '{"list":[1]}' }),
    ).traces;
    const list = trace?.context.list;
    if (Array.isArray(list)) list.push(2);
    expect(list).toEqual([1, 2]);
    expect(trace?.context).toEqual({ list: [1] });
    expect(trace?.stylesheet).toEqual({});
  });

  test.each([
    ['"text"', false],
    ['["text",{"type":"image/png","base64":"AA"}]', false],
    ['[{"type":"image/png","base64":"AA"}]', false],
    ['[]', false],
    ['[{"speaker":"human","content":[]}]', true],
    ['[{"content":"x","speaker":"human"}]', true],
  ])('infers chat from messages %s', (messages, chat) => {
    const files = { '0001.a.poml': 'x', '0001.a.result.json': `{"schema":{},"messages":${messages}}` };
    expect(loadSession(folderWith(files)).traces[0]?.chat).toBe(chat);
    const written = { '0001.a.poml': 'x', '0001.a.result.json': resultJson(JSON.parse(messages)) };
    expect(loadSession(folderWith(written)).traces[0]?.chat).toBe(chat);
  });

  test('names a missing folder, a file, and what a folder without traces lacks', () => {
    const dir = folderWith({ '20261121052042120390/0001.a.poml': 'x', 'notes.txt': '' });
    expect(failure(() => loadSession(join(dir, 'gone')))).toMatchObject({
      file: join(dir, 'gone'),
      message: expect.stringContaining('no such folder'),
    });
    expect(failure(() => loadSession(dir)).message).toMatch(
      /0001\.triage\.poml[\s\S]*20261121052042120390.*loadSessions/,
    );
    const file = join(dir, '20261121052042120390/0001.a.poml');
    expect(failure(() => loadSession(file)).hint).toContain(join(dir, '20261121052042120390'));
    expect(failure(() => loadSession(temporaryFolder())).message).toContain('holds no POML trace');
  });
});

/** A result whose answers of tools hold one another, this deep. */
function nested(depth: number): string {
  const start = '[{"type":"application/vnd.poml.toolresponse","content":'.repeat(depth);
  return `{"messages":[{"speaker":"human","content":${start}""${'}]'.repeat(depth)}}]}`;
}

describe('broken files', () => {
  const broken: [string, Record<string, string | Uint8Array>, RegExp][] = [
    [
      'invalid JSON',
      { '0001.a.result.json': '{\n  "messages": [\n}' },
      /0001\.a\.result\.json: is not valid JSON: .*line 3, column 1 \(byte 18\)/,
    ],
    ['an empty file', { '0001.a.result.json': '' }, /0001\.a\.result\.json: is empty/],
    [
      'no UTF-8',
      { '0001.a.result.json': Buffer.from('7b0a2022c3a4ff22', 'hex') },
      /not valid UTF-8 at line 2, column 4 \(byte 6: 0xff\)/,
    ],
    [
      'a cut character',
      { '0001.a.result.json': Buffer.from('22e282', 'hex') },
      /not valid UTF-8 at line 1, column 2 \(byte 1: 0xe2\)/,
    ],
    [
      'another shape',
      { '0001.a.result.json': '[]' },
      /not a result of POML: an object with "messages" expected, but a list/,
    ],
    ['no messages', { '0001.a.result.json': '{"choices": []}' }, /"messages" is missing/],
    [
      'a foreign speaker',
      { '0001.a.result.json': resultJson([{ speaker: 'user', content: '' }]) },
      /messages\[0\]\.speaker must be one of/,
    ],
    [
      'a message without content',
      { '0001.a.result.json': resultJson([{ speaker: 'ai' }]) },
      /messages\[0\]\.content .* missing/,
    ],
    [
      'a broken part',
      { '0001.a.result.json': resultJson(['a', { type: 'image/png' }]) },
      /messages\[1\]\.base64/,
    ],
    [
      'content nested without end',
      { '0001.a.result.json': nested(100_000) },
      /content(?:\[0\]\.content)+ is nested too deeply/,
    ],
    ['broken tools', { '0001.a.result.json': '{"messages":"","tools":{}}' }, /"tools" must be a list/],
  ];

  test.each(broken)('%s: one clear error, the other traces stay usable', (_, files, message) => {
    const dir = folderWith({
      '0001.a.poml': 'x',
      ...files,
      '0002.b.poml': 'y',
      '0002.b.result.json': resultJson('y'),
    });
    const [first, second] = loadSession(dir).traces;
    const error = failure(() => first?.result);
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({
      file: join(dir, '0001.a.result.json'),
      sessionDir: dir,
      hint: expect.stringMatching(/\w/),
    });
    expect(first?.markup).toBe('x');
    expect(second?.result).toEqual({ messages: 'y' });
  });

  test('a context that is no object', () => {
    const dir = folderWith({
      '0001.a.poml': 'x',
      '0001.a.context.json': '[1]',
      '0001.a.stylesheet.json': 'null',
    });
    const [trace] = loadSession(dir).traces;
    expect(() => trace?.context).toThrow(/0001\.a\.context\.json: must hold a JSON object/);
    expect(() => trace?.stylesheet).toThrow(/0001\.a\.stylesheet\.json: must hold a JSON object/);
  });

  test('a file that is too large', () => {
    const dir = folderWith({ '0001.a.poml': 'x' });
    truncateSync(join(dir, '0001.a.poml'), MAX_FILE_BYTES + 1);
    expect(() => loadSession(dir).traces[0]?.markup).toThrow(/0001\.a\.poml: is larger than 64 MB/);
  });

  test.each([
    '.poml',
    '.env',
    '.context.json',
    '.stylesheet.json',
    '.result.json',
    '.result.txt',
    '.golden.json',
  ])('a %s of 200 MB is not read', (suffix) => {
    const dir = folderWith({ '0001.a.poml': 'x', [`0001.a${suffix}`]: '' });
    truncateSync(join(dir, `0001.a${suffix}`), 200 * 1024 * 1024);
    const [trace] = loadSession(dir).traces;
    const all = () => [
      trace?.markup,
      trace?.sourcePath,
      trace?.context,
      trace?.stylesheet,
      trace?.result,
      trace?.resultText,
      trace?.captured,
    ];
    expect(all).toThrow(`0001.a${suffix}: is larger than 64 MB`);
  });

  test.each(['.context.json', '.stylesheet.json', '.result.json', '.golden.json'])(
    'a %s with __proto__ and with a key twice changes no prototype',
    (suffix) => {
      const evil = '"__proto__": { "polluted": 1 }, "constructor": { "prototype": { "polluted": 1 } }';
      const dir = folderWith({
        '0001.a.poml': 'x',
        [`0001.a${suffix}`]: `{ "messages": "one", ${evil}, "messages": "two", "runtime": { ${evil} }, "renderer": { ${evil} } }`,
      });
      const [trace] = loadSession(dir).traces;
      const read = {
        '.context.json': () => trace?.context,
        '.stylesheet.json': () => trace?.stylesheet,
        '.result.json': () => trace?.result,
        '.golden.json': () => trace?.captured,
      }[suffix];
      if (suffix === '.golden.json') expect(read).toThrow('version 1 expected');
      else {
        const value = read?.() as Record<string, unknown>;
        expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
        expect(value.messages).toBe('two');
      }
      expect({}).not.toHaveProperty('polluted');
    },
  );

  test('links that lead in circles are told, and not gone round', () => {
    const dir = folderWith({ '0001.a.poml': 'x' });
    symlinkSync('.', join(dir, 'self'));
    symlinkSync('0001.a.result.json', join(dir, '0001.a.result.json'));
    symlinkSync('0001.a.source.poml', join(dir, '0001.a.source.poml'));
    const [trace] = loadSession(dir).traces;
    expect(() => trace?.result).toThrow(/0001\.a\.result\.json/);
    expect(() => trace?.sourcePath).not.toThrow();
    expect(loadSessions(dir)).toHaveLength(1);
  });

  test('a file of many buffers is read whole', () => {
    const long = 'ä'.repeat(400_000);
    expect(loadSession(folderWith({ '0001.a.poml': long })).traces[0]?.markup).toBe(long);
  });

  test('a trace whose markup is gone, a file removed since', () => {
    const dir = folderWith({ '0001.a.result.json': resultJson('x') });
    const [trace] = loadSession(dir).traces;
    expect(trace?.result).toEqual({ messages: 'x' });
    expect(failure(() => trace?.markup)).toMatchObject({
      message: expect.stringContaining('0001.a.poml: is missing'),
    });
  });

  test.skipIf(process.getuid?.() === 0)('a file without read permission', () => {
    const dir = folderWith({ '0001.a.poml': 'x' });
    chmodSync(join(dir, '0001.a.poml'), 0);
    expect(() => loadSession(dir).traces[0]?.markup).toThrow('may not be read');
  });

  test('a link that leads out of the session is not followed, one inside is', () => {
    const dir = folderWith({ 'session/0001.a.poml': 'x', 'secret.txt': 'secret' });
    symlinkSync('../secret.txt', join(dir, 'session/0002.b.poml'));
    symlinkSync('0001.a.poml', join(dir, 'session/0003.c.poml'));
    const [, outside, inside] = loadSession(join(dir, 'session')).traces;
    expect(() => outside?.markup).toThrow('leads out of its session');
    expect(inside?.markup).toBe('x');
  });

  test('control characters of a name do not reach the message', () => {
    const dir = folderWith({
      '0001.a\u001b[31m\n::error::b.poml': '',
      '0001.a\u001b[31m\n::error::b.result.json': '',
    });
    const error = failure(() => loadSession(dir).traces[0]?.result);
    expect(error.message).toContain('0001.a\\u001b[31m\\u000a::error::b.result.json');
    expect(error.message.split('\n')).toHaveLength(2);
  });
});

describe('loadTrace', () => {
  test('takes a path without suffix and the path of any file of a trace', () => {
    const dir = folderWith({
      '0001.a.v2.poml': 'x',
      '0001.a.v2.env': '',
      '0001.a.v2.reply.txt': 'r',
      '0001.poml': 'n',
      '0001.env': '',
    });
    for (const path of ['0001.a.v2', '0001.a.v2.poml', '0001.a.v2.reply.txt', '0001.a.v2.result.json']) {
      expect(loadTrace(join(dir, path))).toMatchObject({
        id: '0001.a.v2',
        markup: 'x',
        artifacts: ['.reply.txt'],
      });
    }
    expect(loadTrace(join(dir, '0001')).markup).toBe('n');
    expect(loadTrace(join(dir, '0001.poml')).markup).toBe('n');
  });

  test('names the traces that could have been meant', () => {
    const dir = folderWith({ 's/0001.a.poml': '', 's/0002.a.poml': '', 's/0003.b.poml': '' });
    expect(failure(() => loadTrace(join(dir, 's/0007.a'))).message).toMatch(
      /no such trace\n.*3 trace.*0001\.a, 0002\.a\./,
    );
    expect(failure(() => loadTrace(join(dir, 's/0003.c'))).hint).toContain('0003.b');
    expect(failure(() => loadTrace(join(dir, 's'))).hint).toContain('loadSession');
    expect(failure(() => loadTrace(join(dir, 'gone/0001.a'))).message).toContain('no such folder');
  });

  test('sees a trace that was written a moment ago', () => {
    const dir = folderWith({ '0001.a.poml': '' });
    expect(loadTrace(join(dir, '0001.a')).has('.result.json')).toBe(false);
    writeFileSync(join(dir, '0001.a.result.json'), resultJson('x'));
    expect(loadTrace(join(dir, '0001.a')).has('.result.json')).toBe(true);
  });
});

describe('loadSessions', () => {
  const layout = {
    'runs/20260102000000000000/0001.a.poml': '',
    'runs/20260102000000000000/0001.a.env': '',
    'runs/20260102000000000000/assets/0001.x.poml': '',
    'runs/20260101000000000000/0001.a.poml': '',
    'runs/20260101000000000000/0001.a.result.json': '',
    'runs/golden.json': '',
    'prompts/2026.report.poml': '',
    'other/pomlruns/named [v1]/0001.poml': '',
    'other/pomlruns/named [v1]/0001.env': '',
    'node_modules/x/0001.a.poml': '',
    'node_modules/x/0001.a.env': '',
  };
  const names = (cwd: string, globs: string | string[]): string[] =>
    loadSessions(globs, { cwd }).map((session) => session.name);
  const both = ['20260101000000000000', '20260102000000000000'];

  test.each<[string, string | string[], string[]]>([
    ['a session', 'runs/20260101000000000000', both.slice(0, 1)],
    ['a parent', 'runs', both],
    ['a glob of sessions', 'runs/*', both],
    ['a glob with a slash', './runs/*/', both],
    ['everything below', 'runs/**', both],
    ['files', 'runs/**/*.poml', both],
    ['one file', 'runs/20260102000000000000/0001.a.poml', both.slice(1)],
    ['a folder with brackets in its name', 'other/pomlruns/named [v1]', ['named [v1]']],
    ['parents anywhere', '**/pomlruns', ['named [v1]']],
    ['the whole project', '.', ['named [v1]', ...both]],
    ['the whole project as a glob', '**', ['named [v1]', ...both]],
    ['several, one twice', ['runs', 'runs/*', 'other'], ['named [v1]', ...both]],
    ['all but one', ['runs', '!runs/20260101*'], both.slice(1)],
  ])('finds %s', (_, globs, expected) => {
    expect(names(folderWith(layout), globs)).toEqual(expected);
  });

  test('skips empty sessions and does not follow links', () => {
    const dir = folderWith(layout);
    mkdirSync(join(dir, 'runs/20260103000000000000'));
    const outside = folderWith({ '0001.secret.poml': '', '0001.secret.env': '' });
    symlinkSync(outside, join(dir, 'runs/latest'));
    expect(names(dir, 'runs')).toEqual(both);
    expect(names(dir, 'runs/*')).toEqual(both);
    expect(names(dir, 'runs/**/*.poml')).toEqual(both);
  });

  test('takes what is only being captured for no session', () => {
    const dir = folderWith(layout);
    const draft = `runs/${tempName()}`;
    writeFiles(dir, { [`${draft}/0001.half.poml`]: '', [`${draft}/0001.half.env`]: '' });
    expect(names(dir, 'runs')).toEqual(both);
  });

  test('looks no deeper than anybody puts a session', () => {
    const session = { '0001.a.poml': 'x', '0001.a.env': 'SOURCE_PATH=/x\n' };
    const at = (depth: number) => {
      const below = 'd/'.repeat(depth);
      return folderWith(
        Object.fromEntries(Object.entries(session).map(([name, text]) => [`runs/${below}${name}`, text])),
      );
    };
    expect(loadSessions('runs', { cwd: at(8) })).toHaveLength(1);
    expect(() => loadSessions('runs', { cwd: at(9) })).toThrow('holds no POML trace');
  });

  test('names a glob that matches nothing, and one that matches no session', () => {
    const dir = folderWith(layout);
    expect(failure(() => names(dir, ['runs', 'rusn/*'])).message).toContain('nothing matches "rusn/*"');
    expect(failure(() => names(dir, 'prompts*/**/*.txt')).message).toContain('nothing matches');
    writeFiles(dir, { 'empty/x.txt': '' });
    expect(failure(() => names(dir, 'empty'))).toMatchObject({
      message: expect.stringContaining('holds no POML trace'),
      file: dir,
    });
  });
});
