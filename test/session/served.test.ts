import { expect, test } from 'vitest';
import { noServedHour, type ServedHour, servedLetter, servedTogether } from '../../src/session/served.ts';

const hour = (parts: Partial<ServedHour>): ServedHour => ({ ...noServedHour, ...parts });

test.each<[string, Partial<ServedHour>, string]>([
  ['nothing is known', {}, ' '],
  ['nobody wrote while it was up', { seen: 60, connected: 60 }, '.'],
  ['it was off', { seen: 60 }, '-'],
  ['it was up for half of what was seen', { seen: 10, connected: 5 }, '.'],
  ['all were answered in time', { inTime: 30, seen: 60, connected: 60 }, 'i'],
  ['they were answered although nobody looked', { inTime: 1 }, 'i'],
  ['one of twenty was late', { inTime: 19, late: 1 }, 'l'],
  ['one of twenty-one was late', { inTime: 20, late: 1 }, 'i'],
  ['one of a thousand was not answered', { inTime: 990, late: 9, unanswered: 1 }, 'n'],
  ['WhatsApp was away for nine minutes', { inTime: 3, seen: 60, connected: 51, blind: 9 }, 'i'],
  ['WhatsApp was away for ten minutes, and customers wait', { inTime: 3, seen: 60, connected: 50, blind: 10 }, 'n'],
])('an hour in which %s', (_, parts, letter) => {
  expect(servedLetter(hour(parts))).toBe(letter);
});

test('one bot that is up makes it an hour in which nobody wrote, also among many that are off', () => {
  const off = hour({ seen: 60 });
  expect(servedLetter(servedTogether([off, off, hour({ seen: 60, connected: 60 })]))).toBe('.');
  expect(servedLetter(servedTogether([off, off]))).toBe('-');
  expect(servedLetter(servedTogether([]))).toBe(' ');
  expect(servedLetter(servedTogether([hour({ inTime: 500 }), hour({ unanswered: 1 })]))).toBe('n');
});
