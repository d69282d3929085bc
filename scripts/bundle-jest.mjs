// Makes the CommonJS form of the Jest entry, since Jest without flags loads nothing else, and of what it loads late:
// node scripts/bundle-jest.mjs <build>
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const [dist] = process.argv.slice(2);
const folder = path.join(dist, 'jest');
const root = path.resolve(import.meta.dirname, '..');
const { dependencies, peerDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

// Whatever `require` can load stays a dependency; the others become part of the file.
const ESM_ONLY = ['htmlparser2'];
const external = Object.keys({ ...dependencies, ...peerDependencies }).filter(
  (name) => !ESM_ONLY.includes(name),
);

const { metafile } = await build({
  entryPoints: ['index', 'core'].map((name) => path.join(folder, `${name}.js`)),
  outdir: folder,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  // Where the build lies outside of the repository, the libraries are still those of the repository.
  nodePaths: [path.join(root, 'node_modules')],
  external,
  // `import()` needs a flag in Jest; what it loads here can all be required.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'ownUrl' },
  banner: { js: "const ownUrl = require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
  // What declares the matchers' types leaves nothing to run.
  logOverride: { 'ignored-bare-import': 'silent' },
  metafile: true,
});

/** The package folders that parts of the file come from. */
const packages = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path.resolve(input).split(path.sep).join('/'));
  if (found) packages.add(found[1]);
}
const notices = [...packages].sort().map((place) => {
  const { name, version, license } = JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8'));
  const file = readdirSync(place).find((entry) => /^licen[cs]e/i.test(entry));
  const text =
    file && existsSync(path.join(place, file))
      ? readFileSync(path.join(place, file), 'utf8').trim()
      : license;
  return `${name} ${version}\n\n${text}\n`;
});
writeFileSync(
  path.join(folder, 'THIRD-PARTY.txt'),
  `The .cjs files contain parts of these packages.\n\n${notices.join('\n----\n\n')}`,
);

// The types are those of the ES module; a CommonJS file has to name them in its own form.
writeFileSync(
  path.join(folder, 'index.d.cts'),
  "export * from './index.js' with { 'resolution-mode': 'import' };\n",
);
