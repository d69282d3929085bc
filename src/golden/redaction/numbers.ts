/** Lengths of the IBANs of each country, after the registry of the ISO (SWIFT). */
const IBAN_LENGTHS: Readonly<Record<string, number>> = {
  AD: 24,
  AE: 23,
  AL: 28,
  AT: 20,
  AZ: 28,
  BA: 20,
  BE: 16,
  BG: 22,
  BH: 22,
  BR: 29,
  BY: 28,
  CH: 21,
  CR: 22,
  CY: 28,
  CZ: 24,
  DE: 22,
  DK: 18,
  DO: 28,
  EE: 20,
  EG: 29,
  ES: 24,
  FI: 18,
  FO: 18,
  FR: 27,
  GB: 22,
  GE: 22,
  GI: 23,
  GL: 18,
  GR: 27,
  GT: 28,
  HR: 21,
  HU: 28,
  IE: 22,
  IL: 23,
  IQ: 23,
  IS: 26,
  IT: 27,
  JO: 30,
  KW: 30,
  KZ: 20,
  LB: 28,
  LC: 32,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  LY: 25,
  MC: 27,
  MD: 24,
  ME: 22,
  MK: 19,
  MR: 27,
  MT: 31,
  MU: 30,
  NL: 18,
  NO: 15,
  PK: 24,
  PL: 28,
  PS: 29,
  PT: 25,
  QA: 29,
  RO: 24,
  RS: 22,
  SA: 24,
  SC: 31,
  SE: 24,
  SI: 19,
  SK: 24,
  SM: 27,
  ST: 25,
  SV: 28,
  TL: 23,
  TN: 24,
  TR: 26,
  UA: 29,
  VA: 22,
  VG: 24,
  XK: 20,
};

/** The IBAN that a text begins with, by its country's length and its check digits; `undefined` for none. */
export function ibanIn(text: string): string | undefined {
  const length = IBAN_LENGTHS[text.slice(0, 2)];
  if (length === undefined) return undefined;
  let count = 0;
  let end = 0;
  while (end < text.length && count < length) if (text[end++] !== ' ') count++;
  // More letters or digits right after it: something longer that only begins alike.
  if (count < length || /[A-Za-z0-9]/.test(text[end] ?? '')) return undefined;
  const iban = text.slice(0, end);
  return hasCheckDigits(iban.replaceAll(' ', '')) ? iban : undefined;
}

/** ISO 7064, mod 97-10. */
function hasCheckDigits(iban: string): boolean {
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    for (const digit of Number.parseInt(character, 36).toString()) rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}

/** First digits and lengths of the cards of each issuer. */
const CARDS: readonly { first: RegExp; lengths: readonly number[] }[] = [
  { first: /^4/, lengths: [16, 19] },
  { first: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  { first: /^3[47]/, lengths: [15] },
  { first: /^(?:6011|64[4-9]|65)/, lengths: [16, 19] },
  { first: /^35(?:2[89]|[3-8])/, lengths: [16] },
  { first: /^3(?:0[0-5]|[689])/, lengths: [14] },
  { first: /^62/, lengths: [16, 17, 18, 19] },
];

/** Whether digits are the number of a card: an issuer's, of its length, with the right check digit. */
export function isCardNumber(digits: string): boolean {
  return (
    CARDS.some(({ first, lengths }) => first.test(digits) && lengths.includes(digits.length)) &&
    luhnDigit(digits.slice(0, -1)) === digits.at(-1)
  );
}

/** The check digit to put behind digits (Luhn). */
export function luhnDigit(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const weighed = i % 2 === 0 ? digit * 2 : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return String((10 - (sum % 10)) % 10);
}
