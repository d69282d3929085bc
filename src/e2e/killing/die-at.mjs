/**
 * Loaded with `node --import` before a program: the process dies at a chosen one of its changes to the disk below a folder,
 * before it, after it, or in the middle of writing a file.
 *
 * DIE_AT     number of the change, from 1; without it nothing dies
 * DIE_HOW    before, half or after
 * DIE_BELOW  absolute folder
 * DIE_SIGNAL SIGKILL, SIGINT as Ctrl+C sends it, or SIGTERM as a CI sends it that cancels a job
 * DIE_COUNT  file that is told how many changes there were, when the program ends by itself
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { DIE_AT, DIE_HOW = 'before', DIE_BELOW = '/', DIE_SIGNAL = 'SIGKILL', DIE_COUNT } = process.env;
const at = Number(DIE_AT ?? 0);
const { writeFileSync } = fs;
const open = new Set();
let count = 0;

function die() {
  process.kill(process.pid, DIE_SIGNAL);
}

function watch(name, concerns, half) {
  const original = fs[name];
  fs[name] = (...args) => {
    if (!concerns(args)) return original(...args);
    count++;
    if (count === at && DIE_HOW === 'before') die();
    if (count === at && DIE_HOW === 'half' && half) {
      half(args);
      die();
    }
    const own = count;
    try {
      return original(...args);
    } finally {
      if (own === at) die();
    }
  };
}

const below = (file) => typeof file === 'string' && file.startsWith(DIE_BELOW);
const isOurs = (file) => below(file) || open.has(file);

for (const name of [
  'renameSync',
  'unlinkSync',
  'mkdirSync',
  'rmSync',
  'rmdirSync',
  'appendFileSync',
  'copyFileSync',
])
  watch(name, ([file]) => below(file));
watch(
  'writeFileSync',
  ([file]) => isOurs(file),
  // With its options: what is appended must not replace what is there.
  ([file, content, ...options]) =>
    writeFileSync(file, content.slice(0, Math.floor(content.length / 2)), ...options),
);
watch('fsyncSync', ([descriptor]) => open.has(descriptor));

const { openSync, closeSync } = fs;
fs.openSync = (file, flags, ...rest) => {
  const descriptor = openSync(file, flags, ...rest);
  // Only what is opened to be written: reading changes nothing.
  if (below(file) && /[wa+]/.test(String(flags))) open.add(descriptor);
  return descriptor;
};
fs.closeSync = (descriptor) => {
  open.delete(descriptor);
  return closeSync(descriptor);
};
syncBuiltinESMExports();

if (DIE_COUNT) process.on('exit', () => writeFileSync(DIE_COUNT, String(count)));
