import { expect, test } from 'vitest';
import { dayStartIn } from '../../src/store/day-start.ts';

test.each([
  ['America/Sao_Paulo', '2026-11-22T15:00:00Z', '2026-11-22T03:00:00Z'],
  ['America/Sao_Paulo', '2026-11-22T02:59:59.999Z', '2026-11-21T03:00:00Z'],
  ['America/Sao_Paulo', '2026-11-22T03:00:00Z', '2026-11-22T03:00:00Z'],
  // Summer time ends that night: the day has 25 hours.
  ['Europe/Lisbon', '2026-10-25T23:30:00Z', '2026-10-24T23:00:00Z'],
  ['Asia/Kolkata', '2026-11-22T00:00:00Z', '2026-11-21T18:30:00Z'],
] as const)('in %s the day of %s began at %s', (zone, at, start) => {
  expect(dayStartIn(zone, Date.parse(at))).toBe(Date.parse(start));
});
