import { defineConfig } from 'vitest/config';

// Runs the examples together; each also runs by itself in its folder.
export default defineConfig({ test: { projects: ['*/vitest.config*.ts'] } });
