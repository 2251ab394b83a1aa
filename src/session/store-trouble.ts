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

const sentences: Readonly<Record<StoreFaultCode, string>> = {
  corrupt: `the database is damaged: messages stay on the phone, nothing is answered. Mend: ${repair}`,
  'not-a-database': `the database file is no database any more: messages stay on the phone, nothing is answered. Mend: ${repair}`,
  io: 'the disk does not read or write the database: messages stay on the phone, nothing is answered. Look at the disk (dmesg), then: zap-fleet store check',
  full: 'the disk is full: messages stay on the phone, nothing is answered. Free some room',
  'read-only':
    'the database cannot be written: messages stay on the phone, nothing is answered. Look at its permissions and mount',
  'cannot-open':
    'the database cannot be opened: messages stay on the phone, nothing is answered. Look at its disk and permissions, then: zap-fleet store check',
  gone: `the database file was taken away or replaced while the fleet ran: messages stay on the phone, nothing is answered. Put it back, or: ${repair}`,
};

/** What an operator is told, in one sentence. */
export const storeFaultSentence = (code: StoreFaultCode): string => sentences[code];
