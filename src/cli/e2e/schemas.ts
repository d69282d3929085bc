import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';

const DOCS = new URL('../../../docs/', import.meta.url);
const ENDING = '.schema.json';
const BASE = 'https://www.npmjs.com/package/vitest-poml/';

let ajv: Ajv2020 | undefined;

/** All documented schemas, which may name each other. */
function schemas(): Ajv2020 {
  if (ajv) return ajv;
  ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, validateFormats: false });
  for (const name of readdirSync(DOCS).filter((file) => file.endsWith(ENDING))) {
    const schema: unknown = JSON.parse(readFileSync(new URL(name, DOCS), 'utf8'));
    ajv.addSchema(schema as object, BASE + name);
  }
  return ajv;
}

/**
 * Reads JSON that a command printed, and proves that it is what the documentation says.
 *
 * @param name Of a schema in docs/, e.g. `capture`, with a place in it if need be: `report#/$defs/coverage`.
 */
export function documented(name: string, text: string) {
  const [file, place] = name.split('#');
  const validate = schemas().getSchema(`${BASE}${file}${ENDING}${place === undefined ? '' : `#${place}`}`);
  if (!validate) throw new Error(`There is no schema docs/${name}.`);
  const value = JSON.parse(text);
  validate(value);
  expect(validate.errors, text.slice(0, 2000)).toBeNull();
  return value;
}
