// Makes the CommonJS form of the Jest entry, since Jest without flags loads nothing else, and of what it loads late:
// node scripts/bundle-jest.mjs <build>
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const [dist] = process.argv.slice(2);
const folder = path.join(dist, 'jest');
const root = path.resolve(import.meta.dirname, '..');
const { dependencies, peerDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

await build({
  entryPoints: ['index', 'core'].map((name) => path.join(folder, `${name}.js`)),
  outdir: folder,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  external: Object.keys({ ...dependencies, ...peerDependencies }),
  // `import()` needs a flag in Jest; what it loads here can all be required.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'ownUrl' },
  banner: { js: "const ownUrl = require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
  // What declares the matchers' types leaves nothing to run.
  logOverride: { 'ignored-bare-import': 'silent' },
});

// The types are those of the ES module; a CommonJS file has to name them in its own form.
writeFileSync(
  path.join(folder, 'index.d.cts'),
  "export * from './index.js' with { 'resolution-mode': 'import' };\n",
);
