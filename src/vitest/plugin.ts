import path from 'node:path';
// Also teaches Vite's types the key `test` and the hook `configureVitest`.
import { coverageConfigDefaults } from 'vitest/config';
import type { InlineConfig, Vite, VitestPluginContext } from 'vitest/node';
import { version as vitestVersion } from 'vitest/node';
import { list } from '../project/options.ts';
import { PLUGIN_NAME, type PluginApi } from '../project/plugin-api.ts';
import { resolveSettings } from '../project/settings.ts';
import { recoverProject } from '../project/state-folder.ts';
import { checkPluginOptions, type PomlOptions, SETTINGS_KEY } from './options.ts';
import { OWN_CODE, ownFile } from './own-files.ts';
import { PomlModules } from './plugin-modules.ts';
import { addReporter, asksForRenders } from './plugin-reporter.ts';
import { hostSessions, SessionHost } from './session-host.ts';
import { shareWorkers } from './share-workers.ts';
import { TouchedTraces } from './touched-traces.ts';
import { TraceSourceIndex } from './trace-sources.ts';
import { watchReadFiles } from './watch-read-files.ts';

export type { PomlOptions } from './options.ts';

/** Name of the project that runs the sessions when the user has projects. */
const SESSIONS_PROJECT = 'prompts';

/**
 * The Vitest plugin: golden tests over recorded POML sessions, matchers for prompts, and `.poml` files as modules.
 *
 * With `sessions` set, `npx vitest run` runs one test per recorded call without any test file. The matchers
 * (`toRenderLike` and so on) and the report at the end of a run are there by themselves. With
 * `test.projects` the sessions run in a project of their own, named `prompts`.
 *
 * @throws PomlOptionError for an option that is misspelt or of a wrong type, and for `sessions` that match nothing
 * @example
 * // vitest.config.ts
 * import { poml } from 'vitest-poml/plugin';
 * import { defineConfig } from 'vitest/config';
 *
 * export default defineConfig({ plugins: [poml({ sessions: 'pomlruns/*' })] });
 */
export function poml(options: PomlOptions = {}): Vite.Plugin[] {
  return createPlugin(checkPluginOptions(options), 'root');
}

export default poml;

/** `sessions` is the project added beside the user's own; it runs the sessions in any case. */
type Role = 'root' | 'sessions';

function createPlugin(options: PomlOptions, role: Role): Vite.Plugin[] {
  let root = process.cwd();
  let runsSessions = options.sessions !== undefined;
  let isolate: boolean | undefined;
  const host = new SessionHost(list(options.sessions));
  const settings = () => resolveSettings(options, root);
  const sources = new TraceSourceIndex(settings);
  const touched = new TouchedTraces(sources);
  const modules = new PomlModules({ host, settings, touched, sources });

  const main: Vite.Plugin = {
    name: PLUGIN_NAME,
    enforce: 'pre',
    // The command line reads the options of the project from here.
    api: { options, follow: (file) => modules.follow(file) } satisfies PluginApi,
    config(config) {
      config.test ??= {};
      const test: InlineConfig = config.test;
      isolate = test.isolate;
      keepNative(test);
      keepOutOfCoverage(test);
      if (role === 'root' && test.projects && runsSessions) {
        const sessions = {
          // Vitest 5 would have it inherit this very plugin; older ones do not by themselves, and their types know no false.
          extends: false as unknown as true,
          plugins: createPlugin(options, 'sessions'),
          test: { name: SESSIONS_PROJECT, include: [] },
        };
        test.projects.push(sessions);
        runsSessions = false;
      }
    },
    configResolved(config) {
      root = config.root;
    },
    configureVitest(context: VitestPluginContext) {
      const { project, vitest } = context;
      const { watch } = vitest.config;
      // Not in the hook above: projects that share a server in Vitest 5 never see it. Setup files of the user may use the matchers.
      project.config.setupFiles.unshift(ownFile('setup'));
      // Before the sessions are listed.
      recoverProject(settings());
      project.provide(SETTINGS_KEY, { ...settings(), watch, renders: asksForRenders(vitest) });
      if (watch) watchReadFiles(vitest);
      modules.attach(vitest);
      if (runsSessions) hostSessions(host, project, vitest);
      if (runsSessions && isolate === undefined) shareWorkers(host, project, vitest);
      if (runsSessions && watch) touched.watch(host, project, vitest);
      addReporter(vitest, options);
      keepOutOfDiskCache(context, (id) => modules.owns(id));
    },
    load(id) {
      return modules.load(id);
    },
  };

  const last: Vite.Plugin = {
    name: `${PLUGIN_NAME}:data`,
    enforce: 'post',
    transform(code, id) {
      return modules.replaceData(code, id);
    },
  };
  return [main, last];
}

/** Prompts and the files they read, by their endings. */
const PROMPT_DATA =
  /\.(?:poml|txt|md|json|csv|tsv|xml|html?|ya?ml|docx|xlsx?|pdf|png|jpe?g|gif|webp|bmp|svg|mp3|wav)$/i;

/** Our own code is run by Node as it is, also where it is linked from outside of `node_modules`. */
function keepNative(test: InlineConfig): void {
  test.server ??= {};
  test.server.deps ??= {};
  const own = new RegExp(`^${path.join(OWN_CODE, '/').replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}.*\\.js$`);
  test.server.deps.external = [...(test.server.deps.external ?? []), own];
  if (vitestVersion.startsWith('3.')) {
    // Without it vite-node takes prompts for web modules, and `related` cannot follow them.
    const server = test.server as { transformMode?: { ssr?: RegExp[] } };
    server.transformMode ??= {};
    server.transformMode.ssr = [...(server.transformMode.ssr ?? []), PROMPT_DATA];
  }
}

/** What is run for a prompt is code of ours; rows for it would say nothing of the user's. */
function keepOutOfCoverage(test: InlineConfig): void {
  const coverage: { exclude?: string[] } = test.coverage ?? {};
  // In Vitest 3.2 a list of one's own replaces the default one.
  coverage.exclude = [...(coverage.exclude ?? coverageConfigDefaults.exclude ?? []), '**/*.poml'];
  test.coverage = coverage as InlineConfig['coverage'];
}

/** Vitest 5 keeps transformed modules between runs; what we generate depends on other files than the module's own. */
function keepOutOfDiskCache(context: VitestPluginContext, owns: (id: string) => boolean): void {
  type Define = (generator: (module: { id: string }) => false | undefined) => void;
  const { defineCacheKeyGenerator } = context as { defineCacheKeyGenerator?: Define };
  defineCacheKeyGenerator?.(({ id }) => (owns(id) ? false : undefined));
}
