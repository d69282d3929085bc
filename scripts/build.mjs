// Builds the package: node scripts/build.mjs [folder] [--no-check]
// `--no-check` leaves the types to `npm run typecheck`; tests that pack the package build so.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const args = process.argv.slice(2);
const dist = path.resolve(root, args.find((arg) => !arg.startsWith('--')) ?? 'dist');

function run(script, ...rest) {
  execFileSync(process.execPath, [script, ...rest], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}

rmSync(dist, { recursive: true, force: true });
run(
  'node_modules/typescript/bin/tsc',
  ...['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', dist],
  ...(args.includes('--no-check') ? ['--noCheck'] : []),
);
run('scripts/finish-types.mjs', 'src', dist);
run('scripts/bundle-node.mjs', dist);
run('node_modules/tsx/dist/cli.mjs', 'scripts/bundle-viewer.ts', dist);
