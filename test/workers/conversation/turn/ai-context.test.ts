import { describe, expect, it } from 'vitest';
import { aiContext } from '../../../../workers/conversation/turn/ai-context.ts';

const days = [1, 2, 3, 4, 5];
const hours = {
  timeZone: 'America/Sao_Paulo',
  openingHours: [{ days, from: '08:00', to: '18:00' }],
  quietDays: ['2026-11-30'],
};

describe('what every request is told of the present', () => {
  it.each([
    [
      'open',
      '2026-11-27T15:00:00Z',
      'Now it is Friday 27 Nov 2026 12:00 (America/Sao_Paulo).',
      'The business is open now.',
    ],
    [
      'closed over a quiet Monday',
      '2026-11-28T15:00:00Z',
      'Now it is Saturday 28 Nov 2026 12:00 (America/Sao_Paulo).',
      'The business is closed now and opens Tuesday 1 Dec 08:00.',
    ],
    [
      'closed over the new year',
      '2026-12-31T22:00:00Z',
      'Now it is Thursday 31 Dec 2026 19:00 (America/Sao_Paulo).',
      'The business is closed now and opens Friday 1 Jan 2027 08:00.',
    ],
  ])('%s', (_, now, ...lines) => {
    expect(aiContext(hours, Date.parse(now)).split('\n').slice(0, 2)).toEqual(lines);
  });

  it('is open without hours, and closed where it never opens', () => {
    const now = Date.parse('2026-11-28T15:00:00Z');
    expect(aiContext({ ...hours, openingHours: null, quietDays: [] }, now)).toContain('The business is open now.');
    expect(aiContext({ ...hours, openingHours: [] }, now)).toContain('The business is closed now.\n');
  });
});
