import type { Bytes, EpochMs, Milliseconds } from '../session/units.ts';

/** Says in how many days a disk is full at its own pace. Pure and bounded. */

export interface DiskForecast {
  /** Notes what is used now; at most one note in ten minutes is kept. A clock that went back starts the notes anew. */
  note(at: EpochMs, used: Bytes): void;
  /** Days until `available` more bytes are used; null when it is not filling, not known yet, or more than a year away. */
  daysUntilFull(available: Bytes): number | null;
}

const everyMs: Milliseconds = 600_000;
/** A day of notes: rotation and nightly backups have both been seen. */
const mostNotes = 144;
/** Less than an hour of notes says nothing. */
const fewestNotes = 7;
const longestDays = 365;
const dayMs: Milliseconds = 86_400_000;

export const createDiskForecast = (): DiskForecast => {
  let notes: { at: EpochMs; used: Bytes }[] = [];
  return {
    note(at, used) {
      const last = notes.at(-1);
      if (last !== undefined && at < last.at) notes = [];
      else if (last !== undefined && at - last.at < everyMs) return;
      notes.push({ at, used });
      if (notes.length > mostNotes) notes.shift();
    },
    daysUntilFull(available) {
      if (available <= 0) return 0;
      if (notes.length < fewestNotes) return null;
      const meanAt = notes.reduce((sum, note) => sum + note.at, 0) / notes.length;
      const meanUsed = notes.reduce((sum, note) => sum + note.used, 0) / notes.length;
      let above = 0;
      let below = 0;
      for (const { at, used } of notes) {
        above += (at - meanAt) * (used - meanUsed);
        below += (at - meanAt) ** 2;
      }
      const bytesPerDay = below === 0 ? 0 : (above / below) * dayMs;
      if (bytesPerDay <= 0) return null;
      const days = available / bytesPerDay;
      return days > longestDays ? null : days;
    },
  };
};
