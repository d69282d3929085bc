import { main } from './conformance/main.ts';

process.exitCode = await main(
  process.argv.slice(2),
  async () => (await import('../src/poml/index.ts')).render,
);
