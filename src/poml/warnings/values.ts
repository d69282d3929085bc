import type { SilentValue } from '../warnings.ts';
import type { Evidence } from './evidence.ts';
import { excerpt, type Finding } from './finding.ts';

/** Whether an expression looks as if its author counted on nothing being printed. */
function isDeliberate({ segment, value }: SilentValue): boolean {
  const source = segment.expression?.source ?? '';
  if (value === false) return source.includes('&&');
  if (value === null || value === undefined) {
    return (
      /&&|\?\?|\?\.|(?:^|[?:]\s*|\breturn\s+)(?:null|undefined|void 0)\b/.test(source) || source.trim() === ''
    );
  }
  return false;
}

function kindOf(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return 'a bigint';
  if (typeof value === 'symbol') return 'a symbol';
  return String(value);
}

function mendFor(value: unknown, source: string): string {
  if (typeof value === 'boolean') return `write String(${source}), or a text with ? :`;
  if (typeof value === 'function') return `call it, or write ${source}.toString()`;
  if (typeof value === 'bigint') return `write String(${source})`;
  return `write ${source} ?? '…' for a text in its place`;
}

/** Booleans, null, undefined and functions print nothing, not even inside a sentence. */
export function silentValues({ recorded }: Evidence): Finding[] {
  const findings: Finding[] = [];
  for (const silent of recorded.silentValues) {
    if (isDeliberate(silent)) continue;
    const { segment, value } = silent;
    const source = excerpt(segment.expression?.source ?? '');
    findings.push({
      code: 'value-prints-nothing',
      message: `${source} is ${kindOf(value)}, which prints nothing: ${mendFor(value, source)}`,
      origin: segment,
    });
  }
  return findings;
}
