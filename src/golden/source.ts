import type { RenderOptions } from '../poml/types.ts';
import { bundlePlace } from '../trace/captured.ts';
import type { Trace } from '../trace/types.ts';
import { promptName, tracePromptName } from './subject.ts';
import type { GoldenTools } from './tools.ts';
import type { ResolvedSource } from './verdict.ts';

/**
 * Which text of a recorded prompt to render: `live` the file as it is in the repository now, `recorded` the
 * `.poml` of the session, `auto` live where the file can be found.
 */
export type SourceMode = 'auto' | 'live' | 'recorded';

/** The text of a trace's prompt, and where files that it names are looked up from. */
export interface TraceText {
  markup: string;
  source: ResolvedSource;
  /** How the files that it names are found. */
  place: Pick<RenderOptions, 'sourcePath' | 'moved' | 'bundle'>;
  /** Name of the prompt, for grouping. */
  name: string;
}

/** The source of a trace asked for with `source: 'live'` is gone. */
export class SourceGoneError extends Error {
  override readonly name = 'SourceGoneError';
}

/**
 * Chooses the text of a trace's prompt.
 *
 * The recorded text of a captured golden reads the files that were captured with it. That of a plain recording,
 * which holds the main file only, resolves its includes from where the prompt file lives now, if it can be found;
 * else from the session's folder.
 *
 * @throws SourceGoneError with `live` when the prompt file cannot be found or read.
 */
export function resolveTraceText(
  trace: Trace,
  mode: SourceMode,
  tools: Pick<GoldenTools, 'findSource' | 'files'>,
): TraceText {
  const found = tools.findSource(trace);
  const live = 'path' in found ? found.path : undefined;
  if (mode !== 'recorded') {
    const markup = live === undefined ? undefined : tools.files.read(live);
    if (live !== undefined && markup !== undefined) {
      return {
        markup,
        source: { kind: 'live', path: live },
        place: { sourcePath: live },
        name: promptName(live),
      };
    }
    const whyNotLive = 'why' in found ? found.why : `${found.path} does not exist`;
    if (mode === 'live') {
      throw new SourceGoneError(
        `The prompt of ${trace.id} cannot be rendered live: ${whyNotLive}. ` +
          "Map the recorded folder with the option sourceRoots, or use source: 'auto' or 'recorded'.",
      );
    }
    return {
      ...recordedText(trace, live),
      source: { kind: 'recorded', path: trace.path('.poml'), whyNotLive },
    };
  }
  return { ...recordedText(trace, live), source: { kind: 'recorded', path: trace.path('.poml') } };
}

function recordedText(trace: Trace, livePath: string | undefined): Omit<TraceText, 'source'> {
  return {
    markup: trace.markup,
    place: bundlePlace(trace) ?? { sourcePath: livePath ?? trace.path('.poml') },
    name: tracePromptName(trace),
  };
}
