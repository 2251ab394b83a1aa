import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  type OpeningHours,
  openingHoursInWords,
  openingHoursText,
  readOpeningHours,
} from '../../../src/words/written/opening-hours.ts';

const weekdays = [1, 2, 3, 4, 5];
const everyDay = [0, 1, 2, 3, 4, 5, 6];

const hoursOf = (text: string): OpeningHours | string => {
  const read = readOpeningHours(text, 'en');
  return read.ok ? read.value : read.problem;
};

describe('opening hours', () => {
  const office = [
    { days: weekdays, from: '08:00', to: '18:00' },
    { days: [6], from: '09:00', to: '13:00' },
  ];

  test.each<[string, OpeningHours]>([
    ['Mon-Fri 08:00-18:00, Sat 9-13', office],
    ['seg-sex 8h às 18h', [{ days: weekdays, from: '08:00', to: '18:00' }]],
    ['seg-sex 8h às 18h, sáb 9-13', office],
    ['de segunda a sexta das 8 às 18 e sábado das 9 às 13', office],
    ['segunda-feira a sexta-feira: 8h–18h; sábados: 9h – 13h', office],
    ['2ª a 6ª 8h-18h\nsab 9h-13h', office],
    ['Mon to Fri 8am to 6pm; Sat 9am-1pm', office],
    ['weekdays 0800-1800 & sat 0900-1300', office],
    ['MON-FRI 8.00-18.00, SAT 9.00-13.00', office],
    ['dias úteis das 8h até as 18h, sábado 9h às 13h, domingo fechado', office],
    ['every day 8-18, closed Sun, Sat', [{ days: weekdays, from: '08:00', to: '18:00' }]],
    [
      'Mon, Wed and Fri 8-12, 13:30-17',
      [
        { days: [1, 3, 5], from: '08:00', to: '12:00' },
        { days: [1, 3, 5], from: '13:30', to: '17:00' },
      ],
    ],
    [
      'ter e qui 8h30 às 12h e 14h às 18h30',
      [
        { days: [2, 4], from: '08:30', to: '12:00' },
        { days: [2, 4], from: '14:00', to: '18:30' },
      ],
    ],
    ['sex-seg 22h às 4h', [{ days: [0, 1, 5, 6], from: '22:00', to: '04:00' }]],
    ['9-17', [{ days: everyDay, from: '09:00', to: '17:00' }]],
    ['9-5pm', [{ days: everyDay, from: '09:00', to: '17:00' }]],
    ['fim de semana o dia todo', [{ days: [0, 6], from: '00:00', to: '24:00' }]],
    ['Mon-Fri noon to midnight', [{ days: weekdays, from: '12:00', to: '24:00' }]],
    ['seg 24h', [{ days: [1], from: '00:00', to: '24:00' }]],
    ['24/7', null],
    ['sempre aberto', null],
    ['always', null],
    ['', null],
    ['always closed', []],
    ['fechado', []],
  ])('%j is understood', (text, hours) => expect(hoursOf(text)).toEqual(hours));

  test.each([
    ['Mon-Fri', 'say from when to when it is open on Mon-Fri. Example: Mon-Fri 08:00-18:00, Sat 9-13'],
    ['Mon 8', 'until when is it open from 08:00 on? Example: Mon-Fri 08:00-18:00, Sat 9-13'],
    ['Mon 8-8', 'it cannot open and close at 08:00. Example: Mon-Fri 08:00-18:00, Sat 9-13'],
    ['whenever I like', '"whenever" is not understood as opening hours. Example: Mon-Fri 08:00-18:00, Sat 9-13'],
    ['Mon 25-26', '"25-26" is not understood as opening hours. Example: Mon-Fri 08:00-18:00, Sat 9-13'],
    ['Mon 8:75-9', '"8:75-9" is not understood as opening hours. Example: Mon-Fri 08:00-18:00, Sat 9-13'],
    ['Sun closed', '"Sun closed" is not understood as opening hours. Example: Mon-Fri 08:00-18:00, Sat 9-13'],
  ])('%j is refused in one sentence with an example', (text, problem) => expect(hoursOf(text)).toBe(problem));

  it('are refused in Portuguese to whom reads it', () => {
    expect(readOpeningHours('qualquer hora', 'pt-BR')).toEqual({
      ok: false,
      problem: 'não entendi "qualquer" como horário de atendimento. Exemplo: seg-sex 8h às 18h, sáb 9-13',
    });
  });

  it('are told back', () => {
    expect(openingHoursInWords(office, 'en')).toBe('Mon-Fri 08:00-18:00, Sat 09:00-13:00; closed Sun');
    expect(openingHoursInWords(office, 'pt-BR')).toBe('seg-sex 08:00-18:00, sáb 09:00-13:00; fechado dom');
    expect(openingHoursInWords([{ days: everyDay, from: '18:00', to: '08:00' }], 'pt-BR')).toBe(
      'todos os dias 18:00-08:00 do dia seguinte',
    );
    expect(openingHoursInWords(null, 'en')).toBe('always open');
  });

  const clock = fc
    .integer({ min: 0, max: 1440 })
    .map((n) => `${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`);
  const range = fc
    .record({
      days: fc.uniqueArray(fc.constantFrom(...everyDay), { minLength: 1 }).map((days) => days.sort((a, b) => a - b)),
      from: clock.filter((time) => time !== '24:00'),
      to: clock,
    })
    .filter(({ from, to }) => from !== to);
  const hours = fc.option(fc.array(range, { maxLength: 50 }), { nil: null });

  it('are read as they were written, in both languages, from the field and from what was told back', () => {
    fc.assert(
      fc.property(hours, fc.constantFrom('en' as const, 'pt-BR' as const), (given, language) => {
        expect(readOpeningHours(openingHoursText(given, language), language)).toEqual({ ok: true, value: given });
        expect(readOpeningHours(openingHoursInWords(given, language), language)).toEqual({ ok: true, value: given });
      }),
      { numRuns: 1000 },
    );
  });

  it('answer whatever is typed, and at once', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (text) => {
        const read = readOpeningHours(text, 'pt-BR');
        if (!read.ok) expect(read.problem).toContain('Exemplo: ');
      }),
    );
  });
});
