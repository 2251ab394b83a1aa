import { describe, expect, test } from 'vitest';
import type { FailureKind, IncidentState, SessionFailure } from '../../../src/orchestrator/health/incident-detector.ts';
import { stepIncident } from '../../../src/orchestrator/health/incident-detector.ts';
import {
  aloneWithIt,
  believedFault,
  faultOfProbe,
  foldProbe,
  isSuspicious,
  type OutsideSeen,
  openOutage,
  probeIsDue,
  type Reach,
  unprobed,
} from '../../../src/orchestrator/health/network-outage.ts';
import { defaultPolicies } from '../../../src/orchestrator/health/policies.ts';
import { planRestart } from '../../../src/orchestrator/health/restart-breaker.ts';

const policy = defaultPolicies.network;
const now = 1_795_000_000_000;
const half = () => 0.5;
const gone: OutsideSeen = { internet: 'fails', whatsapp: 'fails', seen: 'ENETUNREACH' };
const well: OutsideSeen = { internet: 'ok', whatsapp: 'ok', seen: 'HTTP 200' };
const failed = (sessionId: string, at = now, kind: FailureKind = 'network'): SessionFailure => ({
  sessionId,
  at,
  kind,
});
const probedBy = (...probes: readonly OutsideSeen[]): Reach =>
  probes.reduce((reach, probe, index) => foldProbe(reach, probe, now + index * 1000, policy, half), unprobed);

test.each<[OutsideSeen['internet'], OutsideSeen['whatsapp'], string, string | null]>([
  ['fails', 'fails', 'ENETUNREACH', 'no-network'],
  ['fails', 'fails', 'EAI_AGAIN', 'dns'],
  ['fails', 'fails', 'ENOTFOUND', 'dns'],
  ['fails', 'fails', 'TimeoutError', 'no-network'],
  ['ok', 'fails', 'ECONNREFUSED', 'whatsapp-unreachable'],
  ['ok', 'fails', 'CERT_HAS_EXPIRED', 'whatsapp-unreachable'],
  ['ok', 'fails', 'HTTP 503', null],
  ['ok', 'ok', 'HTTP 200', null],
  ['unknown', 'unknown', '', null],
])('internet %s, WhatsApp %s, %s: %s', (internet, whatsapp, seen, fault) =>
  expect(faultOfProbe({ internet, whatsapp, seen })).toBe(fault),
);

describe('asking the outside', () => {
  test('goes on for ever with growing pauses that end at a minute', () => {
    let reach = unprobed;
    const pauses: number[] = [];
    for (let tries = 0; tries < 1000; tries += 1) {
      reach = foldProbe(reach, gone, now, policy, half);
      pauses.push(reach.nextProbeAt - now);
    }
    expect(pauses.slice(0, 6)).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000]);
    expect(pauses.at(-1)).toBe(60_000);
  });

  test('is due for a suspect, not without one, and again when its pause is over', () => {
    const suspect = [failed('a')];
    expect(probeIsDue(unprobed, [], false, now, policy)).toBe(false);
    expect(probeIsDue(unprobed, suspect, false, now, policy)).toBe(true);
    const reach = probedBy(gone);
    expect(probeIsDue(reach, suspect, false, now + 4999, policy)).toBe(false);
    expect(probeIsDue(reach, suspect, false, now + 5000, policy)).toBe(true);
    expect(probeIsDue(reach, [], true, now + 5000, policy)).toBe(true);
    expect(probeIsDue(reach, [], false, now + 5000, policy)).toBe(false);
  });

  test('a new suspect after a probe that reached is worth another one, but not one a second', () => {
    const reach = probedBy(well);
    expect(probeIsDue(reach, [failed('a', now - 1)], false, now + 6000, policy)).toBe(false);
    expect(probeIsDue(reach, [failed('a', now + 1)], false, now + 1000, policy)).toBe(false);
    expect(probeIsDue(reach, [failed('a', now + 1)], false, now + 5000, policy)).toBe(true);
  });

  test('a clock that went back a year does not make it wait for a year', () =>
    expect(probeIsDue(probedBy(gone), [failed('a')], false, now - 31_536_000_000, policy)).toBe(true));

  test('deaths, pages and logouts are no suspects', () =>
    expect(
      (['network', 'offline', 'start', 'worker-died', 'browser-died', 'page', 'deaf', 'logged-out'] as const).filter(
        (kind) => isSuspicious(failed('a', now, kind)),
      ),
    ).toEqual(['network', 'offline', 'start']));
});

