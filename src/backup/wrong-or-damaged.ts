import { FleetError } from '../session/fleet-error.ts';

/** What does not open. Archives that are no backups say it in their own words, by `why`: null when the key may be another one. */
export class UnreadableArchive extends FleetError {
  readonly why: string | null;

  constructor(code: 'usage' | 'failed', message: string, why: string | null, cause?: unknown) {
    super(code, message, { cause });
    this.why = why;
  }
}

/** Nobody can tell a wrong passphrase from a changed header: the same key opens both or neither. `isOpen`: it had opened the header. */
export const wrongOrDamaged = (cause?: unknown, isOpen = false): FleetError =>
  new UnreadableArchive(
    'usage',
    'the passphrase is wrong, or the backup is damaged. Check BACKUP_PASSPHRASE.',
    isOpen ? 'its bytes were changed, or its end is missing' : null,
    cause,
  );

/** 2^18 rounds of scrypt with blocks of 1 KiB (age's r is 8): 256 MiB and about a second. Ours asks for 2^16. */
export const mostLog2N = 18;

/** What a header from elsewhere asks for is not begun: it could take all memory, or a day. */
export const asksTooMuch = (asked: string): FleetError =>
  new FleetError(
    'usage',
    `this backup asks for more work than a passphrase is given (scrypt ${asked}; 2^${mostLog2N} is the most). It is not one of ours.`,
  );

export const damaged = (why: string, cause?: unknown): FleetError =>
  new UnreadableArchive('failed', `this backup is damaged or not one of ours: ${why}. Use another one.`, why, cause);
