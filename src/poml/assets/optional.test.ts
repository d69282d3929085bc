import { expect, test } from 'vitest';
import { loadOptional, OptionalPackageError, resolveOptional } from './optional.ts';

function errorOf(run: () => unknown): OptionalPackageError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(OptionalPackageError);
    return error as OptionalPackageError;
  }
  throw new Error('nothing was thrown');
}

test('loads a package and a file of it', () => {
  expect(loadOptional('zod', 'schemas')).toHaveProperty('z');
  expect(loadOptional('js-tiktoken/lite', 'token limits')).toHaveProperty('Tiktoken');
});

test('a missing package is named with the command to install it', () => {
  const error = errorOf(() => loadOptional('@nobody/no-such-package/part', 'pictures'));
  expect(error.packageName).toBe('@nobody/no-such-package');
  expect(error.message).toBe(
    'pictures need the package "@nobody/no-such-package", which is not installed: npm install --save-dev @nobody/no-such-package',
  );
});

test('a file that the package does not have is not taken for the package', () => {
  expect(errorOf(() => resolveOptional('js-tiktoken/no-such-file', 'token limits')).message).toContain(
    'js-tiktoken',
  );
});
