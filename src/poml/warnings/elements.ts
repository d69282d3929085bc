import type { Origin } from '../source.ts';
import type { ElementNode } from '../tree/nodes.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import { nearest } from './known-attributes.ts';
import {
  attributePlace,
  nameAt,
  originAround,
  originOf,
  originOfNode,
  sourcesOf,
  tagPlace,
  walk,
} from './places.ts';

/** Elements whose content a limit has cut. */
export function cutElements({ recorded }: Evidence): Finding[] {
  const findings: Finding[] = [];
  for (const node of recorded.cut) {
    const { charLimit, tokenLimit } = node.attributes;
    const origin = originOf(node);
    const limits = [charLimit && `charLimit ${charLimit}`, tokenLimit && `tokenLimit ${tokenLimit}`];
    findings.push({
      code: 'limit-cut',
      message: `the content of ${nameAt(origin)} is cut: it exceeds ${limits.filter(Boolean).join(' and ')}`,
      origin: origin && tagPlace(origin),
    });
  }
  for (const node of recorded.dropped) {
    const origin = originOfNode(node);
    findings.push({
      code: 'priority-dropped',
      message: `${node.kind === 'text' ? 'this text' : nameAt(origin)} is left out: what encloses it exceeds its limit, and nothing in it has a lower priority`,
      origin: origin && tagPlace(origin),
    });
  }
  return findings;
}

const LIMITED_TAGS = new Set(['p', 'span', 'h', 'b', 'i', 's', 'u', 'code', 'list', 'item', 'table', 'text']);
const LIMITING_LANGUAGES = new Set<string | undefined>(['markdown', 'csv', 'tsv', 'free']);

function languageOf({ attributes }: ElementNode): string | undefined {
  const { presentation, markupLang = 'markdown', serializer = 'json' } = attributes;
  return presentation === 'markup' ? markupLang : presentation === 'serialize' ? serializer : presentation;
}

interface Use {
  readonly origin: Origin | undefined;
  readonly text: string;
  works: boolean;
}

/** Collects, by place, whether a property works on at least one of the elements it was handed to. */
class Uses {
  private readonly byPlace = new Map<string, Use>();

  add(origin: Origin | undefined, text: string, works: boolean): void {
    const key = `${origin?.file.path ?? ''}\0${origin?.start ?? ''}`;
    const known = this.byPlace.get(key);
    if (known) known.works ||= works;
    else this.byPlace.set(key, { origin, text, works });
  }

  idle(): Use[] {
    return [...this.byPlace.values()].filter(({ works }) => !works);
  }
}

/** Limits where nothing is limited, and priorities where nothing asks for them. */
export function idleLimits({ root }: Evidence): Finding[] {
  if (root === undefined) return [];
  const uses = { charLimit: new Uses(), tokenLimit: new Uses(), priority: new Uses() };
  for (const { node, parent: around, environment } of walk(root)) {
    if (node.kind !== 'element') continue;
    const { attributes } = node;
    const { charLimit, tokenLimit, priority } = attributes;
    if (charLimit === undefined && tokenLimit === undefined && priority === undefined) continue;
    const limiting = LIMITING_LANGUAGES.has(environment ? languageOf(environment) : 'markdown');
    const origin = originOf(node);
    for (const name of ['charLimit', 'tokenLimit'] as const) {
      const text = attributes[name];
      if (text === undefined) continue;
      const works = limiting && LIMITED_TAGS.has(node.tag) && !Number.isNaN(Number.parseInt(text, 10));
      uses[name].add(origin, text, works);
    }
    if (priority !== undefined) {
      const parent = around?.node.kind === 'element' ? around.node.attributes : undefined;
      const boxed =
        !['b', 'i', 's', 'u'].includes(node.tag) && (node.tag !== 'code' || attributes.inline === 'false');
      const asked = parent?.charLimit !== undefined || parent?.tokenLimit !== undefined;
      uses.priority.add(origin, priority, limiting && boxed && asked);
    }
  }
  const findings: Finding[] = [];
  for (const name of ['charLimit', 'tokenLimit'] as const) {
    for (const { origin, text } of uses[name].idle()) {
      const reason = Number.isNaN(Number.parseInt(text, 10))
        ? `${JSON.stringify(text)} is no number, and no limit`
        : 'HTML, data and media have no limits: put it on an element around them';
      findings.push({
        code: 'limit-without-effect',
        message: `the ${name} of ${nameAt(origin)} does nothing: ${reason}`,
        origin: origin && attributePlace(origin, name),
      });
    }
  }
  for (const { origin } of uses.priority.idle()) {
    findings.push({
      code: 'priority-without-effect',
      message: `the priority of ${nameAt(origin)} does nothing: priorities decide only among the blocks directly in an element that has a charLimit or tokenLimit`,
      origin: origin && attributePlace(origin, 'priority'),
    });
  }
  return findings;
}

