import { type PhoneProblem, phoneProblemWords } from './phone-problem.ts';

/** Phone numbers as WhatsApp writes them: digits only, with country code. */

const digitsOnly = (text: string): string => text.replace(/\D/g, '');

/** Brazilian area codes are two digits; a mobile number has nine digits since 2016, but WhatsApp still knows many by eight. */
const brazilian = /^55(\d{2})(9?)(\d{8})$/;
/** Mobile numbers began with 6 to 9 when the ninth digit came; landlines (2 to 5) never got one. */
const brazilianMobile = /^55(\d{2})9?([6-9]\d{7})$/;
/** Argentine mobiles have a 9 after the country code for whoever calls from abroad, as WhatsApp writes them; people leave it out. */
const argentineMobile = /^549(\d{10})$/;
/** Mexican mobiles had a 1 there until 2019, and WhatsApp still knows many by it. No area code begins with 1. */
const mexicanMobile = /^521(\d{10})$/;

/** Marks that WhatsApp puts around a number to be copied, and other characters without a width. */
const invisible = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

/** As typed, in plain characters: no-break blanks, dashes of every length and full-width digits are what they look like. */
const plainNumber = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(invisible, '')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .trim();

/** Countries whose numbers within the country begin with a 0 that is not dialled from abroad. Italy's 0 is part of the number. */
const trunkZero = /^(27|31|32|33|41|43|44|49|54|55|61|64|81|90|91)0+(?=\d)/;

/** Digits after the country code, area code included, where they are the same for all: fewer have no area code, more are no number. */
const nationalLengths: ReadonlyMap<string, readonly [fewest: number, most: number]> = new Map([
  ['1', [10, 10]],
  ['33', [9, 9]],
  ['34', [9, 9]],
  ['351', [9, 9]],
  ['44', [9, 10]],
  ['52', [10, 11]],
  ['54', [10, 11]],
  ['55', [10, 11]],
  ['56', [9, 9]],
  ['57', [10, 10]],
]);

/** In Argentina a mobile number is said with a 15 between area code and number; from abroad there is none. */
const withoutFifteen = (digits: string): string => {
  const national = /^549?(\d{12})$/.exec(digits)?.[1];
  if (national === undefined) return digits;
  for (const area of national.startsWith('11') ? [2] : [3, 4])
    if (national.slice(area, area + 2) === '15') return `549${national.slice(0, area)}${national.slice(area + 2)}`;
  return digits;
};

const checkLength = (digits: string): PhoneProblem | null => {
  for (const length of [1, 2, 3]) {
    const known = nationalLengths.get(digits.slice(0, length));
    if (known === undefined) continue;
    const [fewest, most] = known;
    const national = digits.length - length;
    if (national >= fewest && national <= most) return null;
    return national > most ? 'too-long' : national >= 6 ? 'no-area-code' : 'too-short';
  }
  return digits.length < 8 ? 'too-short' : digits.length > 15 ? 'too-long' : null;
};

export type ParsedPhone = { readonly phone: string } | { readonly problem: PhoneProblem };

const parseInternational = (digits: string): ParsedPhone => {
  const phone = withoutFifteen(digits.replace(trunkZero, '$1'));
  const problem = checkLength(phone);
  return problem === null ? { phone } : { problem };
};

/**
 * Digits with country code from what a person typed or copied: `+55 (11) 98765-4321`, `11 98765-4321`, `5511987654321`,
 * `+44 (0)20 7946 0958`. A Brazilian number without country code (10 or 11 digits) gets 55. E.164 allows 8 to 15 digits.
 */
