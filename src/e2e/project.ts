import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { installPackage } from './install.ts';

// A test runs the real Vitest several times, on a machine that may do other things too.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** A project of a user, in a temporary folder. */
export interface Project {
  /** Absolute. */
  dir: string;
  /** Absolute path of a file in it. */
  path(file: string): string;
  read(file: string): string;
  write(file: string, text: string): void;
  /** Replaces a piece of a file; an error when it does not stand there. */
  edit(file: string, from: string, to: string): void;
  remove(file: string): void;
  exists(file: string): boolean;
  /** The files below a folder, sorted, by their path from it; none where there is no such folder. */
  list(folder: string): string[];
  /** The content of every file below a folder, by path, without what runs leave in their own; for a comparison before and after. */
  snapshot(folder?: string): Map<string, string>;
}

/** Files of a project by path. */
export type Files = Record<string, string>;

/**
 * Makes a project with the packed package installed; it is removed when the test ends.
 *
 * @param copies Folders or files to copy in, by their path in the project.
 */
export function createProject(files: Files, copies: Record<string, string> = {}): Project {
  // macOS hides its temporary folder behind a link, and Vitest prints real paths.
  const dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'vitest-poml-project-')));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  const project = projectAt(dir);
  installPackage(dir);
  for (const [to, from] of Object.entries(copies))
    cpSync(from, project.path(to), { recursive: true, verbatimSymlinks: true });
  project.write('package.json', '{ "name": "project", "type": "module" }\n');
  for (const [file, text] of Object.entries(files)) project.write(file, text);
  return project;
}

/** The project in a folder. */
export function projectAt(dir: string): Project {
  const at = (file: string) => path.join(dir, file);
  const project: Project = {
    dir,
    path: at,
    read: (file) => readFileSync(at(file), 'utf8'),
    write(file, text) {
      mkdirSync(path.dirname(at(file)), { recursive: true });
      writeFileSync(at(file), text);
    },
    edit(file, from, to) {
      const text = project.read(file);
      if (!text.includes(from)) throw new Error(`${file} does not hold ${JSON.stringify(from)}.`);
      project.write(
        file,
        text.replace(from, () => to),
      );
    },
    remove: (file) => rmSync(at(file), { recursive: true }),
    exists: (file) => existsSync(at(file)),
    list: (folder) =>
      existsSync(at(folder)) ? (readdirSync(at(folder), { recursive: true }) as string[]).sort() : [],
    snapshot(folder = '.') {
      const found = new Map<string, string>();
      for (const entry of readdirSync(at(folder), { withFileTypes: true, recursive: true })) {
        const file = path.relative(dir, path.join(entry.parentPath, entry.name));
        if (entry.isFile() && !/^(?:node_modules|\.vitest-poml)\b/.test(file))
          found.set(file, readFileSync(at(file), 'latin1'));
      }
      return found;
    },
  };
  return project;
}
