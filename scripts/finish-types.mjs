// What tsc leaves to do for the types of a build: node scripts/finish-types.mjs <source> <build>
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [from, to] = process.argv.slice(2);

// Hand-written declaration files stay where they are.
cpSync(from, to, { recursive: true, filter: (file) => !/\.[a-z]+$/.test(file) || file.endsWith('.d.ts') });

// Whoever imports one of these may import `.poml` files too. tsc would refer to the source, which is not published.
for (const entry of ['index', 'plugin', 'setup']) {
  const file = path.join(to, 'vitest', `${entry}.d.ts`);
  writeFileSync(file, `/// <reference path="./poml-module.d.ts" />\n${readFileSync(file, 'utf8')}`);
}
