import { renderMaybeSync } from '../../../poml/index.ts';
import { createSourceFinder, loadSession } from '../../../trace/index.ts';
import { diskFiles } from '../../disk.ts';
import { parseJsonPath } from '../../json-path.ts';
import { capture } from '../capture.ts';

/** Captures a session into the same folder again and again, as it is and redacted in turn, until it is killed. */
const [root = '', session = '', to = ''] = process.argv.slice(2);
const loaded = loadSession(session);
const tools = { render: renderMaybeSync, files: diskFiles, findSource: createSourceFinder({ root }) };

for (let turn = Number(process.argv[5]); ; turn++) {
  await capture(
    {
      sources: [{ session: loaded, traces: loaded.traces }],
      to,
      root,
      evaluate: {},
      renderer: { name: 'vitest-poml' },
      force: true,
      dryRun: false,
      redact: turn % 2 === 0 ? undefined : { paths: [parseJsonPath('$.name')], detectors: ['email'] },
    },
    tools,
    () => void process.stdout.write('.'),
  );
}
