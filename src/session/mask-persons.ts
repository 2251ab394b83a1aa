/**
 * Takes out of a text what says who somebody is, for whoever learns from a talk without having been in it: lessons, cases, rehearsals. Rather
 * too much than too little. Pure.
 */

/** Whose talk it was, as far as it is known. */
export interface MaskedPerson {
  /** As WhatsApp or the owner's address book calls them. */
  readonly names: readonly (string | null)[];
  /** Digits with country code. */
  readonly phone: string | null;
}

/** What stands where something was: so in texts for an AI and in the API's; src/words/mask-words.ts says it to a person. */
export const maskMarks = {
  name: '[name]',
  number: '[number]',
  email: '[e-mail]',
  document: '[document]',
  key: '[key]',
} as const;

/** Between two digits of one number: blanks, dashes of every length, dots, brackets, and the characters without a width that WhatsApp puts there. */
const between = String.raw`[ \t\u00a0\u2000-\u200f\u202a-\u202f\u2060-\u2069\ufeff().\u2010-\u2015\u2212-]{0,4}`;

const emails = /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const chatIds = /(?<!\p{Nd})\p{Nd}{5,}(?:-\p{Nd}+)?@(?:c\.us|g\.us|lid|s\.whatsapp\.net)/gu;
/** Random keys of Pix, and other ids of that form. */
const uuids = /(?<![0-9a-f])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-f])/gi;
/** CNPJ as it is written, letters included (since July 2026), then CPF. Without their dots they are numbers like others. */
const documents =
  /(?<![\dA-Z])(?:[\dA-Z]{2}\.?[\dA-Z]{3}\.?[\dA-Z]{3}\/[\dA-Z]{4}-?\d{2}|\d{3}\.\d{3}\.\d{3}[-./ ]?\d{2}|\d{9}-\d{2})(?!\d)/gi;

/** Eight digits are the fewest that reach a phone. Days are none, and no more an amount that names its currency. */
const keptOrNumber = new RegExp(
  String.raw`(?<kept>(?<![\p{Nd}.-])(?:(?:19|20)\p{Nd}{2}-[01]\p{Nd}-[0-3]\p{Nd}|[0-3]?\p{Nd}[.-][01]?\p{Nd}[.-](?:19|20)\p{Nd}{2})(?!${between}\p{Nd})` +
    String.raw`|(?:R\$|US\$|\$|€|£)\s?\p{Nd}[\p{Nd}.]*(?:,\p{Nd}{1,2})?(?!${between}\p{Nd}))` +
    String.raw`|[+(]{0,3}\p{Nd}(?:${between}\p{Nd}){7,}`,
  'gu',
);

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Of names in our customers' languages; on their own they are everybody's words. */
const particles: ReadonlySet<string> = new Set(
  'a as o os e y da das de del della di do dos du la las le los san van von der den'.split(' '),
);
const shortestName = 3;
/** A mark is skipped as it is: somebody may be called Key. */
const words = /\[(?:name|number|e-mail|document|key)\]|\p{L}[\p{L}\p{M}'’]*/gu;

const nameWords = (names: MaskedPerson['names']): ReadonlySet<string> =>
  new Set(
    names
      .flatMap((name) => fold(name ?? '').match(words) ?? [])
      .filter((word) => word.length >= shortestName && !particles.has(word)),
  );

/** Several words of one name are one mark, with what stands between them. */
const runsOfNames = new RegExp(String.raw`\[name\](?:\s+(?:(?:${[...particles].join('|')})\s+)*\[name\])+`, 'giu');

const withoutNames = (text: string, names: MaskedPerson['names']): string => {
  const known = nameWords(names);
  if (known.size === 0) return text;
  const masked = text.replace(words, (word) => (known.has(fold(word)) ? maskMarks.name : word));
  return masked.replace(runsOfNames, maskMarks.name);
};

/** Digits with anything but letters between them: more than numbers, so only what holds the person's own is taken out. */
const digitRuns = /[+(]{0,3}\p{Nd}(?:[^\p{L}\p{Nd}\n]{0,4}\p{Nd}){7,}/gu;
/** Without country and area code, and without the ninth digit that some leave out: what every spelling of a number ends with. */
const ownEnd = 8;

/** However it is written. */
const withoutOwn = (text: string, phone: string): string => {
  const end = phone.slice(-ownEnd);
  return text.replace(digitRuns, (run) => (run.replace(/\D/g, '').includes(end) ? maskMarks.number : run));
};

const hasDigits = (phone: string | null): phone is string => phone !== null && /^\d{8,}$/.test(phone);

/** The text without its person's name and number, and without anybody's number, e-mail address, CPF, CNPJ or Pix key. */
export const maskPersons = (text: string, person: MaskedPerson = { names: [], phone: null }): string => {
  // Full-width digits and letters are what they look like.
  const plain = text.normalize('NFKC');
  const addresses = plain
    .replace(chatIds, maskMarks.number)
    .replace(emails, maskMarks.email)
    .replace(uuids, maskMarks.key)
    .replace(documents, maskMarks.document);

  const { phone } = person;
  const own = hasDigits(phone) ? withoutOwn(addresses, phone) : addresses;
  const numbers = own.replace(keptOrNumber, (match, ...rest) => {
    const groups = rest.at(-1) as { readonly kept?: string };
    return groups.kept === undefined ? maskMarks.number : match;
  });
  return withoutNames(numbers, person.names);
};
