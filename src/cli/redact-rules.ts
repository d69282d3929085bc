import { parseJsonPath } from '../golden/json-path.ts';
import { readAllowList } from '../golden/redaction/allow-list.ts';
import { DETECTOR_NAMES, DETECTORS, type DetectorName } from '../golden/redaction/detectors.ts';
import type { RedactRules } from '../golden/redaction/redactor.ts';
import { nearest } from '../project/nearest.ts';
import { UsageError } from './command.ts';

/**
 * What `--redact` says: JSON paths, which begin with `$`, and names of detectors, joined by commas.
 *
 * @throws UsageError and JsonPathError for what is neither
 */
export function redactRules(given: readonly string[], root: string): RedactRules {
  const isPath = (item: string) => item.startsWith('$');
  return {
    paths: given.filter(isPath).map(parseJsonPath),
    detectors: detectorNames(
      given.filter((item) => !isPath(item)),
      '--redact',
    ),
    isAllowed: readAllowList(root),
  };
}

/** Names of detectors, joined by commas; `all` for all. */
export function detectorNames(given: readonly string[], option: string): DetectorName[] {
  const names = given
    .flatMap((item) => item.split(','))
    .map((name) => name.trim())
    .filter(Boolean);
  if (names.includes('all')) return [...DETECTOR_NAMES];
  for (const name of names) {
    if (Object.hasOwn(DETECTORS, name)) continue;
    const near = nearest(name, DETECTOR_NAMES);
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    throw new UsageError(
      `${option} takes ${option === '--redact' ? 'JSON paths such as $.user.email, and ' : ''}the detectors ` +
        `${DETECTOR_NAMES.join(', ')} or all; ${name} is none.${hint}`,
    );
  }
  return DETECTOR_NAMES.filter((name) => names.includes(name));
}

/** The detectors, a line each, for a command's help. */
export function detectorHelp(): string {
  return DETECTOR_NAMES.map((name) => `  ${name.padEnd(6)} ${DETECTORS[name].help}`).join('\n');
}
