/** A process that checks documents for `scripts/fuzz.ts`, which starts it anew when it hangs or dies. */
import { BOUNDS, checkDocument, type Fault } from './check.ts';
import { documentOf, type FuzzDocument } from './document.ts';
import { writeFiles } from './files.ts';
import { minimise } from './minimise.ts';

/** The documents of one worker: every `step`th from `from` to below `end`. */
export interface WorkOrder {
  seed: number;
  from: number;
  step: number;
  end: number;
  /** Where the files lie that documents include. */
  folder: string;
}

export type WorkerMessage =
  | { kind: 'started'; index: number }
  | { kind: 'minimising'; index: number }
  | { kind: 'passed'; index: number; milliseconds: number; heapBytes: number; outcome: string }
  | {
      kind: 'failed';
      index: number;
      milliseconds: number;
      heapBytes: number;
      faults: Fault[];
      smallest?: FuzzDocument;
    };

function tell(message: WorkerMessage): void {
  process.send!(message);
}

async function work({ seed, from, step, end, folder }: WorkOrder): Promise<void> {
  writeFiles(folder);
  for (let index = from; index < end; index += step) {
    tell({ kind: 'started', index });
    const document = documentOf(seed, index);
    const { faults, milliseconds, heapBytes, outcome } = await checkDocument(document, folder);
    if (faults.length === 0) {
      tell({ kind: 'passed', index, milliseconds, heapBytes, outcome });
      continue;
    }
    tell({ kind: 'failed', index, milliseconds, heapBytes, faults });
    tell({ kind: 'minimising', index });
    const { property } = faults[0]!;
    const smallest = await minimise(document, async (smaller) => {
      const found = await checkDocument(smaller, folder, BOUNDS);
      return found.faults.some((fault) => fault.property === property);
    });
    tell({ kind: 'failed', index, milliseconds, heapBytes, faults, smallest });
  }
}

process.once('message', (order: WorkOrder) => {
  void work(order).finally(() => process.disconnect());
});
