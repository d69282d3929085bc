import { loadSession } from '../../../trace/index.ts';
import { captureSession } from './capture-session.ts';

/** Captures a session into the same folder again and again, as it is and redacted in turn, until it is killed. */
const [root = '', session = '', to = '', first = '0'] = process.argv.slice(2);
const loaded = loadSession(session);
for (let turn = Number(first); ; turn++) {
  await captureSession(loaded, { root, to, redacted: turn % 2 === 1 }, () => void process.stdout.write('.'));
}
