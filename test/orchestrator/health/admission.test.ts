import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AdmissionInput, MeasuredSession, StartCandidate } from '../../../src/orchestrator/health/admission.ts';
import { admit, roomFor, sessionCost, surplus } from '../../../src/orchestrator/health/admission.ts';
import { descriptorsFor } from '../../../src/orchestrator/health/descriptor-room.ts';
import { defaultPolicies } from '../../../src/orchestrator/health/policies.ts';

const policy = defaultPolicies.admission;
const MB = 1_000_000;
const settled = (megabytes: number): MeasuredSession => ({
  memoryBytes: megabytes * MB,
  isStarting: false,
  upMs: 3_600_000,
});
const candidate = (id: string, changes: Partial<StartCandidate> = {}): StartCandidate => ({
  id,
  byPerson: false,
  connectedMs: 0,
  requestedAt: 0,
  ...changes,
});
const base: AdmissionInput = {
  candidates: [],
  running: [],
  starting: 0,
  startingCores: 0,
  maxSessions: 10,
  cores: 2,
  machine: { memoryTotal: 4000 * MB, memoryAvailable: 3000 * MB },
  descriptors: null,
};

describe('what a session costs', () => {
  test('is assumed until one has settled here', () => {
    expect(sessionCost([], policy)).toEqual({ bytes: policy.assumedBytes, isMeasured: false });
    const young = [
      { ...settled(500), upMs: 1000 },
      { ...settled(500), isStarting: true },
      { ...settled(0), memoryBytes: null },
    ];
    expect(sessionCost(young, policy).isMeasured).toBe(false);
  });

  test('of one without a browser is told apart from the others', () => {
    const running = [settled(300), { ...settled(60), isLight: true }];
    expect(sessionCost(running, policy).bytes).toBe(300 * MB);
    expect(sessionCost(running, policy, true).bytes).toBe(60 * MB);
    expect(sessionCost([settled(300)], policy, true).bytes).toBe(policy.assumedLightBytes);
  });

  test('is the upper quartile of the settled ones', () =>
    expect(sessionCost([100, 110, 120, 130].map(settled), policy)).toEqual({ bytes: 130 * MB, isMeasured: true }));
});

describe('room for N more', () => {
  test('by measure, without the reserve', () =>
    // 3000 - reserve 268 (256 MiB) = 2732 by 200
    expect(roomFor({ memoryTotal: 4000 * MB, memoryAvailable: 3000 * MB }, [settled(200)], policy)).toEqual({
      sessions: 13,
      isMeasured: true,
      costBytes: 200 * MB,
    }));

  test('what starting ones are still going to take is gone already', () => {
    const starting: MeasuredSession = { memoryBytes: 50 * MB, isStarting: true, upMs: 1000 };
    expect(
      roomFor({ memoryTotal: 4000 * MB, memoryAvailable: 3000 * MB }, [settled(200), starting], policy).sessions,
    ).toBe(12);
  });

  test('is never below zero', () =>
    expect(roomFor({ memoryTotal: 4000 * MB, memoryAvailable: 10 * MB }, [], policy).sessions).toBe(0));
});

