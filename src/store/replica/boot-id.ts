import { readFileSync } from 'node:fs';

/** Which boot of the machine this is; containers on it share it, as they share its monotonic clock. Null where no kernel says so. */
export const machineBootId = (): string | null => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() || null;
  } catch (error) {
    // macOS has none: a master that begins there while Supabase is away asks first, where others share it.
    if (error instanceof Error) return null;
    throw error;
  }
};
