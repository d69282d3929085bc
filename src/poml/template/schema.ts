import { loadOptional } from '../assets/optional.ts';
import { jsonText } from '../json.ts';
import { FatalRenderError, reasonOf } from '../problems.ts';
import type { Origin } from '../source.ts';
import type { Tool } from '../types.ts';

/** A schema as it was given: a JSON schema, or a Zod type to convert at the very end. */
export type Schema = ({ readonly json: object; readonly storable: boolean } | { readonly zod: unknown }) & {
  readonly origin: Origin;
};

export type Zod = { readonly toJSONSchema: (type: unknown) => Record<string, unknown> };

/** Zod, for prompts whose schemas are expressions. */
export function loadZod(): Zod {
  return (loadOptional('zod', 'schemas written as z expressions') as { z: Zod }).z;
}

/**
 * A value as a schema; anything but an object is refused.
 * @param storable whether it surely can be stored as JSON
 */
export function schemaOf(value: unknown, origin: Origin, storable = false): Schema {
  if (typeof value !== 'object' || value === null) {
    throw new Error('Invalid schema: it must be an object (a JSON schema), or a z expression');
  }
  if ('_def' in value && value._def) return { zod: value, origin };
  return { json: value, storable, origin };
}

/**
 * The JSON schema. What Zod cannot express ends the render, as in POML, and so does what cannot be stored as JSON: an
 * object that holds itself, a getter that throws.
 * @throws FatalRenderError
 */
export function toJsonSchema(schema: Schema): object {
  try {
    if ('json' in schema) {
      if (!schema.storable) jsonText(schema.json);
      return schema.json;
    }
    const { $schema: _, ...json } = loadZod().toJSONSchema(schema.zod);
    return json;
  } catch (error) {
    throw new FatalRenderError(reasonOf(error), schema.origin, { cause: error });
  }
}

export interface ToolTemplate {
  readonly description: string | undefined;
  readonly schema: Schema;
}

/** Tools in the flat form of POML's results. */
export function toTools(tools: ReadonlyMap<string, ToolTemplate>): Tool[] {
  return [...tools].map(([name, { description, schema }]) => ({
    type: 'function',
    name,
    ...(description === undefined ? {} : { description }),
    parameters: toJsonSchema(schema),
  }));
}
