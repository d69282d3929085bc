import { DETECTOR_NAMES, DETECTORS, type Detector, type DetectorName } from './detectors.ts';

/** Something found in a text. */
export interface Detection {
  detector: DetectorName;
  /** Offsets in the text. */
  start: number;
  end: number;
  value: string;
}

/** What to look for, and what to let pass. */
export interface DetectOptions {
  /** Default: all. */
  detectors?: readonly DetectorName[];
  /** Values that are known to be harmless. */
  isAllowed?: (value: string) => boolean;
}

const BEFORE = 24;

/**
 * Finds personal data and secrets in a text, in order, never overlapping: of two that overlap the one that begins first,
 * then the longer, then the one whose detector comes first.
 *
 * @example detect('write to ann@firm.de') // [{ detector: 'email', value: 'ann@firm.de', start: 9, end: 20 }]
 */
export function detect(text: string, options: DetectOptions = {}): Detection[] {
  const { detectors = DETECTOR_NAMES, isAllowed = () => false } = options;
  const found = detectors.flatMap((detector) => matchesOf(detector, text));
  found.sort((one, other) => one.start - other.start || other.end - one.end);
  let end = 0;
  return found.filter((each) => {
    if (each.start < end || isAllowed(each.value)) return false;
    end = each.end;
    return true;
  });
}

/** The detector that takes a text as a whole for what it looks for. */
export function detectWhole(text: string): DetectorName | undefined {
  const [first] = detect(text);
  return first?.start === 0 && first.end === text.length ? first.detector : undefined;
}

function matchesOf(name: DetectorName, text: string): Detection[] {
  const detector: Detector = DETECTORS[name];
  return detector.patterns.flatMap((pattern) => {
    const found: Detection[] = [];
    for (const match of text.matchAll(pattern)) {
      const [whole, group] = match;
      // Groups with a name are for the expression itself.
      const isPart = match.groups === undefined && group !== undefined;
      const start = match.index + (isPart ? whole.lastIndexOf(group) : 0);
      const candidate = isPart ? group : whole;
      const value = detector.refine
        ? detector.refine(candidate, text.slice(Math.max(0, start - BEFORE), start))
        : candidate;
      if (value !== undefined && value !== '')
        found.push({ detector: name, start, end: start + value.length, value });
    }
    return found;
  });
}
