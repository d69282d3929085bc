import { isIPv6 } from 'node:net';
import { ibanIn, isCardNumber, luhnDigit } from './numbers.ts';

/** Something that a detector finds in texts. */
export interface Detector {
  /** One line for the help. */
  help: string;
  /** What may be one; where an expression has a group, the group is it. */
  patterns: readonly RegExp[];
  /**
   * What of a match it really is, from its beginning: `undefined` for none.
   *
   * @param before Up to 24 characters in front of the match.
   */
  refine?(match: string, before: string): string | undefined;
  /** What two ways of writing the same value have in common (default: the text itself). */
  identity?(match: string): string;
  /** What stands in its place: of the same kind, harmless, never found itself. `number` counts values from 1. */
  placeholder(number: number, match: string): string;
}

/** Names of the detectors, as `--detect` takes them. */
export type DetectorName = keyof typeof DETECTORS;

const digitsOf = (text: string) => text.replace(/\D/g, '');
/** An expression from pieces, with the flags that all of ours have. */
const either = (...parts: readonly string[]) => new RegExp(parts.join('|'), 'gu');

/** Domains and file names that only look like the domain of a mailbox. */
const NO_MAILBOX =
  /(?:^|[@.])(?:example(?:\.(?:com|net|org|edu)(?:(?:\.\w+){0,2}\.(?:poml|json|txt|env|md|csv))?)?|test|invalid|localhost)$|@\d+x?\.(?:png|jpe?g|gif|webp|svg|avif)$/i;
const SAMPLE_CARDS = new Set([
  '4242424242424242',
  '4111111111111111',
  '4012888888881881',
  '5555555555554444',
  '5105105105105100',
  '378282246310005',
  '371449635398431',
  '6011111111111117',
  '3530111333300000',
  '30569309025904',
]);
/** Our own placeholders of cards begin so; the issuer's number does not exist. */
const CARD_PREFIX = '4000000000';
const DATE = /^(?:\d{4}[-./]\d\d?[-./]\d\d?|\d\d?[./]\d\d?[./]\d{4})/;
/** Accounts of machines, not of people. */
const MACHINE_USERS =
  /^(?:user\d*|me|you|name|username|root|runner|runneradmin|ubuntu|debian|admin|administrator|app|node|build|builder|jenkins|circleci|vscode|gitpod|codespace|vagrant|docker|ec2-user|shared|public|default|all users|vsts)$/i;

