import { randomBytes } from 'node:crypto';

/**
 * A new trace id. Random: AgentOps looks spans up by id over all projects, so an id derived from a name would meet
 * those of others.
 */
export function newTraceId(): string {
  return randomId(16);
}

/** A new span id, random for the same reason. */
export function newSpanId(): string {
  return randomId(8);
}

/** An id of zeros only means "none". */
function randomId(bytes: number): string {
  for (;;) {
    const id = randomBytes(bytes).toString('hex');
    if (/[^0]/.test(id)) return id;
  }
}