describe('admission', () => {
  test('never more browsers starting than cores, the rest says so', () => {
    const { start, queued } = admit({ ...base, candidates: ['a', 'b', 'c'].map((id) => candidate(id)) }, policy);
    expect(start).toEqual(['a', 'b']);
    expect(queued).toMatchObject([{ id: 'c', position: 1, reasonCode: 'starting-limit' }]);
    expect(admit({ ...base, cores: 0.5, candidates: [candidate('a')] }, policy).start).toEqual(['a']);
  });

  test('light ones take a part of a core each, and at least one session always starts', () => {
    const light = (id: string) => candidate(id, { isLight: true, startCores: 0.25 });
    const many = Array.from({ length: 12 }, (_, n) => light(`l${String(n).padStart(2, '0')}`));
    const open = { ...base, maxSessions: 50, machine: null };
    expect(admit({ ...open, candidates: many }, policy).start).toHaveLength(8);
    expect(admit({ ...open, starting: 1, startingCores: 1, candidates: many }, policy).start).toHaveLength(4);
    // A whole one does not fit beside them, and holds all behind it.
    const mixed = [...many.slice(0, 7), candidate('m-whole'), light('z')];
    expect(admit({ ...open, candidates: mixed }, policy).start).toHaveLength(7);
    expect(admit({ ...open, cores: 0.1, candidates: many }, policy).start).toHaveLength(1);
  });

  test('what started a moment ago has not taken all of its memory, also when it is connected already', () => {
    const machine = { memoryTotal: 4000 * MB, memoryAvailable: 900 * MB };
    const justUp = { memoryBytes: 50 * MB, isStarting: false, upMs: 3000 };
    const candidates = ['a', 'b', 'c'].map((id) => candidate(id));
    // 900 less the reserve (269) are two whole ones; what the one just up still takes (260) leaves one.
    expect(admit({ ...base, cores: 8, machine, running: [settled(310)], candidates }, policy).start).toHaveLength(2);
    const running = [settled(310), justUp];
    expect(admit({ ...base, cores: 8, machine, running, candidates }, policy).start).toHaveLength(1);
    const grown = [settled(310), { ...justUp, upMs: policy.growingMs }];
    expect(admit({ ...base, cores: 8, machine, running: grown, candidates }, policy).start).toHaveLength(2);
  });

  test('by a person first, then longest connected, then who asked first', () => {
    const candidates = [
      candidate('new'),
      candidate('old', { connectedMs: 9_000 }),
      candidate('earlier', { requestedAt: -5 }),
      candidate('person', { byPerson: true }),
    ];
    expect(admit({ ...base, cores: 9, candidates }, policy).start).toEqual(['person', 'old', 'earlier', 'new']);
  });

  test('MAX_SESSIONS queues the rest with the reason', () => {
    const running = Array.from({ length: 9 }, () => settled(100));
    const { start, queued } = admit({ ...base, running, candidates: [candidate('a'), candidate('b')] }, policy);
    expect(start).toEqual(['a']);
    expect(queued[0]).toMatchObject({
      id: 'b',
      reasonCode: 'max-sessions',
      reason: '10 run, MAX_SESSIONS is 10: stop one or raise it',
    });
  });

  test('waits while memory is short by what sessions here cost', () => {
    const machine = { memoryTotal: 4000 * MB, memoryAvailable: 600 * MB };
    const running = [settled(300), settled(300)];
    const { start, queued } = admit(
      { ...base, machine, running, candidates: [candidate('a'), candidate('b')] },
      policy,
    );
    expect(start).toEqual(['a']);
    expect(queued[0]).toMatchObject({ id: 'b', reasonCode: 'memory', evidence: { isMeasured: true } });
    expect(queued[0]?.reason).toContain('one costs 300 MB here');
  });

  test('waits where the limit of open files is too low, also the very first one', () => {
    const low = (limit: number, used: number, running: number) =>
      admit(
        {
          ...base,
          candidates: ['a', 'b', 'c'].map((id) => candidate(id)),
          running: Array.from({ length: running }, () => settled(200)),
          cores: 8,
          descriptors: { limit, used },
        },
        policy,
      );
    expect(low(80, 30, 0).start).toEqual(['a', 'b']);
    expect(low(80, 30, 0).queued).toMatchObject([
      { id: 'c', reasonCode: 'descriptors', reason: expect.stringContaining('30 of 80 open files') },
    ]);
    expect(low(80, 46, 2).start).toEqual([]);
    expect(low(71, 20, 0).start).toEqual([]);
    // More is open than sessions account for: clients, or a leak.
    expect(low(200, 180, 0).start).toEqual([]);
    expect(low(Number.POSITIVE_INFINITY, 5000, 4).start).toEqual(['a', 'b', 'c']);
  });

  test('the very first session may always try, and nothing measured holds nobody back', () => {
    const machine = { memoryTotal: 500 * MB, memoryAvailable: 100 * MB };
    expect(admit({ ...base, machine, candidates: [candidate('a'), candidate('b')] }, policy).start).toEqual(['a']);
    expect(
      admit({ ...base, machine: null, candidates: [candidate('a')], running: [settled(1)] }, policy).start,
    ).toEqual(['a']);
  });

  test('whatever comes, each candidate is started or queued once and no bound is passed', () => {
    const session = fc.record({
      memoryBytes: fc.option(fc.integer({ min: 0, max: 900 * MB })),
      isStarting: fc.boolean(),
      upMs: fc.nat(500_000),
    });
    fc.assert(
      fc.property(
        fc.array(fc.record({ byPerson: fc.boolean(), connectedMs: fc.nat(1000), requestedAt: fc.nat(1000) }), {
          maxLength: 20,
        }),
        fc.array(session, { maxLength: 20 }),
        fc.nat(5),
        fc.integer({ min: 1, max: 25 }),
        fc.integer({ min: 1, max: 8 }),
        fc.nat(8000 * MB),
        fc.option(fc.record({ limit: fc.nat(400), used: fc.nat(400) })),
        (wanted, running, starting, maxSessions, cores, memoryAvailable, descriptors) => {
          const candidates = wanted.map((entry, i) => ({ id: `s${i}`, ...entry }));
          const machine = { memoryTotal: 8000 * MB, memoryAvailable };
          const { start, queued } = admit(
            { candidates, running, starting, startingCores: starting, maxSessions, cores, machine, descriptors },
            policy,
          );
          expect([...start, ...queued.map(({ id }) => id)].sort()).toEqual(candidates.map(({ id }) => id).sort());
          expect(start.length === 0 || running.length + start.length <= maxSessions).toBe(true);
          expect(start.length === 0 || starting + start.length <= cores).toBe(true);
          if (descriptors !== null && start.length > 0) {
            const needed = (sessions: number): number =>
              sessions * policy.descriptorsOfSession + policy.descriptorsKept;
            expect(descriptors.used + needed(start.length)).toBeLessThanOrEqual(descriptors.limit);
            expect(descriptorsFor(running.length + start.length, policy)).toBeLessThanOrEqual(descriptors.limit);
          }
          const room = roomFor(machine, running, policy).sessions;
          expect(start.length <= Math.max(room, running.length === 0 ? 1 : 0)).toBe(true);
        },
      ),
    );
  });

  test('a lowered MAX_SESSIONS stops the shortest connected', () =>
    expect(
      surplus(
        [
          { id: 'a', connectedMs: 5 },
          { id: 'b', connectedMs: 50 },
          { id: 'c', connectedMs: 500 },
        ],
        1,
      ),
    ).toEqual(['b', 'a']));
});