/** Everything that is detected, in the order in which it counts where two find the same. */
export const DETECTORS = {
  key: {
    help: 'API keys by their form (AWS, GitHub, GitLab, OpenAI, Anthropic, Google, Slack, Stripe, npm, …), private keys, passwords in addresses',
    patterns: [
      either(
        '-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----)[\\s\\S]){0,20000}-----END (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----',
      ),
      either(
        ...[
          '(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}',
          'gh[pousr]_[A-Za-z0-9]{36,255}',
          'github_pat_[A-Za-z0-9_]{22,255}',
          'gl(?:pat|ptt|dt|rt|soat|cbt|ft|imt|agent)-[A-Za-z0-9_-]{20,64}',
          'sk-ant-[A-Za-z0-9_-]{24,200}',
          'sk-(?:(?:proj|svcacct|admin|None|or-v1)-)?[A-Za-z0-9_-]{0,200}[A-Za-z0-9]{20}[A-Za-z0-9_-]{0,200}',
          'AIza[A-Za-z0-9_-]{35}',
          'GOCSPX-[A-Za-z0-9_-]{28}',
          'ya29\\.[A-Za-z0-9_-]{20,400}',
          'xox[abeoprs]-[A-Za-z0-9-]{10,250}',
          'xapp-\\d-[A-Z0-9]+-\\d+-[a-z0-9]{20,100}',
          '(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,250}',
          'whsec_[A-Za-z0-9+/=]{24,100}',
          'npm_[A-Za-z0-9]{36}',
          'pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,250}',
          'hf_[A-Za-z]{34}',
          'SG\\.[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{32,64}',
          'key-[0-9a-f]{32}',
          'do[opr]_v1_[0-9a-f]{64}',
          'AGE-SECRET-KEY-1[A-Z0-9]{58}',
          '\\d{8,10}:AA[A-Za-z0-9_-]{33}',
        ].map((part) => `(?<![A-Za-z0-9_-])(?:${part})(?![A-Za-z0-9_-])`),
      ),
      /https:\/\/hooks\.slack\.com\/(?:services|workflows)\/([A-Za-z0-9/_-]{20,200})/gu,
      /(?<=[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/'"]{1,64}:)([^\s:@/'"${}<>]{3,128})(?=@[\w.-])/giu,
      /AccountKey=([A-Za-z0-9+/]{40,120}={0,2})/gu,
      /aws.{0,20}?secret.{0,20}?["'=:\s]([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/giu,
    ],
    placeholder: (number) => `redacted-key-${number}`,
    refine: (match) => (/^redacted-key-\d+$/.test(match) ? undefined : match),
  },
  token: {
    help: 'JSON Web Tokens, bearer tokens, and random texts where a password, secret or token is named',
    patterns: [
      /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{8,4000}/gu,
      /\b[Bb]earer\s{1,3}([A-Za-z0-9._~+/-]{20,2000}=*)/gu,
      /(?:pass(?:word|wd|phrase)|pwd|secret|token|api[_ -]?key|access[_ -]?key|private[_ -]?key|credential)s?["']?\s{0,3}(?:[:=]|=>|\bis\b)\s{0,3}["'`]?([A-Za-z0-9._~+/!@#%^&*-]{12,200}=*)/giu,
    ],
    refine: (match) => (match.startsWith('eyJ') || looksRandom(match) ? match : undefined),
    placeholder: (number) => `redacted-token-${number}`,
  },
  email: {
    help: 'e-mail addresses',
    patterns: [
      /(?<![\p{L}\p{N}_%+-])[\p{L}\p{N}_%+][\p{L}\p{N}._%+-]{0,63}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}-])/gu,
    ],
    // `git@github.com:org/name` is an address of a repository, `https://me:password@host` one with a password.
    refine: (match, before) =>
      NO_MAILBOX.test(match) || /^git@/i.test(match) || /:\/\/[^\s/@]*:$/.test(before) ? undefined : match,
    identity: (match) => match.toLowerCase(),
    placeholder: (number) => `user${number}@example.com`,
  },
  iban: {
    help: 'bank accounts (IBAN, by country, length and check digits)',
    patterns: [/(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]){11,30}/gu],
    refine: ibanIn,
    identity: (match) => match.replaceAll(' ', ''),
    // Check digits 00 are those of no account.
    placeholder: (number, match) => inFormOf(match, `${match.slice(0, 2)}00`, number),
  },
  card: {
    help: 'card numbers (by issuer, length and check digit)',
    patterns: [
      /(?<![\p{L}\p{N}.+/-])(?:\d{14,19}|\d{4}(?<g>[ -])\d{4}\k<g>\d{4}\k<g>\d{2,7}|\d{4}(?<h>[ -])\d{6}\k<h>\d{4,5})(?![\p{L}\p{N}]|[.-]\d)/gu,
    ],
    refine: (match) => {
      const digits = digitsOf(match);
      const isReal = isCardNumber(digits) && !SAMPLE_CARDS.has(digits) && !digits.startsWith(CARD_PREFIX);
      return isReal ? match : undefined;
    },
    identity: digitsOf,
    placeholder: (number, match) => {
      const { length } = digitsOf(match);
      const most = CARD_PREFIX + String(number).padStart(length - CARD_PREFIX.length - 1, '0');
      return fill(match, most + luhnDigit(most));
    },
  },
  phone: {
    help: 'telephone numbers with a country code, in the form (555) 010-0123, or after a word such as "phone"',
    patterns: [
      /(?<![\p{L}\p{N}+.])\+\d{1,3}(?:[ .-]?\(?\d{1,5}\)?){2,6}(?![\p{L}\p{N}])/gu,
      /(?<![\p{L}\p{N}])\(\d{3}\) ?\d{3}-\d{4}(?![\p{L}\p{N}-])/gu,
      /(?<![\p{L}\p{N}])(?:phone|tel(?:efon|ephone|éfono)?|mobile|cell|handy|fax|whatsapp|☎)(?:[ .]{0,2}(?:no|nr|number|num))?[:. ]{0,4}(0?\d(?:[ ./-]?\(?\d{1,5}\)?){3,8})(?![\p{L}\p{N}])/giu,
    ],
    refine(match, before) {
      const digits = digitsOf(match);
      const plain = /^\+\d+$/.test(match);
      // An added line of a diff may begin with a number.
      if (plain && (before === '' || before.endsWith('\n'))) return undefined;
      if (digits.length < 8 || digits.length > 15 || /^(\d)\1+$/.test(digits)) return undefined;
      return /555-?01\d\d$/.test(digits) || DATE.test(match) ? undefined : match;
    },
    identity: digitsOf,
    placeholder: (number) => `+1-555-01${String(number % 100).padStart(2, '0')}`,
  },
  ip: {
    help: 'IP addresses of version 4 and 6, but for loopback and those reserved for examples',
    patterns: [
      /(?<![\p{L}\p{N}._-])(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}(?![\p{L}\p{N}_]|\.\d|-\w)/gu,
      /(?<![\p{L}\p{N}:._-])(?:[0-9a-fA-F]{1,4}:){1,7}(?::?[0-9a-fA-F]{1,4}){0,6}(?![\p{L}\p{N}:_])/gu,
    ],
    refine(match, before) {
      if (match.includes(':')) return isTelling6(match) ? match : undefined;
      const isVersion = /(?:version|release|ver|firmware|v)[\s:=./]*$/i.test(before);
      return isVersion ||
        /^(?:0|127|169\.254|192\.0\.2|198\.51\.100|203\.0\.113|22[4-9]|2[3-5]\d)\./.test(match)
        ? undefined
        : match;
    },
    identity: (match) => match.toLowerCase(),
    placeholder: (number, match) =>
      match.includes(':')
        ? `2001:db8::${number.toString(16)}`
        : `${['192.0.2', '198.51.100', '203.0.113'][Math.floor((number - 1) / 254) % 3]}.${((number - 1) % 254) + 1}`,
  },
  home: {
    help: 'names of people in the paths of their home folders',
    patterns: [
      /(?:\/home\/|\/Users\/|[A-Za-z]:(?:\\\\?|\/)Users(?:\\\\?|\/))([\p{L}\p{N}][\p{L}\p{N}._-]{0,63})(?=[/\\\s"']|$)/gu,
    ],
    refine: (match) => (MACHINE_USERS.test(match) ? undefined : match),
    placeholder: (number) => `user${number}`,
  },
} as const satisfies Record<string, Detector>;

/** All names, in order. */
export const DETECTOR_NAMES = Object.keys(DETECTORS) as DetectorName[];

/** Whether a text reads like chance: letters and digits mixed, many different ones, no word or placeholder. */
function looksRandom(text: string): boolean {
  const body = text.replace(/=+$/, '');
  if (body.length < 16 || !/\d/.test(body) || !/[A-Za-z]/.test(body)) return false;
  if (
    /^redacted-|^[A-Za-z]+(?:[._-][A-Za-z]+)*[._-]?\d{0,4}$|x{4,}|\*{3,}|\.{3}|example|placeholder|changeme|your[_-]/i.test(
      body,
    )
  )
    return false;
  return entropy(body) >= 3.3;
}

/** Bits per character, by how often each occurs (Shannon). */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Version 6 with enough in it to be no name of a program such as `abc::def`, and neither local nor an example. */
function isTelling6(text: string): boolean {
  const groups = text.split(':').filter((group) => group !== '');
  return isIPv6(text) && groups.length >= 3 && /\d/.test(text) && !/^(?:fe80:|ff0|2001:0?db8:)/i.test(text);
}

/** Letters and digits of a text replaced one by one, what is between them kept. */
function fill(form: string, characters: string): string {
  let at = 0;
  return form.replace(/[\p{L}\p{N}]/gu, () => characters[at++] ?? '0');
}

function inFormOf(form: string, start: string, number: number): string {
  const { length } = form.replace(/[^\p{L}\p{N}]/gu, '');
  return fill(form, start + String(number).padStart(length - start.length, '0'));
}
