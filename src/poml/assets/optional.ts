import { createRequire } from 'node:module';
import path from 'node:path';

/** What to install of a package whose newest release is not the one to take. */
const INSTALL_AS: Readonly<Record<string, string>> = {
  // Later releases write other patterns for formats than POML 0.0.9 does.
  zod: 'zod@~4.0.17',
  // The registry's last `xlsx` (0.18.5) has known holes; the maintained releases are published elsewhere.
  xlsx: 'xlsx@npm:@e965/xlsx@^0.20.3',
  'pdfjs-dist': 'pdfjs-dist@5',
};

/** An optional package is missing, or is there and cannot be loaded. */
export class OptionalPackageError extends Error {
  override readonly name = 'OptionalPackageError';
  /** The package to install, `sharp`. */
  readonly packageName: string;

  constructor(packageName: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.packageName = packageName;
  }
}

/** Our own place first; then the project's, where a strict package manager may have put what we only may use. */
function requirers(): NodeJS.Require[] {
  const project = path.join(process.cwd(), 'package.json');
  const own = import.meta.url as string | undefined;
  return [...(own === undefined ? [] : [createRequire(own)]), createRequire(project)];
}

/** `@scope/name/sub/path` -> `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * Where an optional package's file is, without loading it.
 * @param purpose what needs it, as it stands in the error: `pictures`
 * @throws OptionalPackageError when the package is not installed
 */
export function resolveOptional(specifier: string, purpose: string): string {
  let cause: unknown;
  for (const require of requirers()) {
    try {
      return require.resolve(specifier);
    } catch (error) {
      cause ??= error;
    }
  }
  const name = packageOf(specifier);
  const install = INSTALL_AS[name] ?? name;
  throw new OptionalPackageError(
    name,
    `${purpose} need the package "${name}", which is not installed: npm install --save-dev ${install}`,
    { cause },
  );
}

const loaded = new Map<string, unknown>();

/**
 * Loads an optional package at first use. Only what can be `require`d: ES modules cannot be loaded this way in
 * every test runner.
 * @param specifier the package, or a file it exports: `js-tiktoken/lite`
 * @param purpose what needs it, in the plural, as it stands in the error: `pictures`
 * @throws OptionalPackageError that names the package and the command to install it
 * @example const sharp = loadOptional('sharp', 'pictures') as typeof import('sharp')
 */
export function loadOptional(specifier: string, purpose: string): unknown {
  // Looking a package up takes longer than rendering a prompt.
  const known = loaded.get(specifier);
  if (known !== undefined) return known;
  const file = resolveOptional(specifier, purpose);
  try {
    const module: unknown = createRequire(file)(file);
    loaded.set(specifier, module);
    return module;
  } catch (error) {
    const name = packageOf(specifier);
    const reason = error instanceof Error ? error.message : String(error);
    throw new OptionalPackageError(
      name,
      `${purpose} need the package "${name}", which cannot be loaded: ${reason}`,
      {
        cause: error,
      },
    );
  }
}
