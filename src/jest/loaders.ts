import { loadersOf } from '../project/loaders.ts';
import { surroundings } from './matcher-scope.ts';

/** The loaders of recorded sessions; paths start in the project root. */
export const { loadSession, loadSessions, loadTrace } = loadersOf(() => surroundings().settings.root);
