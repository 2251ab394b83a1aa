import { expect, test } from 'vitest';
import { dayAround, daysSince, newPeopleToday } from '../../../../workers/conversation/limits/warm-up.ts';

const zone = 'America/Sao_Paulo';
const at = (text: string): number => Date.parse(text);
/** 20:00 in São Paulo. */
const linked = at('2026-11-23T23:00:00Z');

test.each([
  ['2026-11-23T23:00:00Z', 0],
  ['2026-11-24T02:59:59Z', 0],
  ['2026-11-24T03:00:00Z', 1],
  ['2026-11-25T02:59:59Z', 1],
  ['2026-12-23T12:00:00Z', 30],
  // A clock that was set back.
  ['2026-11-20T12:00:00Z', 0],
])('at %s it is day %i of the link', (now, days) => {
  expect(daysSince(zone, linked, at(now))).toBe(days);
});

test('a day that a change of clock made shorter is a day', () => {
  // New York sets its clock forward on 2026-03-08 at 02:00.
  expect(daysSince('America/New_York', at('2026-03-07T05:30:00Z'), at('2026-03-09T04:30:00Z'))).toBe(2);
});

test.each([
  [0, 1.5, 0, null],
  [10, 1, 100, 10],
  [10, 1.5, 0, 10],
  [10, 1.5, 1, 15],
  [10, 1.5, 2, 22],
  [10, 1.5, 7, 170],
  [1, 1.5, 1, 1],
  [1, 3, 3, 27],
  // More than anybody meets is no limit, and no number that computers cannot hold.
  [1000, 3, 10_000, null],
])('%i a day, growing by %f, on day %i: %s', (warmUpPerDay, warmUpGrowth, days, expected) => {
  const timing = { warmUpPerDay, warmUpGrowth, timeZone: zone };
  expect(newPeopleToday(timing, linked, linked + days * 86_400_000)).toBe(expected);
});

test('without a first link nothing is limited', () => {
  expect(newPeopleToday({ warmUpPerDay: 1, warmUpGrowth: 1, timeZone: zone }, null, linked)).toBeNull();
});

test('a day is the session’s', () => {
  expect(dayAround(zone, linked)).toEqual({ start: at('2026-11-23T03:00:00Z'), end: at('2026-11-24T03:00:00Z') });
});
