import { createFiles, type Files } from './assets/fs.ts';
import { Budget } from './budget.ts';
import type { Coverage } from './coverage/collector.ts';
import { createRealm, type Realm } from './expression/index.ts';
import type { Problem } from './problems.ts';
import { projectRoots, sourceFolder } from './roots.ts';
import type { Dependency, RenderOptions } from './types.ts';
import { Warnings } from './warnings.ts';

/** What all documents of one evaluation share. Most prompts need only some of it: the rest is not made. */
export class Pass {
  readonly problems: Problem[] = [];
  readonly warnings = new Warnings();
  /** What the evaluation may still make. */
  budget = new Budget();
  /** Set when an expression ran that may have changed something or may give another value next time. */
  impure = false;
  /** Whether the variables are the render's own, so that changing them changes nothing of the caller's. */
  readonly ownContext: boolean;
  /** Takes note of what is evaluated and reached. */
  readonly coverage: Coverage | undefined;
  private readonly options: RenderOptions;
  private readonly sourcePath: string | undefined;
  private madeRealm: Realm | undefined = undefined;
  private madeFiles: Files | undefined = undefined;

  constructor(options: RenderOptions, sourcePath: string | undefined, ownContext: boolean) {
    this.options = options;
    this.sourcePath = sourcePath;
    this.ownContext = ownContext;
    this.coverage = options.coverage;
  }

  /** The surroundings of its expressions. */
  get realm(): Realm {
    if (this.madeRealm === undefined) {
      const { now, seed, locale, timeZone, trust, budget } = this.options;
      this.madeRealm = createRealm({
        now: now instanceof Date ? now.getTime() : now,
        seed,
        locale,
        timeZone,
        native: trust,
        ...budget,
      });
    }
    return this.madeRealm;
  }

  /** The files that it may read. */
  get files(): Files {
    if (this.madeFiles === undefined) {
      const { roots, moved, bundle } = this.options;
      const baseDir = sourceFolder(this.sourcePath);
      this.madeFiles = createFiles({
        baseDir,
        source: this.sourcePath,
        roots: roots ?? projectRoots(baseDir),
        moved,
        bundle,
      });
    }
    return this.madeFiles;
  }

  /** The files that it has read, in a list of the caller's own. */
  get dependencies(): Dependency[] {
    return this.madeFiles?.dependencies ?? [];
  }
}
