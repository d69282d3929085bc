import { existsSync } from 'node:fs';
import path from 'node:path';

const PLAIN_PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[^/]+)+$/;

/** The plain path that was asked for last: renders of one prompt follow each other. */
let latestPlain = '';

/** `path.resolve`, which takes its time, also for a path that is what it should be. */
export function absolutePath(given: string): string {
  if (given === latestPlain && given !== '') return given;
  if (path.sep !== '/' || !PLAIN_PATH.test(given)) return path.resolve(given);
  latestPlain = given;
  return given;
}

/** `path.resolve` of a reference from an absolute folder. */
export function resolvePath(folder: string, reference: string): string {
  if (path.sep !== '/') return path.resolve(folder, reference);
  const whole = reference.startsWith('/') ? reference : `${folder}/${reference}`;
  return PLAIN_PATH.test(whole) ? whole : path.resolve(folder, reference);
}

/** The folder that relative paths of a prompt start from. */
export function sourceFolder(sourcePath: string | undefined): string {
  return sourcePath === undefined ? process.cwd() : path.dirname(sourcePath);
}

const projects = new Map<string, string>();

/** The nearest folder above that holds a package.json or a .git, else the folder itself. */
function projectOf(folder: string): string {
  let project = projects.get(folder);
  if (project === undefined) {
    project = folder;
    for (let at = folder; ; at = path.dirname(at)) {
      if (existsSync(path.join(at, 'package.json')) || existsSync(path.join(at, '.git'))) {
        project = at;
        break;
      }
      if (path.dirname(at) === at) break;
    }
    projects.set(folder, project);
  }
  return project;
}

/** Where a prompt in this folder may read files by default: its folder and its project. */
export function projectRoots(folder: string): string[] {
  return [folder, projectOf(folder)];
}