export const readPhone = (text: string): ParsedPhone => {
  const plain = plainNumber(text).replace(/^tel:/i, '');
  if (!/^\(?\+?[\s()\d./-]+$/.test(plain) || !/\d/.test(plain)) return { problem: 'not-a-number' };

  // A trunk zero in brackets is one that is not dialled from abroad.
  const isFromAbroad = /^\(?(\+|00)/.test(plain);
  const digits = digitsOnly(isFromAbroad ? plain.replace(/\(0\)/, '') : plain);
  if (isFromAbroad) return parseInternational(digits.replace(/^00/, ''));

  if (/^0?[1-9]\d9?\d{8}$/.test(digits) && digits.length <= 12) {
    const national = digits.replace(/^0/, '');
    if (national.length === 10 || national.length === 11) return { phone: `55${national}` };
  }
  if (digits.length < 8) return { problem: 'too-short' };
  if (digits.length < 10) return { problem: 'no-area-code' };
  if (digits.length > 15) return { problem: 'too-long' };
  return digits.startsWith('0') ? { problem: 'no-country-code' } : { phone: withoutFifteen(digits) };
};

/** Null when it cannot be a phone number. */
export const parsePhone = (text: string): string | null => {
  const read = readPhone(text);
  return 'phone' in read ? read.phone : null;
};

/** Why it cannot be a phone number, as a sentence that names it: `"98765-4321" has no area code. …`; null when it can. */
export const phoneProblem = (text: string, language: 'en' | 'pt-BR' = 'en'): string | null => {
  const read = readPhone(text);
  if ('phone' in read) return null;
  return `${JSON.stringify(plainNumber(text).slice(0, 60))} ${phoneProblemWords[language][read.problem]}`;
};

/** Why it is no chat that one can write to: a number that lacks something is told what, anything else was meant to be a chat id. */
export const chatProblem = (text: string): string => {
  const read = readPhone(text);
  const isNumber = 'problem' in read && read.problem !== 'not-a-number';
  return (
    (isNumber ? phoneProblem(text) : null) ??
    `${JSON.stringify(text)} is neither a phone number nor a chat id. Example: 5511987654321`
  );
};

/**
 * The numbers of a list, as they were typed, between commas, semicolons or line ends: never torn at the blanks inside of one number. Only
 * where nothing else separates them, and each is whole by itself, do blanks.
 */
export const splitPhoneList = (text: string): readonly string[] =>
  text
    .split(/[,;\r\n\u2028\u2029]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .flatMap((part) => {
      const pieces = part.split(/\s+/);
      const read = readPhone(part);
      const areMany =
        'problem' in read && read.problem === 'too-long' && pieces.every((one) => parsePhone(one) !== null);
      return areMany ? pieces : [part];
    });

/** The numbers of a list, and a sentence for each that is none. */
export const parsePhoneList = (
  text: string,
  language: 'en' | 'pt-BR' = 'en',
): { readonly phones: readonly string[]; readonly problems: readonly string[] } => {
  const parts = splitPhoneList(text);
  return {
    phones: parts.map(parsePhone).filter((phone) => phone !== null),
    problems: parts.map((part) => phoneProblem(part, language)).filter((problem) => problem !== null),
  };
};

/** One spelling for numbers that reach the same phone: Brazilian mobiles lose their ninth digit, Argentine ones the 9, Mexican the 1. */
export const phoneKey = (phone: string): string => {
  const digits = digitsOnly(phone);
  const match = brazilianMobile.exec(digits);
  if (match !== null) return `55${match[1]}${match[2]}`;
  return digits.replace(argentineMobile, '54$1').replace(mexicanMobile, '52$1');
};

/** Every spelling under which a number that reaches the same phone may be written or stored, its key first. */
export const phoneSpellings = (phone: string): readonly string[] => {
  const key = phoneKey(phone);
  const others = [
    key.replace(/^(55\d{2})([6-9]\d{7})$/, '$19$2'),
    key.replace(/^54(\d{10})$/, '549$1'),
    key.replace(/^52(\d{10})$/, '521$1'),
  ];
  return [...new Set([key, digitsOnly(phone), ...others])];
};

export const samePhone = (a: string, b: string): boolean => phoneKey(a) === phoneKey(b);

/** For a person to read: `11 98765-4321` for Brazil, `+351 912345678` style elsewhere. */
export const formatPhone = (phone: string): string => {
  const match = brazilian.exec(digitsOnly(phone));
  if (match) return `${match[1]} ${match[2]}${match[3]?.slice(0, 4)}-${match[3]?.slice(4)}`;
  return `+${digitsOnly(phone)}`;
};

/** `11 9****-4321`: enough to recognise a number, not enough to call it. */
export const maskPhone = (phone: string): string => {
  const digits = digitsOnly(phone);
  return digits.length < 8 ? '****' : `${digits.slice(0, 4)}****${digits.slice(-4)}`;
};
