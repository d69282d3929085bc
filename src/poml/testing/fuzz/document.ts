import { findComponent } from '../../components/registry.ts';
import { attributesOf } from './attributes.ts';
import { damaged } from './malformed.ts';
import { markupOf } from './markup.ts';
import { Random } from './random.ts';
import { anyValue, contextOf, type Recipe } from './values.ts';

/** A document to render with all that is given to the call. Plain JSON, so that failures can be kept. */
export interface FuzzDocument {
  markup: string;
  context: { [name: string]: Recipe };
  stylesheet: { [selector: string]: Recipe };
  chat: boolean;
  /** Whether the prompt has a path, beside the files it may include. */
  atPath: boolean;
}

const SELECTORS = [
  '*',
  'p',
  '.a',
  '.b',
  'p .a',
  'table',
  'task',
  'cp',
  'poml',
  'Markup.Paragraph',
  'any',
  'x',
  '',
  '.',
];

function stylesheetOf(random: Random): { [selector: string]: Recipe } {
  if (random.chance(0.75)) return {};
  const rules = random.some(3, (): [string, Recipe] => {
    const selector = random.pick(SELECTORS);
    if (random.chance(0.1)) return [selector, anyValue(random)];
    const attributes = attributesOf(findComponent(selector), random);
    const props = attributes.map(([name, value]): [string, Recipe] => [
      name,
      random.chance(0.8) ? (value ?? null) : anyValue(random, 1),
    ]);
    return [selector, Object.fromEntries(props)];
  });
  return Object.fromEntries(rules);
}

/** The document of that number in the run of that seed: always the same. */
export function documentOf(seed: number, index: number): FuzzDocument {
  const random = Random.of(seed, index);
  random.calm = random.chance(0.5);
  const markup = markupOf(random);
  return {
    markup: random.chance(random.odd(0.25)) ? damaged(markup, random) : markup,
    context: contextOf(random),
    stylesheet: stylesheetOf(random),
    chat: random.chance(0.8),
    atPath: random.chance(0.9),
  };
}
