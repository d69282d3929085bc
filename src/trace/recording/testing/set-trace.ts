import { configure, type SetTraceOptions, type TraceBackend } from '../index.ts';

/** `setTrace` with no backend but files. */
export function setTrace(
  backends: boolean | TraceBackend | readonly TraceBackend[] = true,
  options: SetTraceOptions = {},
): string | undefined {
  return configure(backends, options, (backend) => {
    throw new Error(`${backend} was opened`);
  });
}
