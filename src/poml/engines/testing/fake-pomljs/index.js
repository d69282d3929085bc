// Speaks the interface of pomljs, renders nothing but what the tests need: the markup is a list of lines, each a
// word and its argument, and each becomes a message or does what its name says.

import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const errors = [];
let calls = 0;

function withBuffers(text) {
  return JSON.parse(text, (_, value) =>
    value && typeof value === 'object' && value.__base64__ ? Buffer.from(value.__base64__, 'base64') : value,
  );
}

function stored(value) {
  if (Buffer.isBuffer(value)) return { __base64__: value.toString('base64') };
  if (Array.isArray(value)) return value.map(stored);
  if (!value || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, stored(item)]));
}

class ReadError extends Error {
  name = 'ReadError';
  constructor(message, startIndex, endIndex, sourcePath) {
    super(message);
    Object.assign(this, { severity: 'error', startIndex, endIndex, sourcePath });
  }
}

const words = {
  say: (text) => text,
  get: (name, { context }) => JSON.stringify(stored(context[name])),
  bytes: (name, { context }) => String(Buffer.isBuffer(context[name]) && context[name].length),
  style: (name, { stylesheet }) => JSON.stringify(stylesheet[name]),
  include: (name, { source }) => readFileSync(path.resolve(path.dirname(source), name), 'utf8').trim(),
  source: (_, { source }) => source,
  calls: () => String(calls),
  now: () => `${new Date().toISOString()} ${Date.now()} ${new Date(0) instanceof Date}`,
  random: () => `${Math.random()} ${Math.random()}`,
  zone: () => `${new Date(0).getHours()} ${(1234.5).toLocaleString()}`,
  env: (name) => String(process.env[name]),
  change: (name, { context }) => {
    context[name].push('changed');
    return 'changed';
  },
  noise: (text) => {
    process.stdout.write(`${JSON.stringify({ id: calls, failure: { message: text } })}\n`.repeat(2000));
    console.error('n'.repeat(200_000));
    return text;
  },
  media: () => [{ type: 'image/png', base64: 'A'.repeat(200) }, 'after'],
  error: (text, { source, offset }) => {
    errors.push(new ReadError(text, offset, offset + 4, source));
    return '';
  },
  errorin: (name, { source }) => {
    errors.push(new ReadError(`bad ${name}`, 5, 7, path.resolve(path.dirname(source), name)));
    return '';
  },
  fatal: (text) => {
    throw new TypeError(text);
  },
  exit: (code) => process.exit(Number(code)),
  throwlater: async (text) => {
    setTimeout(() => {
      throw new Error(text);
    });
    await new Promise(() => {});
  },
  rejectlater: (text) => {
    Promise.reject(new Error(text));
    return text;
  },
  hang: () => {
    for (;;);
  },
  wait: async (milliseconds) => {
    await new Promise((resolve) => setTimeout(resolve, Number(milliseconds)));
    return `${errors.length}`;
  },
};

export async function commandLine({
  file,
  output,
  contextFile,
  stylesheetFile,
  speakerMode,
  strict,
  traceDir,
}) {
  calls++;
  const markup = readFileSync(file, 'utf8');
  const env = file.replace(/\.poml$/, '.env');
  const source = existsSync(env) ? /^SOURCE_PATH=(.*)$/m.exec(readFileSync(env, 'utf8'))[1] : file;
  const context = contextFile ? withBuffers(readFileSync(contextFile, 'utf8')) : {};
  const stylesheet = stylesheetFile ? withBuffers(readFileSync(stylesheetFile, 'utf8')) : {};
  errors.length = 0;
  let result;
  let text;
  try {
    const contents = [];
    let offset = 0;
    const rest = {};
    for (const line of markup.split('\n')) {
      const [word, ...argument] = line.split(' ');
      if (word === 'schema' || word === 'tools' || word === 'runtime')
        rest[word] = JSON.parse(argument.join(' '));
      else if (word)
        contents.push(await words[word](argument.join(' '), { context, stylesheet, source, offset }));
      offset += line.length + 1;
    }
    const messages = contents.map((content) => ({ speaker: 'human', content }));
    result = { messages: speakerMode ? messages : contents.join('\n'), ...rest };
    text = speakerMode
      ? messages.map(({ speaker, content }) => `===== ${speaker} =====\n\n${content}`).join('\n\n')
      : result.messages;
    if (strict && errors.length > 0) throw errors[0];
    writeFileSync(output, JSON.stringify(result));
  } finally {
    if (traceDir) {
      const prefix = path.join(traceDir, `0001.${path.basename(file, '.poml')}`);
      writeFileSync(`${prefix}.poml`, markup);
      writeFileSync(`${prefix}.env`, `SOURCE_PATH=${source}\n`);
      symlinkSync(source, `${prefix}.source.poml`);
      if (Object.keys(context).length > 0)
        writeFileSync(`${prefix}.context.json`, JSON.stringify(stored(context), null, 2));
      if (result) {
        writeFileSync(`${prefix}.result.json`, JSON.stringify(stored(result), null, 2));
        writeFileSync(`${prefix}.result.txt`, text);
      }
    }
  }
}
