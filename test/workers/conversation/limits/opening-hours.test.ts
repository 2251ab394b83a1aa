import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf, localTime, nextDayStart } from '../../../../workers/conversation/limits/local-time.ts';
import {
  describeHours,
  type HoursConfig,
  isOpen,
  nextOpening,
} from '../../../../workers/conversation/limits/opening-hours.ts';

const at = (text: string): number => Date.parse(text);
const weekdays = [1, 2, 3, 4, 5];
const shop: HoursConfig = {
  timeZone: 'America/Sao_Paulo',
  openingHours: [
    { days: weekdays, from: '08:00', to: '18:00' },
    { days: [6], from: '09:00', to: '13:00' },
  ],
  quietDays: ['2026-12-25'],
};
const bar: HoursConfig = {
  timeZone: 'America/Sao_Paulo',
  openingHours: [{ days: [4, 5, 6], from: '18:00', to: '02:00' }],
  quietDays: ['2026-12-25'],
};

describe('open or closed', () => {
  it.each([
    // 2026-11-23 is a Monday; São Paulo is at UTC-3 all year.
    ['2026-11-23T07:59:59-03:00', false],
    ['2026-11-23T08:00:00-03:00', true],
    ['2026-11-23T17:59:59-03:00', true],
    ['2026-11-23T18:00:00-03:00', false],
    ['2026-11-28T12:59:00-03:00', true],
    ['2026-11-28T13:00:00-03:00', false],
    ['2026-11-29T10:00:00-03:00', false],
    ['2026-12-25T10:00:00-03:00', false],
    // The zone's clock counts, not the machine's: 10:30 in UTC is 7:30 there.
    ['2026-11-23T10:30:00Z', false],
    ['2026-11-23T11:00:00Z', true],
  ])('shop at %s: %s', (time, open) => {
    expect(isOpen(shop, at(time))).toBe(open);
  });

  it.each([
    ['2026-11-26T17:59:00-03:00', false],
    ['2026-11-26T18:00:00-03:00', true],
    ['2026-11-27T01:59:00-03:00', true],
    ['2026-11-27T02:00:00-03:00', false],
    // Saturday's range runs into Sunday; Sunday's own does not exist.
    ['2026-11-29T01:00:00-03:00', true],
    ['2026-11-29T19:00:00-03:00', false],
    // Christmas stays closed from midnight on, and does not run into the 26th, whose own range opens at 18.
    ['2026-12-25T00:30:00-03:00', false],
    ['2026-12-26T00:30:00-03:00', false],
    ['2026-12-26T18:00:00-03:00', true],
  ])('bar at %s: %s', (time, open) => {
    expect(isOpen(bar, at(time))).toBe(open);
  });

  it('is always open without hours, but for quiet days', () => {
    const always: HoursConfig = { timeZone: 'America/Sao_Paulo', openingHours: null, quietDays: ['2026-12-25'] };
    expect(isOpen(always, at('2026-11-29T03:00:00-03:00'))).toBe(true);
    expect(isOpen(always, at('2026-12-25T23:59:59-03:00'))).toBe(false);
    expect(nextOpening(always, at('2026-12-25T12:00:00-03:00'))).toBe(at('2026-12-26T00:00:00-03:00'));
  });

  it('takes 00:00 to 24:00 as the whole day, and 08:00 to 08:00 as nothing', () => {
    const hours = (from: string, to: string): HoursConfig => ({
      ...shop,
      openingHours: [{ days: weekdays, from, to }],
    });
    expect(isOpen(hours('00:00', '24:00'), at('2026-11-23T23:59:59-03:00'))).toBe(true);
    expect(isOpen(hours('08:00', '08:00'), at('2026-11-23T08:00:00-03:00'))).toBe(false);
    expect(nextOpening(hours('08:00', '08:00'), at('2026-11-23T08:00:00-03:00'))).toBeNull();
  });
});

