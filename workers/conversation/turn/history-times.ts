import type { EpochMs } from '../../../src/session/units.ts';
import type { HistoryItem } from '../../ai/ai-provider.ts';
import { gapWords, momentWords } from '../limits/moment-words.ts';

/**
 * When things were said, as notes of the program between the items: an item of its own each, so that no text of a customer is in it,
 * and always on the customer's side, so that the AI does not learn to write such notes itself. Pure.
 */

/** The notes of a long memory at most, the newest. */
const notesTold = 60;

const noteItem = (text: string): HistoryItem => ({ role: 'customer', text: `[${text}]` });

interface Written {
  readonly role: HistoryItem['role'];
  readonly text: string;
  readonly at?: EpochMs;
}

/** `2 days later, Saturday 28 Nov 16:40`; null: no hour has passed. */
export const laterWords = (timeZone: string, from: EpochMs, to: EpochMs, present: EpochMs): string | null => {
  const gap = gapWords(timeZone, from, to);
  return gap === null ? null : `${gap}, ${momentWords(timeZone, to, present)}`;
};

/**
 * `items` (oldest first) with the time before every customer's item that came an hour or more after the one before, and before the
 * first; last, when the present messages (written at `turnAt`) came so. A conversation of this very hour has no notes.
 */
export const withTimes = (
  items: readonly Written[],
  turn: { readonly timeZone: string; readonly turnAt: EpochMs; readonly now: EpochMs },
): readonly HistoryItem[] => {
  const { timeZone, turnAt, now } = turn;
  const timed: { readonly note: string | null; readonly item: HistoryItem | null }[] = [];
  let last: EpochMs | null = null;
  const isPast = (at: EpochMs): boolean => gapWords(timeZone, at, now) !== null;

  for (const { role, text, at } of items) {
    let note: string | null = null;
    if (role === 'customer' && at !== undefined) {
      if (last !== null) note = laterWords(timeZone, last, at, now);
      else if (isPast(at)) note = momentWords(timeZone, at, now);
      last = at;
    }
    timed.push({ note, item: { role, text } });
  }

  const sinceLast = last === null ? null : laterWords(timeZone, last, turnAt, now);
  const ofTurn = sinceLast ?? (isPast(turnAt) ? `written ${momentWords(timeZone, turnAt, now)}` : null);
  timed.push({ note: ofTurn, item: null });

  const noted = timed.filter(({ note }) => note !== null);
  const told = new Set(noted.slice(-notesTold));
  return timed.flatMap((one) => [
    ...(one.note !== null && told.has(one) ? [noteItem(one.note)] : []),
    ...(one.item === null ? [] : [one.item]),
  ]);
};
