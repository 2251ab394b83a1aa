import { formatPhone, samePhone } from '../../../src/session/phone.ts';

export interface RightPhoneInput {
  readonly expectedPhone: string | null;
  /** Digits of the number that has linked. */
  readonly linkedPhone: string;
  /** Other sessions of this fleet that run or are linked, with their numbers. */
  readonly others: readonly { readonly name: string; readonly phone: string | null; readonly isRunning: boolean }[];
}

export type RightPhone =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: 'wrong-phone' | 'phone-elsewhere'; readonly reason: string };

/** Whether the phone that linked may be answered for: the expected number, and in no other running session. */
export const rightPhone = ({ expectedPhone, linkedPhone, others }: RightPhoneInput): RightPhone => {
  if (expectedPhone !== null && !samePhone(expectedPhone, linkedPhone))
    return {
      ok: false,
      code: 'wrong-phone',
      reason: `${formatPhone(linkedPhone)} linked, but ${formatPhone(expectedPhone)} is expected: link that one, or change the expected number`,
    };
  const elsewhere = others.find(
    (other) => other.isRunning && other.phone !== null && samePhone(other.phone, linkedPhone),
  );
  if (elsewhere !== undefined)
    return {
      ok: false,
      code: 'phone-elsewhere',
      reason: `${formatPhone(linkedPhone)} already runs in session ${elsewhere.name}: stop that one, or link another phone`,
    };
  return { ok: true };
};
