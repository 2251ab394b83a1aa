import { formatPhone, samePhone } from '../../src/session/phone.ts';

/** Why nothing may be answered although a phone is linked. */
export interface Hold {
  readonly reasonCode: 'wrong-number' | 'number-elsewhere';
  readonly reason: string;
}

/**
 * Whether the linked number is this session's to answer with: it must be the expected one, and must not run in another session of this
 * fleet. Null: it is right.
 */
export const holdFor = (input: {
  readonly phone: string;
  readonly expectedPhone: string | null;
  /** Sessions of this fleet that have a number. */
  readonly others: readonly { readonly name: string; readonly phone: string | null }[];
  /** Whether a worker of that session lives now. */
  readonly isRunning: (name: string) => boolean;
}): Hold | null => {
  const { phone, expectedPhone, others } = input;
  if (expectedPhone !== null && !samePhone(phone, expectedPhone)) {
    return {
      reasonCode: 'wrong-number',
      reason: `${formatPhone(phone)} linked, but ${formatPhone(expectedPhone)} is expected; nothing is answered`,
    };
  }
  const other = others.find((one) => one.phone !== null && samePhone(one.phone, phone) && input.isRunning(one.name));
  if (other === undefined) return null;
  return {
    reasonCode: 'number-elsewhere',
    reason: `${formatPhone(phone)} already runs in session ${other.name}; nothing is answered here`,
  };
};
