import { expect, test } from 'vitest';
import { clockHour, lastClockHours, weekHourIn } from '../../src/session/clock-hours.ts';

const minuteOf = (iso: string): number => Date.parse(iso) / 60_000;

test('an hour begins with the clock of its zone, also where that is half an hour beside the others', () => {
  const at = Date.parse('2026-11-22T15:44:59.999Z');
  expect(clockHour('America/Sao_Paulo', at)).toBe(minuteOf('2026-11-22T15:00Z'));
  expect(clockHour('Asia/Kolkata', at)).toBe(minuteOf('2026-11-22T15:30Z'));
  expect(clockHour('Asia/Kathmandu', at)).toBe(minuteOf('2026-11-22T15:15Z'));
  expect(clockHour('America/Sao_Paulo', Date.parse('2026-11-22T15:00Z'))).toBe(minuteOf('2026-11-22T15:00Z'));
  expect(clockHour('America/Sao_Paulo', Date.parse('2026-11-22T15:00Z') - 1)).toBe(minuteOf('2026-11-22T14:00Z'));
});

test('the hour that summer time repeats is two hours of the same name, the one it leaves out is none', () => {
  // Berlin: 02:00 to 03:00 comes twice on 25 October 2026, and not at all on 29 March.
  const autumn = lastClockHours('Europe/Berlin', Date.parse('2026-10-25T02:30Z'), 5);
  expect(autumn.map((hour) => weekHourIn('Europe/Berlin', hour * 60_000).hour)).toEqual([0, 1, 2, 2, 3]);
  const spring = lastClockHours('Europe/Berlin', Date.parse('2026-03-29T02:30Z'), 4);
  expect(spring.map((hour) => weekHourIn('Europe/Berlin', hour * 60_000).hour)).toEqual([0, 1, 3, 4]);
});

test('half an hour of summer time moves where hours begin', () => {
  // Lord Howe stands 10:30 from UTC, in summer 11: on 5 April 2026 it goes back at 15:00 UTC.
  const hours = lastClockHours('Australia/Lord_Howe', Date.parse('2026-04-05T16:40Z'), 4);
  expect(new Set(hours).size).toBe(4);
  expect(hours).toEqual([...hours].sort((a, b) => a - b));
  expect(hours.at(-1)).toBe(minuteOf('2026-04-05T16:30Z'));
});

test('days of the week begin with Monday', () => {
  expect(weekHourIn('America/Sao_Paulo', Date.parse('2026-11-23T02:59Z'))).toEqual({ day: 6, hour: 23 });
  expect(weekHourIn('America/Sao_Paulo', Date.parse('2026-11-23T03:00Z'))).toEqual({ day: 0, hour: 0 });
});
