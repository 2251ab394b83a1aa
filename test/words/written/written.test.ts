import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  askedMilliseconds,
  durationText,
  inDays,
  inMilliseconds,
  inMinutes,
  readDuration,
} from '../../../src/words/written/duration.ts';
import { daysText, listText, readDays, readList } from '../../../src/words/written/list.ts';
import { moneyText, numberText, readMoney, readNumber, readWhole } from '../../../src/words/written/number.ts';
import { readZone, zonesMatching } from '../../../src/words/written/time-zones.ts';

const languages = fc.constantFrom('en' as const, 'pt-BR' as const);
const anyNumber = { min: 0, max: 1_000_000_000, example: 5 };

describe('durations', () => {
  test.each([
    ['1h30', 5_400_000],
    ['90 s', 90_000],
    ['2 min', 120_000],
    ['1 hora e 30 minutos', 5_400_000],
    ['1,5 h', 5_400_000],
    ['2min30', 150_000],
    ['20000', 20_000],
    ['0', 0],
    ['1 day 2 hours', 93_600_000],
    ['500 milissegundos', 500],
  ])('%j is understood', (text, ms) =>
    expect(readDuration(text, inMilliseconds, 'en')).toEqual({ ok: true, value: ms }),
  );

  test.each(['soon', '-5 s', '2 x', '30 s 2 min', '', '1h90x', '99999999999999999999 d'])('%j is refused', (text) => {
    const read = readDuration(text, inMilliseconds, 'pt-BR');
    expect(read).toMatchObject({ ok: false });
    if (!read.ok) expect(read.problem).toMatch(/não é uma duração\. Exemplo: 90 s/);
  });

  it('ask for the unit where seconds were probably meant and milliseconds would be taken', () => {
    expect(readDuration('20', askedMilliseconds, 'en')).toEqual({
      ok: false,
      problem: '20 of what? Say the unit: 20 s, 20 min or 20 ms',
    });
    expect(readDuration('20', inMilliseconds, 'en')).toEqual({ ok: true, value: 20 });
    expect(readDuration('20', inMinutes, 'en')).toEqual({ ok: true, value: 20 * 60_000 });
    expect(readDuration('90', inDays, 'en')).toEqual({ ok: true, value: 90 * 86_400_000 });
  });

  it('are read as they were written', () => {
    const length = fc.oneof(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 7 * 86_400_000 }));
    fc.assert(
      fc.property(length, languages, (ms, language) => {
        expect(readDuration(durationText(ms, language), inMilliseconds, language)).toEqual({ ok: true, value: ms });
      }),
      { numRuns: 2000 },
    );
    expect([15_000, 5_400_000, 120_000, 1500, 400].map((ms) => durationText(ms, 'pt-BR'))).toEqual([
      '15 s',
      '1h30',
      '2 min',
      '1,5 s',
      '400 ms',
    ]);
  });
});

