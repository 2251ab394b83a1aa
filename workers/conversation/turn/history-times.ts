import type { EpochMs } from '../../../src/session/units.ts';
import type { HistoryItem } from '../../ai/ai-provider.ts';
import { gapWords, momentWords } from '../limits/moment-words.ts';

/** When things were said, as notes of the program beside the items: no text of a customer is in them. Pure. */

export interface TimedHistory {
  readonly items: readonly HistoryItem[];
  /** Before the present messages; null: they came within the hour. */
  readonly note: string | null;
}

interface Written {
  readonly role: HistoryItem['role'];
  readonly text: string;
  readonly at?: EpochMs;
}

/** The notes of a long memory at most, the newest. */
const notesTold = 60;

/** `2 days later, Saturday 28 Nov 16:40`; null: no hour has passed. */
export const laterWords = (timeZone: string, from: EpochMs, to: EpochMs, present: EpochMs): string | null => {
  const gap = gapWords(timeZone, from, to);
  return gap === null ? null : `${gap}, ${momentWords(timeZone, to, present)}`;
};

/**
 * `items` (oldest first) with the time of the first, of every one that came an hour or more after the one before, and of the present
 * messages (written at `turnAt`) where they did or had to wait so long. A conversation of this very hour has no notes.
 */
export const withTimes = (
  items: readonly Written[],
  turn: { readonly timeZone: string; readonly turnAt: EpochMs; readonly now: EpochMs },
): TimedHistory => {
  const { timeZone, turnAt, now } = turn;
  const isPast = (at: EpochMs): boolean => gapWords(timeZone, at, now) !== null;
  let last: EpochMs | null = null;

  const noted = items.map(({ role, text, at }): HistoryItem => {
    if (at === undefined) return { role, text };
    const first = isPast(at) ? momentWords(timeZone, at, now) : null;
    const note = last === null ? first : laterWords(timeZone, last, at, now);
    last = Math.max(last ?? at, at);
    return note === null ? { role, text } : { role, text, note };
  });

  let left = notesTold;
  const told = noted.toReversed().map((item): HistoryItem => {
    if (item.note === undefined) return item;
    left -= 1;
    return left >= 0 ? item : { role: item.role, text: item.text };
  });

  const sinceLast = last === null ? null : laterWords(timeZone, last, turnAt, now);
  const note = sinceLast ?? (isPast(turnAt) ? `written ${momentWords(timeZone, turnAt, now)}` : null);
  return { items: told.toReversed(), note };
};
