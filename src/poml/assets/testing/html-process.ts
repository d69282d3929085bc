/** A process that reads HTML for tests that must be able to end it. */
import { bodyOf } from '../html.ts';

process.on('message', ({ html }: { html: string }) => {
  process.send!(outcome(html));
});

/** What is wrong with it. */
function outcome(html: string): string {
  try {
    bodyOf(html);
    return 'nothing';
  } catch (error) {
    return (error as Error).message;
  }
}
