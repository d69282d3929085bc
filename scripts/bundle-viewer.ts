/**
 * Makes what an HTML report runs and looks like into two small files: `tsx scripts/bundle-viewer.ts <build>`.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const CLIENT = path.resolve(import.meta.dirname, '../src/report/html/client');

/** The viewer's script and style sheet, each as one text. */
export async function bundleViewer(): Promise<{ script: string; style: string }> {
  const bundle = async (name: string) => {
    const { outputFiles } = await build({
      entryPoints: [path.join(CLIENT, name)],
      bundle: true,
      minify: true,
      charset: 'utf8',
      format: 'iife',
      target: ['chrome123', 'firefox121', 'safari17.5'],
      write: false,
      logLevel: 'warning',
    });
    return outputFiles[0]?.text.trim() ?? '';
  };
  return { script: await bundle('viewer.ts'), style: await bundle('viewer.css') };
}

const [dist] = process.argv.slice(2);
if (dist !== undefined && path.resolve(process.argv[1] ?? '') === import.meta.filename) {
  const { script, style } = await bundleViewer();
  writeFileSync(path.join(dist, 'report/html/viewer.js'), script);
  writeFileSync(path.join(dist, 'report/html/viewer.css'), style);
}
