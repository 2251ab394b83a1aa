import type { FleetSnapshot } from '../../../src/protocol/fleet.ts';
import type { ProbeStanding } from '../../../src/session/probe.ts';
import { exampleFleet } from './example-fleets.ts';
import { hours, minutes, now, seconds } from './fake-fleet.ts';

/** A calm fleet in which one bot asks some of the others as a mystery customer. */

const proved: ProbeStanding = {
  from: 'escola-sol',
  everyMs: hours(2),
  provedAt: now - minutes(12),
  answerMs: seconds(21),
  lastOutcome: 'ok',
  lastAt: now - minutes(12),
  code: null,
  reason: null,
  failedInRow: 0,
  hours: 'i.i.i.......i.i.l.i.i.i.',
  asksSince: null,
  nextAt: now + minutes(103),
  waitsFor: null,
};

const probes: Readonly<Record<string, ProbeStanding>> = {
  'barbearia-do-ze': proved,
  'farmacia-vida': { ...proved, provedAt: now - hours(3), answerMs: 64_000, hours: 'i...i...........i...i...' },
  'loja-centro': {
    ...proved,
    provedAt: now - hours(2),
    lastOutcome: 'failed',
    lastAt: now - seconds(40),
    code: 'probe-unanswered',
    reason: 'no answer came in time',
    failedInRow: 1,
    hours: 'i.i.i.......i.i.i.i.i.in',
    nextAt: now + seconds(20),
  },
  'pizzaria-roma': {
    ...proved,
    provedAt: null,
    answerMs: null,
    lastOutcome: null,
    lastAt: null,
    hours: '........................',
    waitsFor: 'it asks only within its hours',
  },
};

export const withProbes = (): FleetSnapshot => {
  const fleet = exampleFleet('calm', 12);
  return { ...fleet, sessions: fleet.sessions.map((row) => ({ ...row, probe: probes[row.name] ?? null })) };
};