describe('numbers and money', () => {
  it.each([
    ['1.000', 'pt-BR', 1000],
    ['1.000', 'en', 1],
    ['1,000', 'en', 1000],
    ['1.000,5', 'pt-BR', 1000.5],
    ['1.000,5', 'en', 1000.5],
    ['0,25', 'en', 0.25],
    ['0.25', 'pt-BR', 0.25],
    ['25%', 'en', 0.25],
    ['1 234 567', 'en', 1_234_567],
  ] as const)('%j in %s is %d', (text, language, value) =>
    expect(readNumber(text, anyNumber, language)).toEqual({ ok: true, value }),
  );

  it.each([
    ['$5', 'en', 5],
    ['5,50', 'pt-BR', 5.5],
    ['5,50', 'en', 5.5],
    ['US$ 1.234,50', 'pt-BR', 1234.5],
    ['12.5 dollars', 'en', 12.5],
    ['2 dólares', 'pt-BR', 2],
  ] as const)('%j in %s is %d dollars', (text, language, value) =>
    expect(readMoney(text, anyNumber, language)).toEqual({ ok: true, value }),
  );

  it('no other money is taken for dollars', () => {
    expect(readMoney('R$ 5,00', anyNumber, 'pt-BR')).toEqual({
      ok: false,
      problem: 'o custo da IA é contado em dólares, não em reais. Exemplo: US$ 5,00',
    });
  });

  it('whole numbers are grouped as in either language, and kept in their range', () => {
    expect(readWhole('1.000', anyNumber, 'en')).toEqual({ ok: true, value: 1000 });
    expect(readWhole('1,000', anyNumber, 'pt-BR')).toEqual({ ok: true, value: 1000 });
    expect(readWhole('1.5', anyNumber, 'en')).toEqual({
      ok: false,
      problem: '"1.5" is not a whole number. Example: 5',
    });
    expect(readWhole('2000', { min: 1, max: 1000, example: 20 }, 'pt-BR')).toEqual({
      ok: false,
      problem: 'deve ser de 1 a 1.000. Exemplo: 20',
    });
  });

  it('are read as they were written', () => {
    const cents = fc.integer({ min: 0, max: 100_000_000 }).map((n) => n / 100);
    fc.assert(
      fc.property(cents, languages, (value, language) => {
        expect(readNumber(numberText(value, language), anyNumber, language)).toEqual({ ok: true, value });
        expect(readMoney(moneyText(value, language), anyNumber, language)).toEqual({ ok: true, value });
        const whole = Math.floor(value);
        expect(readWhole(numberText(whole, language), anyNumber, language)).toEqual({ ok: true, value: whole });
      }),
      { numRuns: 2000 },
    );
  });
});

describe('lists', () => {
  it.each([
    ['a, b; c\nd', ['a', 'b', 'c', 'd']],
    ['atendente, falar com gente,', ['atendente', 'falar com gente']],
    ['"sim, quero", não', ['sim, quero', 'não']],
    ['', []],
  ])('%j is understood', (text, items) => expect(readList(text)).toEqual(items));

  it('are read as they were written', () => {
    const item = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() === text);
    fc.assert(
      fc.property(fc.array(item), (items) => {
        expect(readList(listText(items))).toEqual(items);
      }),
    );
  });

  it('of days are read as the language writes them', () => {
    expect(readDays('25/12/2026, 01/01/2027', 'pt-BR')).toEqual({ ok: true, value: ['2026-12-25', '2027-01-01'] });
    expect(readDays('2026-12-25\n12/31/2026', 'en')).toEqual({ ok: true, value: ['2026-12-25', '2026-12-31'] });
    expect(readDays('01/02/2027', 'en')).toEqual({
      ok: false,
      problem: '"01/02/2027" could be two days. Example: 2026-12-25',
    });
    expect(readDays('2026-02-30', 'en')).toMatchObject({ ok: false });
    fc.assert(
      fc.property(
        fc.array(fc.date({ min: new Date('1900-01-01'), max: new Date('2999-12-31'), noInvalidDate: true })),
        languages,
        (dates, language) => {
          const days = dates.map((date) => date.toISOString().slice(0, 10));
          expect(readDays(daysText(days, language), language)).toEqual({ ok: true, value: days });
        },
      ),
    );
  });
});

describe('time zones', () => {
  it.each([
    ['America/Sao_Paulo', 'America/Sao_Paulo'],
    ['america/sao paulo', 'America/Sao_Paulo'],
    ['São Paulo', 'America/Sao_Paulo'],
    ['Brasília', 'America/Sao_Paulo'],
    ['lisboa', 'Europe/Lisbon'],
    ['UTC', 'UTC'],
    ['manaus', 'America/Manaus'],
  ])('%j is %s', (text, zone) => expect(readZone(text, 'en')).toEqual({ ok: true, value: zone }));

  it('are listed by what is typed, the nearest first', () => {
    expect(zonesMatching('sao')[0]).toBe('America/Sao_Paulo');
    expect(zonesMatching('nova y')[0]).toBe('America/New_York');
    expect(zonesMatching('').length).toBeGreaterThan(100);
    expect(zonesMatching('')[0]).toBe('America/Sao_Paulo');
    expect(readZone('Mars/Base', 'pt-BR')).toEqual({
      ok: false,
      problem: '"Mars/Base" não é um fuso horário. Exemplo: America/Sao_Paulo',
    });
  });
});
