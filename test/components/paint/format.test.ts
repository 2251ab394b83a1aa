import { describe, expect, it } from 'vitest';
import { age, bytesShort, calendar, countdown, recentAge, took, trend } from '../../../components/paint/format.ts';
import { minutes, seconds } from '../support/fake-fleet.ts';

describe('numbers and times', () => {
  it('are short and change in steps', () => {
    expect([0, 9, 40, 59].map((n) => age(seconds(n)))).toEqual(['0s', '0s', '40s', '50s']);
    expect([minutes(27), minutes(60 * 19), minutes(60 * 24 * 41)].map(age)).toEqual(['27m', '19h', '41d']);
    expect(recentAge(seconds(9))).toBe('9s');
    expect([seconds(14), seconds(182), minutes(12)].map(countdown)).toEqual(['14s', '3:02', '12m']);
    expect([188 * 2 ** 20, 1.2 * 2 ** 30, 900].map((bytes) => bytesShort(bytes, 'en'))).toEqual(['188M', '1.2G', '1K']);
    expect(bytesShort(1.2 * 2 ** 30, 'pt-BR')).toBe('1,2G');
    expect([took(400, 'en'), took(400, 'pt-BR')]).toEqual(['0.4s', '0,4s']);
    expect(trend([null, 400 * 2 ** 20, 1])).toBe(' #.');
  });
});

describe('days in the time zone of the machine', () => {
  it.each(['en', 'pt-BR'] as const)('are named as the formatter of every other zone names them: %s', (language) => {
    const here = calendar(language);
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    const byFormatter = calendar(language, zone);

    const days = Array.from({ length: 366 }, (_, day) => Date.UTC(2026, 0, 1, 12) + day * 86_400_000);
    expect(days.map(here.weekday)).toEqual(days.map(byFormatter.weekday));
    expect(days.map(here.date)).toEqual(days.map(byFormatter.date));
  });
});
