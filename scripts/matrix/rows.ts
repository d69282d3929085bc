/** One thing to run: the tests of an adapter with one version of it, of the commands, or the unit tests, on one Node. */
export interface Row {
  /** What it is chosen by, e.g. `node22-vitest5.1.0`. */
  name: string;
  /** Major version. */
  node: number;
  /** The Vitest that a user has; unset, where the tests need none but the repository's own. */
  vitest?: string;
  /** Set when the Node runs the tests themselves, and not only what they start. */
  inside?: true;
  /** What is given to Vitest to say which tests. */
  tests: readonly string[];
  /** The choice of `--quick`: the ways that everybody uses. */
  quick: readonly string[];
}

const NODES = [20, 22, 24];
/** Vitest 5 refuses to run below Node 22.12. */
const VITESTS = [
  { version: '3.2.7', from: 20 },
  { version: '4.1.12', from: 20 },
  { version: '5.1.0', from: 22 },
];

const VITEST_TESTS = ['src/vitest/e2e'];
const QUICK_VITEST = ['zero-files', 'modules', 'update'].map((name) => `src/vitest/e2e/${name}.test.ts`);
/** Commands hardly depend on the Vitest of a project: one is enough for each Node. */
const COMMAND_TESTS = ['src/cli/e2e'];
const QUICK_COMMANDS = ['src/cli/e2e/check.test.ts', 'src/cli/e2e/init.test.ts'];
const JEST_TESTS = ['src/jest/e2e'];
/** All but what starts Vitest or Jest in a project. */
const UNIT_TESTS = ['src', 'scripts', '--exclude=src/*/e2e/**'];
const QUICK_UNIT_TESTS = ['src/poml/expression', 'src/trace', '--exclude=src/*/e2e/**'];

/** Every supported pair, Node by Node. */
export const ROWS: readonly Row[] = NODES.flatMap((node) => {
  const vitests = VITESTS.filter(({ from }) => node >= from).map(({ version }) => version);
  const newest = vitests.at(-1)!;
  return [
    ...vitests.map(
      (vitest): Row => ({
        name: `node${node}-vitest${vitest}`,
        node,
        vitest,
        tests: VITEST_TESTS,
        quick: QUICK_VITEST,
      }),
    ),
    {
      name: `node${node}-commands`,
      node,
      vitest: newest,
      tests: COMMAND_TESTS,
      quick: QUICK_COMMANDS,
    },
    { name: `node${node}-jest30`, node, tests: JEST_TESTS, quick: JEST_TESTS },
    { name: `node${node}-units`, node, inside: true, tests: UNIT_TESTS, quick: QUICK_UNIT_TESTS },
  ];
});
