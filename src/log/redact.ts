import { createHmac } from 'node:crypto';
import { maskPhone, phoneKey } from '../session/phone.ts';
import { plainText } from '../session/plain-text.ts';

/**
 * What a log may hold: nothing that opens a door, and no customer's number in full. Everything passes here on its way into a file,
 * so that no caller can forget it.
 */
export interface Redactor {
  /** Text on one plain line, secrets and numbers taken out. */
  text(text: string): string;
  /** Values of any shape, strings inside them cleaned, bounded in depth and size. */
  value(value: unknown, key?: string): unknown;
  /** A value learnt later, e.g. a session's own AI key. */
  addSecret(secret: string): void;
}

const mark = '[secret]';
/** Shorter ones would blot out ordinary words. */
const shortestSecret = 6;

/** Shapes of keys and codes that are secret wherever they come from. */
const knownSecrets: readonly (readonly [RegExp, string])[] = [
  [/data:[a-z]+\/[\w.+-]+;base64,[\w+/=-]{16,}/gi, '[image]'],
  // A WhatsApp QR: version, "@", then base64 parts with commas between. Whoever shows it to a phone links it.
  [/\b\d@[\w+/=-]{12,}(?:,[\w+/=-]+)+/g, '[qr]'],
  [/\bsk-[\w-]{8,}/g, mark],
  [/\bAIza[\w-]{16,}/g, mark],
  // A named token of ours.
  [/\bzft_[\w-]{16,}/g, mark],
  [/\bsb_(?:secret|publishable)_[\w-]{8,}/g, mark],
  [/\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g, mark],
  [/\b(?:gh[pousr]|github_pat|xox[abprs])[_-][\w-]{16,}/g, mark],
  // A Telegram bot's token: number, colon, 35 characters.
  [/\b\d{6,}:[\w-]{30,}/g, mark],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${mark}`],
  [
    /\b(token|password|passphrase|secret|api[_-]?key|authorization)(["']?\s*[=:]\s*["']?)[^\s"',;&[]{6,}/gi,
    `$1$2${mark}`,
  ],
  [/(https?:\/\/)[^\s/:@]+:[^\s/@]+@/gi, `$1${mark}@`],
  [/(\/link\/)[\w-]{16,}/g, `$1${mark}`],
];

const secretKey =
  /(?:^|[_-])(?:token|secret|password|passphrase|[Aa]uthorization|[Cc]ookie|api_?key|ai_?key|payload|pairing_?code)$|(?:Token|Secret|Password|Passphrase|Key|Payload|pairingCode)$/;
const phoneField = /(?:phone|number|jid|chat|chatId|from|to|author)$/i;

/** A chat id of a person; groups (`@g.us`) are nobody's number. */
const chatIds = /(?<![\w.])\+?(\d{8,20})(?::\d+)?@(c\.us|s\.whatsapp\.net|lid)\b/g;
/** 10 to 15 digits that stand alone: E.164 with country code, or a Brazilian number without it. */
const bareNumbers = /(?<![\w.#:/-])(\+?\d{10,15})(?![\w#]|[.:-]\d|@g\.us)/g;
/** Numbers as people write them: `+55 (11) 98765-4321`, `11 98765-4321`, `98765-4321`. */
const writtenNumbers =
  /(?<![\w.#:/-])(?:\+\d{1,3}[ .-]?)?(?:\(0?\d{2,3}\)[ .-]?|0?\d{2}[ .-])?\d{4,5}[ .-]\d{4}(?![\w#]|[.:-]\d)/g;
const foreignNumbers = /(?<![\w.#:/-])\+\d{1,3}(?:[ .()-]{1,2}\d{2,5}){2,5}(?![\w#])/g;
/** Milliseconds since 1970, from 2017 on: 13 digits that begin with 1, where numbers of +1 have 11. */
const epochMs = /^1[5-9]\d{11}$/;

const tagOf = (salt: Uint8Array, digits: string): string =>
  createHmac('sha256', salt).update(phoneKey(digits)).digest('hex').slice(0, 8);

/** The stable tag under which a number's log lines are found: `grep '#1a2b3c4d'`. */
export const phoneTag = (salt: Uint8Array, phone: string): string => `#${tagOf(salt, phone)}`;

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const spellings = (secret: string): readonly string[] => [
  secret,
  plainText(secret),
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64'),
];

const maxText = 8000;
/** A secret that the cut goes through is longer than this never: that much is looked at beyond the cut, and dropped. */
const overlap = 4096;
const maxDepth = 5;
const maxItems = 100;

/** An error and its causes, one line each, outermost first; at most eight. */
export const errorLines = (error: unknown): readonly string[] => {
  const lines: string[] = [];
  const queue: unknown[] = [error];
  const seen = new Set<unknown>();
  while (queue.length > 0 && lines.length < 8) {
    const next = queue.shift();
    if (seen.has(next)) continue;
    seen.add(next);
    if (next instanceof Error) {
      const code = 'code' in next && typeof next.code === 'string' ? ` [${next.code}]` : '';
      lines.push(`${next.name}${code}: ${next.message}`);
      if (next instanceof AggregateError) queue.push(...next.errors.slice(0, 4));
      if (next.cause !== undefined) queue.push(next.cause);
    } else {
      lines.push(typeof next === 'string' ? next : (JSON.stringify(next) ?? String(next)));
    }
  }
  return lines;
};

export const createRedactor = (options: {
  readonly secrets: readonly string[];
  /** Null: numbers are masked without a tag to search for. */
  readonly salt: Uint8Array | null;
  readonly fullNumbers: boolean;
}): Redactor => {
  const secrets = new Set<string>();
  let registered: RegExp | null = null;
  const addSecret = (secret: string): void => {
    if (secret.trim().length < shortestSecret) return;
    for (const spelling of spellings(secret.trim())) secrets.add(spelling);
    // Longest first: one secret may begin with another.
    const sorted = [...secrets].sort((a, b) => b.length - a.length);
    registered = new RegExp(sorted.map(escapeRegExp).join('|'), 'g');
  };
  for (const secret of options.secrets) addSecret(secret);

  const masked = (digits: string): string =>
    options.salt === null ? maskPhone(digits) : `${maskPhone(digits)}#${tagOf(options.salt, digits)}`;
  const mask = (match: string): string => {
    const digits = match.replace(/\D/g, '');
    if (digits.length < 8 || digits.length > 20 || epochMs.test(match)) return match;
    return masked(digits);
  };

  const text = (raw: string): string => {
    const long = raw.length > maxText + overlap;
    let clean = plainText(long ? raw.slice(0, maxText + overlap) : raw);
    if (registered !== null) clean = clean.replace(registered, mark);
    for (const [pattern, instead] of knownSecrets) clean = clean.replace(pattern, instead);
    if (!options.fullNumbers) {
      clean = clean
        .replace(chatIds, (_, digits: string, server: string) => `${masked(digits)}@${server}`)
        .replace(bareNumbers, mask)
        .replace(writtenNumbers, mask)
        .replace(foreignNumbers, mask);
    }
    if (!long) return clean;
    return `${clean.slice(0, Math.min(maxText, Math.max(0, clean.length - overlap)))}… (${raw.length} characters)`;
  };

  const value = (given: unknown, key = '', depth = 0): unknown => {
    if (given === null || typeof given === 'boolean' || given === undefined) return given;
    if (secretKey.test(key) && given !== '') return mark;
    if (typeof given === 'string') return text(given);
    if (typeof given === 'number') {
      const isNumber = !options.fullNumbers && phoneField.test(key) && Number.isInteger(given) && given >= 1e9;
      return isNumber ? masked(String(given)) : given;
    }
    if (typeof given === 'bigint') return text(String(given));
    if (given instanceof Error) return errorLines(given).map(text);
    if (given instanceof Date) return Number.isNaN(given.getTime()) ? null : given.toISOString();
    if (typeof given !== 'object') return undefined;
    if (given instanceof Uint8Array) return `[${given.byteLength} bytes]`;
    if (depth >= maxDepth) return '…';
    if (Array.isArray(given)) return given.slice(0, maxItems).map((item) => value(item, key, depth + 1));
    const entries = Object.entries(given).slice(0, maxItems);
    return Object.fromEntries(entries.map(([name, inner]) => [text(name), value(inner, name, depth + 1)]));
  };

  return { text, value: (given, key) => value(given, key), addSecret };
};
