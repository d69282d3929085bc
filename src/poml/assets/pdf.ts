import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { resolveOptional } from './optional.ts';
import { parseSlice } from './table.ts';
import { shortened } from './words.ts';

/** What reading one document may take. */
export interface PdfLimits {
  milliseconds: number;
  megabytes: number;
  pages: number;
}

const LIMITS: PdfLimits = { milliseconds: 60_000, megabytes: 1024, pages: 10_000 };
const WATCH_INTERVAL_MS = 100;
/** Documents whose text is kept, because the same one is often in many traces. */
const KEPT_DOCUMENTS = 16;

/** A piece of text as the PDF places it, and the height of its baseline. */
type PlacedText = readonly [text: string, baseline: number];

type Answer = { readonly pages: PlacedText[][] } | { readonly error: string };

/**
 * What runs in the worker. In a thread of its own, because pdf.js adds to the globals and writes to the console, and
 * so that a document that never ends or takes all memory can be stopped; as text, because the thread must run the
 * same from sources, in a bundle and in every test runner. No fonts, maps or programs are loaded or evaluated.
 */
const READER = `
const { parentPort, workerData } = require('node:worker_threads');
async function read() {
  const loaded = await import(workerData.library);
  const { getDocument } = loaded.getDocument ? loaded : loaded.default;
  const document = await getDocument({
    data: workerData.bytes,
    isEvalSupported: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    useWasm: false,
    verbosity: 0,
  }).promise;
  if (document.numPages > workerData.maxPages) {
    throw new Error('it has more than ' + workerData.maxPages + ' pages: give the prompt a shorter one');
  }
  const pages = [];
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    pages.push(items.map((item) => [item.str, item.transform[5]]));
    page.cleanup();
  }
  return { pages };
}
read().then(
  (answer) => parentPort.postMessage(answer),
  (error) => parentPort.postMessage({ error: String((error && error.message) || error) }),
);
`;

const kept = new Map<string, Promise<readonly string[]>>();

/** The text of each page. */
function pagesOf(bytes: Buffer, limits: PdfLimits): Promise<readonly string[]> {
  const key = createHash('sha256').update(bytes).digest('base64');
  let pages = kept.get(key);
  if (pages === undefined) {
    pages = readPages(bytes, limits);
    kept.set(key, pages);
    const [oldest] = kept.keys();
    if (kept.size > KEPT_DOCUMENTS && oldest !== undefined) kept.delete(oldest);
    pages.catch(() => kept.delete(key));
  }
  return pages;
}

async function readPages(bytes: Buffer, limits: PdfLimits): Promise<readonly string[]> {
  const library = resolveOptional('pdfjs-dist/legacy/build/pdf.mjs', 'PDF documents');
  const work = {
    library: pathToFileURL(library).href,
    bytes: Uint8Array.from(bytes),
    maxPages: limits.pages,
  };
  const answer = await runReader(work, limits);
  if ('error' in answer) throw new Error(`the PDF cannot be read: ${shortened(answer.error)}`);
  return answer.pages.map(pageText);
}

function runReader(
  workerData: Record<string, unknown>,
  { milliseconds, megabytes }: PdfLimits,
): Promise<Answer> {
  const worker = new Worker(READER, {
    eval: true,
    workerData,
    // Nothing of the process: no loaders, no environment, no output.
    execArgv: [],
    env: {},
    stdin: false,
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  const outcome = new Promise<Answer>((resolve, reject) => {
    const fail = (reason: string, cause?: unknown): void =>
      reject(new Error(`the PDF cannot be read: ${shortened(reason)}`, { cause }));
    worker.once('message', resolve);
    worker.once('error', (error) => fail(error.message, error));
    worker.once('exit', () => fail('its reader ended'));
    // What the process takes: a limit of the worker would count objects, not the bytes that streams unpack to.
    const atStart = process.memoryUsage.rss();
    const started = Date.now();
    const watch = setInterval(() => {
      if (process.memoryUsage.rss() - atStart > megabytes * 1024 * 1024) {
        fail(`it takes more than ${megabytes} MB of memory`);
      } else if (Date.now() - started > milliseconds) {
        fail(`it takes longer than ${milliseconds / 1000} seconds`);
      }
    }, WATCH_INTERVAL_MS);
    worker.once('exit', () => clearInterval(watch));
  });
  return outcome.finally(() => worker.terminate());
}

/** A new line begins where the baseline changes, unless the one before was at zero. */
function pageText(items: readonly PlacedText[]): string {
  let text = '';
  let last: number | undefined;
  for (const [piece, baseline] of items) {
    text += last === baseline || !last ? piece : `\n${piece}`;
    last = baseline;
  }
  return text;
}

/**
 * The text of a PDF, pages joined by a blank line.
 * @param selectedPages a slice as of {@link parseSlice}, from 0. As in POML one page more than asked is given, the
 * blank line before the first page stays, and a start below zero is zero.
 * @throws Error when the bytes are no PDF or reading takes too much time or memory; OptionalPackageError when
 * `pdfjs-dist` is missing
 * @example await pdfText(bytes, '1:2') // pages 1 and 2, after a blank line
 */
export async function pdfText(
  bytes: Buffer,
  selectedPages?: string,
  limits: PdfLimits = LIMITS,
): Promise<string> {
  const pages = await pagesOf(bytes, limits);
  const textBefore = (end: number): string =>
    // A loop up to NaN or to a negative number reads nothing.
    pages.slice(0, end > 0 ? Math.floor(Math.min(end, pages.length)) : 0).join('\n\n');
  if (!selectedPages) return textBefore(pages.length);
  const [start, end] = parseSlice(selectedPages, pages.length);
  const text = textBefore(end + 1);
  return start <= 0 ? text : text.slice(textBefore(start).length);
}
