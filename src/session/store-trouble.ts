/** What is wrong with the working store where it is no lock: as told to a person, whoever saw it (master, worker, check). Pure. */

export const storeFaultCodes = ['corrupt', 'not-a-database', 'io', 'full', 'read-only', 'cannot-open', 'gone'] as const;
export type StoreFaultCode = (typeof storeFaultCodes)[number];

export interface StoreFault {
  readonly code: StoreFaultCode;
  /** SQLite's own words, or what was seen; never a row's content. */
  readonly words: string;
}

/** The reason code of a session whose store is at fault, e.g. `store-corrupt`. */
const prefix = 'store-';
export const storeReasonOf = (code: StoreFaultCode): string => `${prefix}${code}`;

export const isStoreReason = (code: string | null | undefined): boolean =>
  typeof code === 'string' && storeFaultCodes.some((fault) => code === storeReasonOf(fault));

export const storeFaultOfReason = (code: string | null): StoreFaultCode | null =>
  storeFaultCodes.find((fault) => code === storeReasonOf(fault)) ?? null;

const repair = 'zap-fleet master stop, then zap-fleet store repair';

/** What helps stands before what is comforting: a narrow screen shows the first hundred characters. */
const sentence = (what: string, helps: string): string =>
  `${what}, nothing is answered. ${helps} (messages stay on the phone)`;

const sentences: Readonly<Record<StoreFaultCode, string>> = {
  corrupt: sentence('the database is damaged', `Mend: ${repair}`),
  'not-a-database': sentence('the database file is none any more', `Mend: ${repair}`),
  io: sentence('the disk does not read or write the database', 'Look at it (dmesg), then: zap-fleet store check'),
  full: sentence('the disk is full', 'Free some room'),
  'read-only': sentence('the database cannot be written', 'Look at its permissions and mount'),
  'cannot-open': sentence('the database cannot be opened', 'Look at disk and permissions: zap-fleet store check'),
  gone: sentence('the database file was taken away or replaced', `Put it back, or: ${repair}`),
};

/** What an operator is told, in one sentence. */
export const storeFaultSentence = (code: StoreFaultCode): string => sentences[code];
