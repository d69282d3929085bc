import { expect, test } from 'vitest';
import { addPlugin } from './edit-config.ts';

const add = (code: string) =>
  addPlugin(code, { code: "poml({ sessions: 'runs/*' })", from: 'vitest-poml/plugin' });
const IMPORT = "import { poml } from 'vitest-poml/plugin';";

test('behind the plugins that are there, on a line of its own where they have one', () => {
  const code = `import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// A comment stays.
export default defineConfig({
  plugins: [
    react(), // so does this
  ],
  test: { globals: true },
});
`;
  expect(add(code)).toBe(
    code
      .replace("'vitest/config';", `'vitest/config';\n${IMPORT}`)
      .replace('react(),', "react(),\n    poml({ sessions: 'runs/*' }),"),
  );
});

test.each([
  ['plugins: [a(), b()]', "plugins: [a(), b(), poml({ sessions: 'runs/*' })]"],
  ['plugins: [a(),]', "plugins: [a(), poml({ sessions: 'runs/*' })]"],
  ['plugins: []', "plugins: [poml({ sessions: 'runs/*' })]"],
  ['"plugins": [\n  a()\n]', '"plugins": [\n  a(),\n  poml({ sessions: \'runs/*\' })\n]'],
  ['test: {}', "plugins: [poml({ sessions: 'runs/*' })], test: {}"],
  ['', " plugins: [poml({ sessions: 'runs/*' })] "],
])('{ %s }', (before, after) => {
  expect(add(`import x from "x"\nexport default {${before}}`)).toBe(
    `import x from "x"\nimport { poml } from "vitest-poml/plugin"\nexport default {${after}}`,
  );
});

test.each([
  'export default defineConfig(({ mode }) => ({ plugins: [a(mode)] }));',
  'export default defineConfig(async () => { const x = 1; return { plugins: [x] }; });',
  'const config = defineConfig({ plugins: [a] });\nexport default config;',
  'export default mergeConfig(base, defineConfig({ plugins: [a] }));',
  'export default mergeConfig(base, { test: {} });',
])('is found in %s', (code) => {
  const edited = add(code)!;
  expect(edited.startsWith(`${IMPORT}\n\n`)).toBe(true);
  expect(edited).toMatch(/plugins: \[(?:a, |x, |a\(mode\), )?poml\(\{ sessions: 'runs\/\*' \}\)\]/);
});

test.each([
  'module.exports = { plugins: [] };',
  'export default makeConfig;',
  'export default { plugins: base.concat(a) };',
  'export default { plugins: [a as any] };',
  'export default defineConfig(() => { if (x) return {}; return { plugins: [] }; });',
  'export default {',
])('what is not understood is left to the user: %s', (code) => {
  const edited = add(code);
  // A function with a return in a branch of its own has one at its top, and that is the config.
  if (code.includes('if (x)')) expect(edited).toContain('return { plugins: [poml(');
  else expect(edited).toBeUndefined();
});
