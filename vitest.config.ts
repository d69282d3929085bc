import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
    // Snapshots of unit tests live in one folder at the top, not beside their tests.
    resolveSnapshotPath: (testPath, extension) =>
      path.join(
        import.meta.dirname,
        '__snapshots__',
        path.relative(path.join(import.meta.dirname, 'src'), testPath) + extension,
      ),
  },
});
