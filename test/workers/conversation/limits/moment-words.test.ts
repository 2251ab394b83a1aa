import { describe, expect, it } from 'vitest';
import { gapWords, momentWords } from '../../../../workers/conversation/limits/moment-words.ts';

const saoPaulo = 'America/Sao_Paulo';
const at = (iso: string): number => Date.parse(iso);

describe('a moment in words', () => {
  it.each([
    ['in the zone of the session', saoPaulo, '2026-11-28T19:40:00Z', null, 'Saturday 28 Nov 2026 16:40'],
    ['on another day elsewhere', 'Asia/Tokyo', '2026-11-28T19:40:00Z', null, 'Sunday 29 Nov 2026 04:40'],
    ['without the present year', saoPaulo, '2026-11-28T19:40:00Z', '2026-12-31T12:00:00Z', 'Saturday 28 Nov 16:40'],
    ['with another year', saoPaulo, '2026-12-31T19:40:00Z', '2027-01-01T12:00:00Z', 'Thursday 31 Dec 2026 16:40'],
    ['the year is that of the zone', saoPaulo, '2027-01-01T01:00:00Z', '2026-12-31T12:00:00Z', 'Thursday 31 Dec 22:00'],
    ['at midnight', saoPaulo, '2026-11-28T03:00:00Z', null, 'Saturday 28 Nov 2026 00:00'],
    ['with a half hour', 'Asia/Kolkata', '2026-11-28T00:00:00Z', null, 'Saturday 28 Nov 2026 05:30'],
  ])('%s', (_, zone, moment, present, words) => {
    expect(momentWords(zone, at(moment), present === null ? null : at(present))).toBe(words);
  });
});

describe('the time between two moments in words', () => {
  it.each([
    ['59 minutes', saoPaulo, '2026-11-28T12:00:00Z', '2026-11-28T12:59:59Z', null],
    ['an hour', saoPaulo, '2026-11-28T12:00:00Z', '2026-11-28T13:00:00Z', '1 hour later'],
    ['a long day', saoPaulo, '2026-11-28T03:00:00Z', '2026-11-29T02:59:00Z', '23 hours later'],
    ['over midnight', saoPaulo, '2026-11-28T23:00:00Z', '2026-11-29T04:00:00Z', '5 hours later'],
    ['overnight', saoPaulo, '2026-11-28T23:00:00Z', '2026-11-29T12:00:00Z', 'the next day'],
    ['nearly two days', saoPaulo, '2026-11-28T03:00:00Z', '2026-11-30T02:59:00Z', 'the next day'],
    ['two midnights', saoPaulo, '2026-11-26T22:00:00Z', '2026-11-28T19:40:00Z', '2 days later'],
    ['weeks', saoPaulo, '2026-10-01T12:00:00Z', '2026-11-28T12:00:00Z', '58 days later'],
    ['months', saoPaulo, '2026-07-28T12:00:00Z', '2026-11-28T12:00:00Z', '4 months later'],
    ['years', saoPaulo, '2023-11-28T12:00:00Z', '2026-11-29T12:00:00Z', '3 years later'],
    // New York, 8 March 2026: the clock goes from 2:00 to 3:00; the 7th at noon to the 8th at noon are 23 hours.
    ['a day of 23 hours', 'America/New_York', '2026-03-07T17:00:00Z', '2026-03-08T16:00:00Z', 'the next day'],
    // 1 November 2026: from 2:00 back to 1:00.
    ['a day of 25 hours', 'America/New_York', '2026-11-01T04:00:00Z', '2026-11-02T04:59:00Z', '24 hours later'],
    ['an hour that occurs twice', 'America/New_York', '2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z', '1 hour later'],
    ['backwards', saoPaulo, '2026-11-28T12:00:00Z', '2026-11-20T12:00:00Z', null],
  ])('%s', (_, zone, from, to, words) => {
    expect(gapWords(zone, at(from), at(to))).toBe(words);
  });
});
