/** A process that reads a session for tests that must be able to end it: a pipe may be waited for without end. */
import { loadSession } from '../session.ts';

process.on('message', ({ dir }: { dir: string }) => {
  const [trace] = loadSession(dir).traces;
  process.send!(
    (['markup', 'context', 'stylesheet', 'resultText', 'result'] as const).map((part) => {
      try {
        return JSON.stringify(trace?.[part]);
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
    }),
  );
});
