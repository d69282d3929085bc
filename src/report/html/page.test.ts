import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HOSTILE, HOSTILE_LINES } from '../testing/hostile.ts';
import { hostileModel, sampleModel } from '../testing/models.ts';
import { escapeHtml } from './markup.ts';
import { htmlReport } from './page.ts';

const assets = { script: 'void 0;', style: 'body { margin: 0 }' };

/** What a reader of the page sees, roughly: no tags, entities as characters. */
function textOf(page: string): string {
  return page
    .replace(/<style>.*?<\/style>|<script>.*?<\/script>/gs, '')
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');
}

describe('the HTML report', () => {
  it('names each change once with its place, its calls and its tokens', () => {
    const page = htmlReport(sampleModel(), assets);
    const text = textOf(page);
    expect(page.match(/<article /g)).toHaveLength(3);
    expect(text).toContain('3 changes touch 4 of 5 recorded calls of 3 prompts.');
    expect(text).toContain('prompts/triage.poml:3');
    expect(text).toContain('−10 tokens (−3.3%), −$0.005 per 1,000 calls');
    expect(text).toContain(
      '+8 tokens (+1.0% in the calls that changed), +$0.004 per 1,000 calls (gpt-4o, list price of 2026-09)',
    );
    expect(page).toContain('Decide how <del>urgent</del> the ticket is.');
    expect(page).toContain('Decide how <ins>pressing</ins> the ticket is.');
    expect(page).toContain('src="data:image/png;base64,');
  });

  it('allows its own script and style and nothing of the network', () => {
    const page = htmlReport(sampleModel(), assets);
    const hash = (text: string) => createHash('sha256').update(text).digest('base64');
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    expect(policy.replaceAll('&#39;', "'")).toBe(
      `default-src 'none'; script-src 'sha256-${hash(assets.script)}'; style-src 'sha256-${hash(assets.style)}'; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(page).not.toMatch(/\s(?:style|on\w+)=/);
    expect(page).not.toMatch(/https?:/);
  });

  it('shows whatever a prompt holds as text', () => {
    const page = htmlReport(hostileModel(HOSTILE), assets, () => HOSTILE);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.match(/<style/g)).toHaveLength(1);
    expect(page).not.toMatch(/<img[^>]*src=x/);
    expect(
      [...page].filter(
        (character) =>
          /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u.test(character) && character !== '\n',
      ),
    ).toEqual([]);
    for (const line of HOSTILE_LINES.flatMap((text) => text.split('\n')))
      expect(page).toContain(escapeHtml(line).slice(0, 40));
  });

  it('says so when nothing changed', () => {
    const { records, ...model } = sampleModel();
    const same = { ...model, records: records.slice(3), causes: [], prompts: [] };
    expect(textOf(htmlReport(same, assets))).toContain('No prompt changed.');
  });
});

it('shows a picture that changed beside the one it took the place of', () => {
  const model = sampleModel();
  const picture = (base64: string, bytes: number) =>
    ({ kind: 'media', type: 'image/png', bytes, base64 }) as const;
  const text = { kind: 'text', text: 'Look:' } as const;
  const words = '(2028 characters of base64)';
  const [record] = model.records;
  record!.detail = {
    golden: { messages: [{ speaker: 'human', parts: [text, picture('AAAA', 3)] }] },
    render: { messages: [{ speaker: 'human', parts: [text, picture('BBBBBBBB', 6)] }] },
    differences: [
      {
        path: 'messages[0].content[1]',
        kind: 'changed',
        speaker: 'human',
        expected: { type: 'image/png', base64: words },
        actual: { type: 'image/png', base64: words },
        note: '200 × 200 pixels before, 120 × 90 now',
      },
    ],
  };
  const page = htmlReport(model, assets);
  expect(page).toContain('200 × 200 pixels before, 120 × 90 now');
  expect(page).toMatch(
    /<figure><img alt="" src="data:image\/png;base64,AAAA"><figcaption>golden: image\/png, 3 bytes<.*<figure><img alt="" src="data:image\/png;base64,BBBBBBBB"><figcaption>render: image\/png, 6 bytes</,
  );
  expect(page).not.toContain(words);
});