describe('the next opening', () => {
  it.each([
    [shop, '2026-11-23T10:00:00-03:00', '2026-11-23T10:00:00-03:00'],
    [shop, '2026-11-23T06:00:00-03:00', '2026-11-23T08:00:00-03:00'],
    [shop, '2026-11-23T19:00:00-03:00', '2026-11-24T08:00:00-03:00'],
    [shop, '2026-11-28T13:00:00-03:00', '2026-11-30T08:00:00-03:00'],
    [shop, '2026-12-24T19:00:00-03:00', '2026-12-26T09:00:00-03:00'],
    [bar, '2026-11-29T02:00:00-03:00', '2026-12-03T18:00:00-03:00'],
  ])('%#', (hours, from, opening) => {
    expect(new Date(nextOpening(hours, at(from)) ?? 0).toISOString()).toBe(new Date(at(opening)).toISOString());
  });

  it('is never, when it never opens', () => {
    expect(nextOpening({ ...shop, openingHours: [] }, at('2026-11-23T10:00:00Z'))).toBeNull();
  });

  it('follows the clock on the wall through both changes', () => {
    const london: HoursConfig = {
      timeZone: 'Europe/London',
      openingHours: [{ days: [0, 1, 2, 3, 4, 5, 6], from: '08:00', to: '18:00' }],
      quietDays: [],
    };
    // 2027-03-28 01:00 → 02:00, 2027-10-31 02:00 → 01:00.
    expect(nextOpening(london, at('2027-03-27T20:00:00Z'))).toBe(at('2027-03-28T07:00:00Z'));
    expect(nextOpening(london, at('2027-10-30T20:00:00Z'))).toBe(at('2027-10-31T08:00:00Z'));
  });

  it('opens right after a skipped hour', () => {
    // São Paulo skipped midnight to 1:00 on 2018-11-04; New York 2:00 to 3:00 on 2027-03-14.
    const night: HoursConfig = {
      timeZone: 'America/Sao_Paulo',
      openingHours: [{ days: [0], from: '00:00', to: '06:00' }],
      quietDays: [],
    };
    expect(nextOpening(night, at('2018-11-03T23:00:00-03:00'))).toBe(at('2018-11-04T01:00:00-02:00'));
    const early: HoursConfig = {
      timeZone: 'America/New_York',
      openingHours: [{ days: [0], from: '02:30', to: '06:00' }],
      quietDays: [],
    };
    expect(nextOpening(early, at('2027-03-14T01:00:00-05:00'))).toBe(at('2027-03-14T03:00:00-04:00'));
  });

  it('is the first open moment, in any zone', () => {
    const zone = fc.constantFrom(
      'America/Sao_Paulo',
      'America/New_York',
      'Europe/Lisbon',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'UTC',
    );
    const clock = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '30'))
      .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
    const range = fc.record({
      days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
      from: clock,
      to: clock,
    });
    fc.assert(
      fc.property(
        zone,
        fc.array(range, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') }),
        (timeZone, openingHours, now) => {
          const quiet = localTime(timeZone, now + 86_400_000).date;
          const hours: HoursConfig = { timeZone, openingHours, quietDays: [quiet] };
          const opening = nextOpening(hours, now);
          if (opening === null) {
            expect(openingHours.every(({ from, to }) => from === to)).toBe(true);
            return;
          }
          expect(opening).toBeGreaterThanOrEqual(now);
          expect(isOpen(hours, opening)).toBe(true);
          if (opening > now) {
            expect(isOpen(hours, opening - 1)).toBe(false);
            // Quarter hours between are closed too.
            for (let time = now, step = Math.max(900_000, (opening - now) / 200); time < opening; time += step)
              expect(isOpen(hours, time)).toBe(false);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('local time', () => {
  it('reads the wall and finds it again', () => {
    expect(localTime('America/Sao_Paulo', at('2026-11-23T02:30:15Z'))).toEqual({
      date: '2026-11-22',
      weekday: 0,
      minutes: 1410,
      seconds: 15,
    });
    expect(localTime('Asia/Kolkata', at('2026-11-23T20:00:00Z'))).toMatchObject({ date: '2026-11-24', minutes: 90 });
    fc.assert(
      fc.property(
        fc.constantFrom('America/Sao_Paulo', 'Europe/London', 'Australia/Lord_Howe'),
        fc.integer({ min: at('2015-01-01T00:00:00Z') / 60_000, max: at('2028-01-01T00:00:00Z') / 60_000 }),
        (zone, minute) => {
          const { date, minutes } = localTime(zone, minute * 60_000);
          const found = instantOf(zone, date, minutes);
          expect(localTime(zone, found)).toMatchObject({ date, minutes });
          // A time that occurs twice is found the first time.
          expect(found).toBeLessThanOrEqual(minute * 60_000);
        },
      ),
    );
  });

  it('a day ends where the next begins', () => {
    expect(nextDayStart('America/Sao_Paulo', at('2026-11-22T23:59:59-03:00'))).toBe(at('2026-11-23T00:00:00-03:00'));
  });
});

describe('the hours in words', () => {
  it('says the hours as a person would', () => {
    expect(describeHours(shop, 'pt-BR')).toBe('seg–sex 08:00–18:00; sáb 09:00–13:00');
    expect(describeHours(shop, 'en')).toBe('Mon–Fri 08:00–18:00; Sat 09:00–13:00');
    expect(describeHours(bar, 'pt-BR')).toBe('qui–sáb 18:00–02:00');
    expect(describeHours({ ...shop, openingHours: null }, 'pt-BR')).toBe('sempre aberto');
    expect(describeHours({ ...shop, openingHours: [] }, 'en')).toBe('closed');
  });
});
