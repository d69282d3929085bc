import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fastGlob from 'fast-glob';
import { expect, onTestFinished, test } from 'vitest';
import { PomlOptionError } from '../project/options.ts';
import { sessionModuleCode } from './module-code.ts';
import { findSessionModules, globOfFile } from './session-modules.ts';

function folder(files: Record<string, string>): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'sessions-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), text);
  }
  return dir;
}

test('the first prompt of a session stands for it', () => {
  const dir = folder({
    'runs/1/0002.b.poml': '',
    'runs/1/0010.c.poml': '',
    'runs/1/0001.a.result.json': '{}',
    'runs/2/0001.a.v2.poml': '',
    'runs/2/0001.a.v2.env': '',
  });
  const modules = findSessionModules(['runs/*'], dir);
  expect([...modules.keys()].map((file) => path.posix.relative(dir.replaceAll('\\', '/'), file))).toEqual([
    'runs/1/0002.b.poml',
    'runs/2/0001.a.v2.poml',
  ]);
  expect(findSessionModules([], dir).size).toBe(0);
});

test('a session without any prompt is an error that names it', () => {
  const dir = folder({ 'runs/1/0001.a.result.json': '{}', 'runs/1/0001.a.env': '' });
  expect(() => findSessionModules(['runs/*'], dir)).toThrow(PomlOptionError);
  expect(() => findSessionModules(['runs/*'], dir)).toThrow(/runs.1 holds no \.poml file/);
  expect(() => findSessionModules(['none/*'], dir)).toThrow(/the option "sessions" cannot be used: .*none/);
});

test('the glob of a file matches this file only, whatever its name', () => {
  const name = 'a (1) [x] {y,z} !b +c @d 日本.poml';
  const dir = folder({ [`runs/${name}`]: '', 'runs/a (1) x y !b +c @d 日本.poml': '' });
  expect(fastGlob.sync(globOfFile(path.join(dir, 'runs', name), dir), { cwd: dir, dot: true })).toEqual([
    `runs/${name}`,
  ]);
  expect(globOfFile(path.join(dir, 'a.poml'), path.join(dir, 'src'))).toBe('../a.poml');
});

test('the module has one literal test per trace, below the lines of the markup', () => {
  const dir = folder({
    'app/pomlruns/20261121052042120390/0001.it\'s "x".poml': 'one\ntwo\nthree',
    'app/pomlruns/20261121052042120390/0002.y.poml': '',
  });
  const [module] = findSessionModules(['app/pomlruns/*'], dir).values();
  const how = { name: 'app/pomlruns/2026', dependencies: ['/repo/prompts/x.poml'] };
  const { code, map } = sessionModuleCode(module!, { ...how, literal: true });
  const lines = code.split('\n');
  expect(lines.slice(0, 3)).toEqual(['', '', '']);
  expect(lines).toContain('describe("app", () => {');
  expect(lines).toContain(`  test("0001.it's \\"x\\"", run("0001.it's \\"x\\""), timeout);`);
  expect(lines).toContain('  test("0002.y", run("0002.y"), timeout);');
  expect(lines).toContain('  () => import("/repo/prompts/x.poml"),');
  expect(map.mappings.startsWith(';;;AAAA')).toBe(true);
  expect(map.sources).toEqual([module!.file]);
  // What a run is given has the same tests on the same line.
  const run = sessionModuleCode(module!, { ...how, literal: false });
  expect(run.code).toContain(
    `  for (const id of ["0001.it's \\"x\\"","0002.y"]) test(id, run(id), timeout);`,
  );
  expect(run.map.sources).toEqual(map.sources);
});
