import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkDocument, type Fault } from './testing/fuzz/check.ts';
import { documentOf, type FuzzDocument } from './testing/fuzz/document.ts';
import { writeFiles } from './testing/fuzz/files.ts';
import { minimise } from './testing/fuzz/minimise.ts';
import regressions from './testing/fuzz/regressions.json' with { type: 'json' };

/** More documents, or others: `FUZZ_DOCUMENTS=5000 FUZZ_SEED=7 npx vitest run src/poml/fuzz.test.ts`. */
const DOCUMENTS = Number(process.env.FUZZ_DOCUMENTS ?? 200);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const BATCH = 50;

// How long a render takes depends on the machine: only `npm run fuzz` judges that.
const UNTIMED = { milliseconds: Number.POSITIVE_INFINITY, heapBytes: Number.POSITIVE_INFINITY };

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'poml-fuzz-'));
  writeFiles(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function faultsOf(document: FuzzDocument): Promise<Fault[]> {
  return (await checkDocument(document, folder, UNTIMED)).faults;
}

describe('generated documents', () => {
  for (let from = 0; from < DOCUMENTS; from += BATCH) {
    const end = Math.min(from + BATCH, DOCUMENTS);
    test(`${from} to ${end - 1} of seed ${SEED}`, { timeout: 120_000 }, async () => {
      for (let index = from; index < end; index++) {
        const document = documentOf(SEED, index);
        const [fault] = await faultsOf(document);
        if (fault === undefined) continue;
        const smallest = await minimise(document, async (smaller) =>
          (await faultsOf(smaller)).some(({ property }) => property === fault.property),
        );
        expect.fail(`document ${index}: ${fault.property}: ${fault.detail}\n${JSON.stringify(smallest)}`);
      }
    });
  }
});

describe('documents that once failed', () => {
  test.each(regressions as { name: string; document: FuzzDocument }[])(
    '$name',
    { timeout: 60_000 },
    async ({ document }) => {
      expect(await faultsOf(document)).toEqual([]);
    },
  );
});

describe('the checks themselves', () => {
  test('the same seed gives the same document', () => {
    expect(documentOf(5, 17)).toEqual(documentOf(5, 17));
    expect(documentOf(5, 17)).not.toEqual(documentOf(6, 17));
  });

  test('a document is made smaller for as long as it fails', async () => {
    const document = documentOf(1, 3);
    const markup = `<poml><p a="1">before</p><b>x <i>needle</i> y</b></poml>`;
    const smallest = await minimise({ ...document, markup }, async (smaller) =>
      smaller.markup.includes('<i>needle'),
    );
    expect(smallest).toMatchObject({ markup: '<i>needle', context: {}, stylesheet: {} });
  });
});
