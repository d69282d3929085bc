import type { Scrubber } from './scrub.ts';

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const CLOCK = '\\d{2}:\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?';

/** Scrubbers that options name by a word. */
export const SCRUBBERS = {
  /** Points in time as programs write them: ISO 8601 with a time of day, RFC 2822 and HTTP dates, `Date.prototype.toString`. */
  timestamps: {
    name: 'timestamp',
    pattern: new RegExp(
      [
        `\\b\\d{4}-\\d{2}-\\d{2}[T ]${CLOCK}(?:Z|\\s?[+-]\\d{2}:?\\d{2})?(?![\\d:])`,
        `\\b${DAY}, \\d{1,2} ${MONTH} \\d{4} ${CLOCK}(?: (?:GMT|UTC|[+-]\\d{4}))?`,
        `\\b${DAY} ${MONTH} \\d{1,2} \\d{4} ${CLOCK}(?: GMT[+-]\\d{4}(?: \\([^)\\n]{1,60}\\))?)?`,
      ].join('|'),
    ),
  },
  /** UUIDs of any version, in the form with dashes. */
  uuids: {
    name: 'uuid',
    pattern: /(?<![0-9a-z-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z-])/i,
  },
  /** Absolute paths of at least two steps, with `/` or of Windows; not those in URLs. */
  paths: {
    name: 'path',
    pattern: /(?<![\w/\\.:>])(?:\/(?:[\w.@+~-]+\/)+[\w.@+~-]*|[A-Za-z]:[\\/](?:[\w.@+~ -]+[\\/])*[\w.@+~-]+)/,
  },
} as const satisfies Record<string, Scrubber>;

/** Name of a built-in scrubber. */
export type ScrubberName = keyof typeof SCRUBBERS;