const TRUNCATION = ['truncateMarker', 'truncateDirection', 'tokenEncodingModel'];
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  markdown: ['markdownBaseHeaderLevel', 'markdownTableCollapse', ...TRUNCATION],
  html: ['htmlPrettyPrint', 'htmlIndent'],
  csv: ['csvSeparator', 'csvHeader', ...TRUNCATION],
  tsv: ['csvSeparator', 'csvHeader', ...TRUNCATION],
  json: ['jsonSpace'],
  yaml: ['yamlIndent', 'yamlTrimEnd'],
  xml: ['xmlListItemName', 'xmlSlugify', 'xmlPrettyPrint', 'xmlIndent'],
  free: TRUNCATION,
  multimedia: [],
};
const ALL_OPTIONS = [...new Set(Object.values(OPTIONS).flat())];

/** Writer options that no writer reads. */
export function idleOptions({ root }: Evidence): Finding[] {
  if (root === undefined) return [];
  const findings: Finding[] = [];
  for (const { node, parent } of walk(root)) {
    if (node.kind !== 'element' || node.tag !== 'env' || !node.attributes.writerOptions) continue;
    const language = languageOf(node) ?? 'markdown';
    const around = parent?.environment;
    const origin = node.origin && attributePlace(node.origin, 'writerOptions');
    if (around && languageOf(around) === language) {
      findings.push({
        code: 'writer-option-without-effect',
        message: `writerOptions do nothing on an element whose surroundings are ${language} already: put them on the outermost ${language} element`,
        origin,
        unlessStyled: 'writeroptions',
      });
      continue;
    }
    const own = Object.hasOwn(OPTIONS, language) ? OPTIONS[language]! : [];
    for (const option of optionsIn(node.attributes.writerOptions)) {
      if (own.includes(option)) continue;
      const isKnown = ALL_OPTIONS.includes(option);
      const suggestion = isKnown ? undefined : nearest(option, own);
      findings.push({
        code: isKnown ? 'writer-option-without-effect' : 'unknown-writer-option',
        message: isKnown
          ? `"${option}" is no option of ${language}, and options do not pass to what is written inside: put it on that element`
          : `no writer has an option "${option}"${suggestion ? `: did you mean ${suggestion}?` : ''}`,
        origin,
        ...(isKnown ? { unlessStyled: 'writeroptions' } : {}),
      });
    }
  }
  return findings;
}

function optionsIn(json: string): string[] {
  try {
    const options: unknown = JSON.parse(json);
    return options !== null && typeof options === 'object' ? Object.keys(options) : [];
  } catch {
    return [];
  }
}

const INNER_BREAK = /\S[^\S\n]*\n\s*\S/;

/** Values with line breaks whose white space was folded. */
export function foldedValues({ root }: Evidence): Finding[] {
  if (root === undefined) return [];
  const findings: Finding[] = [];
  const seen = new Set<unknown>();
  for (const { node } of walk(root)) {
    if (node.kind !== 'text' || node.source.trim?.mode !== 'filter') continue;
    for (const { file, segments, values } of sourcesOf(node.source)) {
      segments.forEach((segment, index) => {
        const value = values[index];
        if (!segment.expression || typeof value !== 'string' || seen.has(segment)) return;
        if (!INNER_BREAK.test(value)) return;
        seen.add(segment);
        findings.push({
          code: 'line-breaks-folded',
          message:
            'the line breaks in this value are folded into blanks: add whiteSpace="pre" to the element it stands in',
          origin: { file, start: segment.start, end: segment.end },
        });
      });
    }
  }
  return findings;
}

/** Pictures of a web page are attached, whatever alternative text they have. */
export function unusedAlternatives({ root }: Evidence): Finding[] {
  if (root === undefined) return [];
  const findings: Finding[] = [];
  for (const step of walk(root)) {
    const { node } = step;
    if (node.kind !== 'element' || node.tag !== 'img' || !node.attributes.alt || node.origin) continue;
    const origin = originAround(step);
    if (!/^<webpage$/i.test(nameAt(origin).slice(0, -1))) continue;
    findings.push({
      code: 'alt-not-used',
      message:
        'the pictures of this page are attached, also those with an alt text: add multimedia="{{ false }}" for the texts',
      origin: origin && tagPlace(origin),
    });
  }
  return findings;
}

const NO_MATCH = 'No elements found matching selector: ';

/** Where nothing of a web page matches, POML puts a sentence that says so into the prompt. */
export function emptySelectors({ root }: Evidence): Finding[] {
  if (root === undefined) return [];
  const findings: Finding[] = [];
  for (const step of walk(root)) {
    const { node } = step;
    if (node.kind !== 'text' || !node.text.startsWith(NO_MATCH.trimEnd())) continue;
    const origin = originAround(step);
    if (!/^<webpage/i.test(nameAt(origin))) continue;
    findings.push({
      code: 'selection-empty',
      message: `nothing of the page matches the selector, and the model reads "${NO_MATCH.trim()} …" instead`,
      origin: origin && attributePlace(origin, 'selector'),
    });
  }
  return findings;
}
