import { FleetError } from '../session/fleet-error.ts';

/** Nobody can tell a wrong passphrase from changed bytes: the same key opens both or neither. */
export const wrongOrDamaged = (cause?: unknown): FleetError =>
  new FleetError('usage', 'the passphrase is wrong, or the backup is damaged. Check BACKUP_PASSPHRASE.', { cause });
