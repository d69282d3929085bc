import { Changes } from './changes.ts';
import { keepChoice } from './choices.ts';
import { fillWhenOpened } from './details.ts';
import { followHover } from './hover.ts';
import { listenToKeys } from './keys.ts';

const changes = new Changes(document);
keepChoice('theme', ['auto', 'light', 'dark']);
keepChoice('layout', ['split', 'inline']);
followHover(document);
listenToKeys(changes);
fillWhenOpened(document);
