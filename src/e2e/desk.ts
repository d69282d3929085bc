import type { Files } from './project.ts';

/** Where the small application was recorded. */
export const SESSION = 'pomlruns/20261121052042120390';
/** Where its traces are. */
export const CONFIG = config("{ sessions: 'pomlruns/*' }");

/** A `vitest.config.ts` with the plugin and these options, written as code. */
export function config(options: string, test = '{}'): string {
  return `import { poml } from 'vitest-poml/plugin';
import { defineConfig } from 'vitest/config';

export default defineConfig({ plugins: [poml(${options})], test: ${test} });
`;
}

const GREET = `<poml>
  <p>Hello {{ name }}, <include src="_tone.poml"/></p>
</poml>
`;
const BYE = `<poml>
  <p>Goodbye {{ name }}.</p>
</poml>
`;

/** A prompt with a condition and a loop, which one call alone does not exercise. */
export const ORDER = `<poml>
  <p if="{{ vip }}">Dear guest,</p>
  <list>
    <item for="line in lines">{{ line.name }}</item>
  </list>
</poml>
`;

/** A small application: two prompts, one of which includes a third, and one recorded session of three calls. */
export function desk(): Files {
  return {
    'vitest.config.ts': CONFIG,
    'prompts/greet.poml': GREET,
    'prompts/bye.poml': BYE,
    'prompts/_tone.poml': 'be kind.',
    ...trace('0001.greet', GREET, { name: 'Ann' }, 'Hello Ann, be kind.'),
    ...trace('0002.bye', BYE, { name: 'Bob' }, 'Goodbye Bob.'),
    ...trace('0003.greet', GREET, { name: 'Cy' }, 'Hello Cy, be kind.'),
  };
}

/** The files that POML leaves of one call. */
export function trace(id: string, markup: string, context: object, text: string, session = SESSION): Files {
  const prefix = `${session}/${id}`;
  return {
    [`${prefix}.poml`]: markup,
    [`${prefix}.env`]: `SOURCE_PATH=/srv/desk/prompts/${id.replace(/^\d+\./, '')}.poml\n`,
    [`${prefix}.context.json`]: JSON.stringify(context, null, 2),
    [`${prefix}.result.json`]: JSON.stringify({ messages: [{ speaker: 'human', content: text }] }, null, 2),
    [`${prefix}.result.txt`]: `===== human =====\n\n${text}`,
  };
}
