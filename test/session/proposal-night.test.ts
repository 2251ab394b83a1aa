import { expect, it } from 'vitest';
import { nightOf } from '../../src/session/proposal-night.ts';

it.each([
  ['03:00', 'America/Sao_Paulo', '2026-11-29T05:59:00Z', null],
  ['03:00', 'America/Sao_Paulo', '2026-11-29T06:00:00Z', '2026-11-29'],
  ['03:00', 'America/Sao_Paulo', '2026-11-29T09:59:00Z', '2026-11-29'],
  ['03:00', 'America/Sao_Paulo', '2026-11-29T10:00:00Z', null],
  // Over midnight it is the night of the day on which it began.
  ['23:30', 'America/Sao_Paulo', '2026-11-30T02:30:00Z', '2026-11-29'],
  ['23:30', 'America/Sao_Paulo', '2026-11-30T06:00:00Z', '2026-11-29'],
  ['03:00', 'Asia/Tokyo', '2026-11-28T18:30:00Z', '2026-11-29'],
  // An hour that the clock leaves out, and one that it shows twice.
  ['02:30', 'Europe/Berlin', '2026-03-29T01:05:00Z', '2026-03-29'],
  ['02:30', 'Europe/Berlin', '2026-10-25T00:40:00Z', '2026-10-25'],
  ['02:30', 'Europe/Berlin', '2026-10-25T01:40:00Z', '2026-10-25'],
])('a night that begins at %s in %s is, at %s, that of %s', (at, zone, now, night) => {
  expect(nightOf(at, zone, Date.parse(now))).toBe(night);
});
