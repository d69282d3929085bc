import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bundleViewer } from '../../../scripts/bundle-viewer.ts';
import type { RunModel } from '../model/index.ts';
import { findChromium } from '../testing/browser.ts';
import { HOSTILE } from '../testing/hostile.ts';
import { hostileModel, manyChanges, sampleModel } from '../testing/models.ts';
import { type HtmlAssets, htmlReport } from './page.ts';

const executablePath = findChromium();
if (executablePath === undefined)
  console.warn('SKIPPED: no Chromium here; install one or name it in CHROMIUM to test the HTML report.');

describe.skipIf(executablePath === undefined)('the HTML report in a browser', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vitest-poml-html-'));
  let browser: Browser;
  let assets: HtmlAssets;

  beforeAll(async () => {
    assets = await bundleViewer();
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      // As root, in a container, Chromium has no sandbox to start.
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a report from the disk. What it asks of the network, and what goes wrong in it, is noted. */
  async function open(
    model: RunModel,
    width = 1400,
  ): Promise<{ page: Page; asked: string[]; wrong: string[] }> {
    const file = path.join(folder, `${Math.random()}.html`);
    writeFileSync(
      file,
      htmlReport(model, assets, () => HOSTILE),
    );
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    onTestFinished(() => page.close());
    const asked: string[] = [];
    const wrong: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (message) => wrong.push(message.text()));
    page.on('dialog', (dialog) => {
      wrong.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(pathToFileURL(file).href);
    return { page, asked: asked.filter((url) => !/^(?:file|data):/.test(url)), wrong };
  }

  it('opens from the disk without network, errors or violations of its policy', async () => {
    const { page, asked, wrong } = await open(sampleModel());
    expect(await page.locator('.change').count()).toBe(3);
    expect(await page.locator('.change.open .body').count()).toBe(3);
    const picture = page.locator('img').first();
    expect(
      await picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
    ).toBe(1);
    expect(asked).toEqual([]);
    expect(wrong).toEqual([]);
  });

  it('lights up the source of the output under the pointer, and the other way round', async () => {
    const { page } = await open(sampleModel());
    await page.locator('.change').first().locator('summary', { hasText: 'Source beside output' }).click();
    const panes = page.locator('.change').first().locator('.pane');
    await panes.last().getByText('Never promise a refund.').hover();
    expect(await panes.first().locator('.lit').allTextContents()).toEqual(['Never promise a refund.']);
    await panes.first().getByText('be kind').hover();
    expect(await panes.last().locator('.lit').allTextContents()).toEqual(['be kind']);
  });

  it('opens a long source where it was changed', async () => {
    const model = structuredClone(sampleModel());
    const down = 300;
    const [cause] = model.causes;
    cause!.line! += down;
    cause!.endLine! += down;
    const { sources = [], origins = [] } = model.records[cause!.exemplar!]!.detail!;
    for (const source of sources) source.lines = [...new Array<string>(down).fill('…'), ...source.lines];
    for (const origin of origins.flat()) {
      origin.line += down;
      origin.endLine += down;
    }
    const { page } = await open(model);
    await page.locator('.change').first().locator('summary', { hasText: 'Source beside output' }).click();
    const pane = page.locator('.change').first().locator('.pane').first();
    const seen = async () => {
      const [outer, inner] = await Promise.all([
        pane.boundingBox(),
        pane.locator('.cause').first().boundingBox(),
      ]);
      return inner!.y >= outer!.y && inner!.y < outer!.y + outer!.height;
    };
    await expect.poll(seen).toBe(true);
  });

  it('is searched, filtered and read by keyboard', async () => {
    const { page } = await open(sampleModel());
    await page.keyboard.press('/');
    await page.keyboard.type('pressing ticket');
    expect(await page.locator('.change:visible').count()).toBe(2);
    await page.locator('#search').fill('_tone.poml:2');
    expect(await page.locator('.change:visible .what').allTextContents()).toEqual([
      '<item>Never promise a refund.</item> was added',
    ]);
    expect(await page.locator('#found').textContent()).toBe('1 of 3');
    await page.keyboard.press('Escape');
    expect(await page.locator('.change:visible').count()).toBe(3);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await page.locator('.change.current').getAttribute('id')).toBe('change-2');
    expect(await page.locator('.change.current.open').count()).toBe(1);
    await page.keyboard.press('o');
    expect(await page.locator('.change.current.open').count()).toBe(0);
    await page.keyboard.press('k');
    expect(await page.locator('.change.current').getAttribute('id')).toBe('change-1');
  });

  it('changes between two columns and one, light and dark', async () => {
    const { page } = await open(sampleModel());
    await page.locator('#change-1 .diff:not(.whole) .row').first().waitFor();
    const columns = async () => {
      const row = 'document.querySelector("#change-1 .diff:not(.whole) .row")';
      const found = await page.evaluate<string>(`getComputedStyle(${row}).gridTemplateColumns`);
      return found.split(' ').length;
    };
    expect(await columns()).toBe(2);
    await page.keyboard.press('s');
    expect(await columns()).toBe(1);
    const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const light = await background();
    await page.keyboard.press('t');
    expect(await background()).toBe(light);
    await page.keyboard.press('t');
    expect(await background()).not.toBe(light);
    await page.keyboard.press('?');
    expect(await page.locator('dialog').isVisible()).toBe(true);
  });

  it('keeps a hostile prompt text, in every place it can come to', async () => {
    const { page, asked, wrong } = await open(hostileModel(HOSTILE));
    await page.evaluate('for (const part of document.querySelectorAll("details")) part.open = true');
    await page.locator('.covered-file .code').waitFor();
    expect(await page.locator('.covered-file .n.uncovered').count()).toBe(1);
    for (const origin of await page.locator('[data-at]:visible').all()) await origin.hover();
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('main svg, main a, main h1, main script').count()).toBe(0);
    expect(await page.locator('main').textContent()).toContain('</script><script>window.pwned = 1</script>');
    expect(asked).toEqual([]);
    expect(wrong).toEqual([]);
  });

  it('stays light with 500 changes: what is closed is not built', async () => {
    const { page, wrong } = await open(manyChanges(500));
    expect(await page.locator('.change').count()).toBe(500);
    expect(await page.locator('.body').count()).toBe(1);
    await page.locator('#search').fill('"pressing 177"');
    expect(await page.locator('.change:visible').count()).toBe(1);
    await page.locator('.change:visible .head').click();
    expect(await page.locator('.change:visible .body').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.locator('label', { hasText: 'structure' }).click();
    expect(await page.locator('.change:not([hidden])').count()).toBe(167);
    expect(wrong).toEqual([]);
  });

  it.each([
    ['a change', sampleModel],
    ['500 changes', () => manyChanges(500)],
    ['hostile texts', () => hostileModel(HOSTILE)],
  ])('fits a phone with %s', async (_, model) => {
    const { page } = await open(model(), 360);
    const wider = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(wider).toBeLessThanOrEqual(0);
  });
});
