import { loadersOf } from '../project/loaders.ts';
import { settings } from './settings.ts';

/** The loaders of recorded sessions; paths start in the project root. */
export const { loadSession, loadSessions, loadTrace } = loadersOf(() => settings().root);
