import { type Locator, locatorFor } from './locate.ts';
import type { Remains } from './rendered.ts';
import type { RenderWarning, SourceLocation } from './types.ts';
import { collectWarnings } from './warnings/collect.ts';
import type { Evidence } from './warnings/evidence.ts';
import type { WrittenMessage } from './writers/messages.ts';
import type { Output } from './writers/output.ts';

/** What one of our own renders leaves behind. Nothing is worked out of it before somebody asks. */
export class OwnRemains implements Remains {
  private readonly output: Output;
  private readonly messages: readonly WrittenMessage[] | undefined;
  private readonly evidence: () => Evidence;
  private locator: Locator | undefined = undefined;
  private collected: RenderWarning[] | undefined = undefined;

  /** @param messages `undefined` without chat */
  constructor(output: Output, messages: readonly WrittenMessage[] | undefined, evidence: () => Evidence) {
    this.output = output;
    this.messages = messages;
    this.evidence = evidence;
  }

  get warnings(): RenderWarning[] {
    this.collected ??= collectWarnings(this.evidence());
    return this.collected;
  }

  locate(messageIndex: number, offset: number): SourceLocation | undefined {
    this.locator ??= locatorFor(this.output, this.messages);
    return this.locator(messageIndex, offset);
  }
}
