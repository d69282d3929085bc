import { types } from 'node:util';

/** Whether something thrown is an error, also one of another realm: inside of Jest those that Node itself throws are. */
export function isError(value: unknown): value is Error {
  return types.isNativeError(value);
}
