// Bundles what Node runs: node scripts/bundle-node.mjs <build>
//
// Loading some 200 small modules takes longer than rendering a prompt, so each entry is one file and a few chunks. All
// entries are made in one go: what they share lies in chunks, so that every class exists once. The libraries stay
// what is installed, and what is imported late is loaded late.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const [dist] = process.argv.slice(2).map((folder) => path.resolve(folder));
const root = path.resolve(import.meta.dirname, '..');
const source = path.join(root, 'src');
const { exports, bin } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** Files that are not public and are still named by a path: by generated code, and as a process of its own. */
const NAMED_BY_PATH = ['vitest/prompt-module', 'vitest/session-tests', 'poml/engines/host'];

/** `./dist/poml/index.js` -> `poml/index`, of everything that package.json names. */
function publicEntries(value) {
  if (typeof value !== 'string') return Object.values(value).flatMap(publicEntries);
  const [, name] = /^\.\/dist\/(.+)\.js$/.exec(value) ?? [];
  return name === undefined ? [] : [name];
}

const OUTPUT = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  // Every module runs where something imports it, whatever package.json says of the built files.
  ignoreAnnotations: true,
  charset: 'utf8',
  legalComments: 'none',
  outdir: dist,
  write: false,
  logLevel: 'warning',
  // What declares the matchers' types leaves nothing to run.
  logOverride: { 'ignored-bare-import': 'silent' },
  plugins: [{ name: 'own-urls', setup: keepOwnUrls }],
};

const DIST = '/__dist__/';

/** A module that asks where it is hears the place that it would have in the build by itself. */
function keepOwnUrls({ onLoad, initialOptions }) {
  const here = initialOptions.format === 'cjs' ? 'ownUrl' : 'import.meta.url';
  onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
    const text = readFileSync(file, 'utf8');
    if (!text.includes('import.meta.url')) return undefined;
    const place = DIST + path.relative(source, file).split(path.sep).join('/').replace(/\.ts$/, '.js');
    return {
      contents: text.replaceAll('import.meta.url', `new URL(${JSON.stringify(place)}, ${here}).href`),
      loader: 'ts',
    };
  });
}

/** Writes files with the paths in them as they are from each. */
function write(outputFiles) {
  for (const file of outputFiles) {
    const up = path.relative(path.dirname(file.path), dist).split(path.sep).join('/') || '.';
    mkdirSync(path.dirname(file.path), { recursive: true });
    writeFileSync(file.path, file.text.replaceAll(DIST, `${up}/`));
  }
}

const entries = [...new Set([...publicEntries(exports), ...publicEntries(bin), ...NAMED_BY_PATH])];
const modules = await build({
  ...OUTPUT,
  entryPoints: entries.map((name) => ({ in: path.join(source, `${name}.ts`), out: name })),
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
});
write(modules.outputFiles);

// Jest without flags loads nothing but CommonJS: its entry, and what that loads late.
const jest = await build({
  ...OUTPUT,
  entryPoints: ['jest/index', 'jest/core'].map((name) => ({
    in: path.join(source, `${name}.ts`),
    out: name,
  })),
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  // `import()` needs a flag in Jest; what it loads here can all be required.
  supported: { 'dynamic-import': false },
  banner: { js: "const ownUrl = require('node:url').pathToFileURL(__filename).href;" },
});
write(jest.outputFiles);

// The types are those of the ES module; a CommonJS file has to name them in its own form.
writeFileSync(
  path.join(dist, 'jest/index.d.cts'),
  "export * from './index.js' with { 'resolution-mode': 'import' };\n",
);
