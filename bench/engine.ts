import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ConformanceCase } from '../scripts/conformance/case.ts';

interface PomlEngine {
  commandLine(args: {
    file: string;
    contextFile?: string;
    stylesheetFile?: string;
    speakerMode: boolean;
    strict: boolean;
    trim: boolean;
    output: string;
  }): Promise<void>;
}

/**
 * The real engine, from the installed copy that `POMLJS` names (a package folder or a module file). It is called
 * in this process by the one function that gives what a render gives: messages, schema, tools and runtime. That
 * function reads and writes a few small files, which is some 0.1 ms of its time.
 */
export function loadEngine(location: string): (item: ConformanceCase) => () => Promise<unknown> {
  const engine = createRequire(import.meta.url)(path.resolve(location)) as PomlEngine;
  // The engine writes to the console about every speaker it cannot place.
  console.warn = () => {};
  const folder = mkdtempSync(path.join(tmpdir(), 'vitest-poml-bench-'));
  return ({ markup, options }) => {
    const json = (name: string, value: object | undefined): string | undefined => {
      if (value === undefined || Object.keys(value).length === 0) return undefined;
      const file = path.join(folder, name);
      writeFileSync(file, JSON.stringify(value));
      return file;
    };
    const file = path.join(folder, '0001.prompt.poml');
    writeFileSync(file, markup);
    // Tells the engine where the prompt comes from, as in a trace.
    writeFileSync(path.join(folder, '0001.prompt.env'), `SOURCE_PATH=${options.sourcePath ?? file}\n`);
    const contextFile = json('context.json', options.context);
    const stylesheetFile = json('stylesheet.json', options.stylesheet);
    return () =>
      engine.commandLine({
        file,
        ...(contextFile && { contextFile }),
        ...(stylesheetFile && { stylesheetFile }),
        speakerMode: options.chat ?? true,
        strict: true,
        trim: true,
        output: path.join(folder, 'result.json'),
      });
  };
}