test.each<[string, Reach, boolean, string | null]>([
  ['nothing probed', unprobed, false, null],
  ['one failed probe', probedBy(gone), false, null],
  ['two failed probes', probedBy(gone, gone), false, 'no-network'],
  ['reached between', probedBy(gone, well, gone), false, null],
  ['reached, then gone, some still connected (DNS)', probedBy(well, gone, gone), true, 'no-network'],
  ['never reached while some are connected: they go through a proxy', probedBy(gone, gone, gone), true, null],
])('believed of %s: %s', (_what, reach, someConnected, fault) =>
  expect(believedFault(reach, someConnected, policy)).toBe(fault),
);

describe('an outage', () => {
  const outage = { fault: 'dns', nextTryAt: now + 20_000 } as const;
  const open = (ids: readonly string[]): IncidentState => {
    const state = openOutage(
      ids.map((id, index) => failed(id, now - index * 1000)),
      ids.length,
      outage,
      now,
      120_000,
    );
    if (state === null) throw new Error('no outage');
    return state;
  };
  const step = (state: IncidentState, at: number, connected: [string, number][], seen: typeof outage | null) =>
    stepIncident(
      state,
      { now: at, failures: [], connectedSince: new Map(connected), wanted: state.sessionIds, outage: seen },
      defaultPolicies.incident,
    );

  test('of one session is one incident, of nobody none', () => {
    expect(open(['a'])).toMatchObject({ sessionIds: ['a'], totalSessions: 1, startedAt: now, outage });
    expect(openOutage([], 3, outage, now, 1)).toBeNull();
  });

  test('began with its first failure', () => expect(open(['a', 'b', 'c'])).toMatchObject({ startedAt: now - 2000 }));

  test('lasts a week and lifts with the first answer, all at once', () => {
    const state = open(['a', 'b']);
    const week = now + 7 * 86_400_000;
    const lasting = step(state, week, [], { ...outage });
    expect(lasting.state).not.toBeNull();
    expect(step(lasting.state ?? state, week, [], null)).toEqual({
      state: null,
      actions: [{ kind: 'lift', because: 'network-back' }],
    });
  });

  test('lifts when one got through, whatever the probes say; one that was connected all along proves nothing', () => {
    expect(step(open(['a', 'b']), now + 5000, [['b', now + 4000]], outage).actions).toEqual([
      { kind: 'lift', because: 'network-back' },
    ]);
    expect(step(open(['a', 'b']), now + 5000, [['x', now + 4000]], outage).actions).toEqual([]);
  });

  test('that begins in an incident becomes part of it', () => {
    const plain: IncidentState = { ...open(['a', 'b', 'c']), outage: null };
    expect(step(plain, now + 1000, [], outage).state?.outage).toEqual(outage);
  });
});

test('alone is who cannot get through while the last probe did', () => {
  const earlier = now - 120_000;
  const suspects = [failed('own', earlier), failed('blip', now - 1000, 'offline'), failed('stuck', earlier, 'offline')];
  expect(aloneWithIt(probedBy(well), suspects, now, policy)).toEqual(['own', 'stuck']);
  expect(aloneWithIt(probedBy(well, gone), suspects, now, policy)).toEqual([]);
  expect(aloneWithIt(unprobed, suspects, now, policy)).toEqual([]);
  expect(aloneWithIt(probedBy(well), [failed('newer', now + 5)], now + 10, policy)).toEqual([]);
});

test('over the network nobody is given up and no restart counts, however many there were', () => {
  const many = Array.from({ length: 500 }, () => now);
  const input = { now, attempt: 400, sessionRestarts: many, fleetRestarts: many, lastCause: 'x' };
  expect(planRestart(input, defaultPolicies, half).kind).toBe('give-up');
  expect(planRestart({ ...input, network: 'all' }, defaultPolicies, half)).toMatchObject({
    kind: 'restart',
    at: now + 60_000,
    waitsFor: 'network',
  });
  expect(planRestart({ ...input, network: 'alone' }, defaultPolicies, half)).toMatchObject({ at: now + 300_000 });
});
