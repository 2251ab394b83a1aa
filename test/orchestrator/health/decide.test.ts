import { describe, expect, test } from 'vitest';
import { strangeSilenceMs, usualGapMs } from '../../../src/orchestrator/health/deafness.ts';
import { decide, probesWanted } from '../../../src/orchestrator/health/decide.ts';
import type { SessionObservation } from '../../../src/orchestrator/health/observation.ts';
import { defaultPolicies } from '../../../src/orchestrator/health/policies.ts';
import { foldStreaks, noStreaks } from '../../../src/orchestrator/health/streaks.ts';
import { sessionStates } from '../../../src/session/session-state.ts';

const policy = defaultPolicies.session;
const now = 1_795_000_000_000;
const minute = 60_000;
const hour = 60 * minute;
const MiB = 1024 ** 2;

const healthy: SessionObservation = {
  state: 'connected',
  since: now - 2 * hour,
  reasonCode: null,
  desiredState: 'running',
  workerAlive: true,
  startedAt: now - 2 * hour,
  lastHeartbeatAt: now - 3000,
  healthProbe: 'unknown',
  codesShown: 0,
  page: 'ok',
  pageSince: null,
  memoryBytes: 200 * MiB,
  cpuPercent: 3,
  eventLoopLagMs: 5,
  streaks: noStreaks,
  inFlight: 0,
  profileBytes: 100 * MiB,
  linkProbesFailed: 0,
  workerSaysDeaf: false,
  lastInboundAt: now - minute,
  usualGapMs: 10 * minute,
  inIncident: false,
};
const look = (changes: Partial<SessionObservation>) => decide({ ...healthy, ...changes }, policy, now);
const verdict = (changes: Partial<SessionObservation>) => {
  const { action, cause } = look(changes);
  return `${action} ${cause}`;
};

describe('one session', () => {
  test('a healthy one is left alone', () => expect(verdict({})).toBe('none healthy'));

  const everythingWrong: Partial<SessionObservation> = {
    workerAlive: false,
    memoryBytes: 9000 * MiB,
    lastHeartbeatAt: now - hour,
    healthProbe: 'dead',
    page: 'crashed',
    pageSince: now - hour,
    linkProbesFailed: 99,
    codesShown: 99,
    profileBytes: 9000 * MiB,
    streaks: { cpuHighSince: now - hour, loopLagSince: now - hour, memorySoftSince: now - hour },
  };

  test.each(['logged_out', 'held', 'failed'] as const)('%s is never touched, whatever is seen', (state) =>
    expect(verdict({ ...everythingWrong, state })).toBe('none untouchable'),
  );

  test.each(['stopped', 'queued', 'waiting', 'stopping'] as const)('%s has nothing that could be restarted', (state) =>
    expect(verdict({ ...everythingWrong, state })).toBe('none not-wanted'),
  );

  test('a session that is wanted stopped is left alone in every state', () => {
    for (const state of sessionStates)
      expect(look({ ...everythingWrong, state, desiredState: 'stopped' }).action).toBe('none');
  });

  test('a banned one fails and is never restarted, in every state', () => {
    for (const state of sessionStates) {
      const { action } = look({ ...everythingWrong, state, reasonCode: 'tos-block' });
      expect(['none', 'fail']).toContain(action);
    }
    expect(verdict({ state: 'offline', reasonCode: 'tos-block' })).toBe('fail banned');
    expect(verdict({ state: 'queued', reasonCode: 'tos-block' })).toBe('fail banned');
  });

  test('a dead worker is restarted, and not when no browser is there', () => {
    expect(verdict({ workerAlive: false })).toBe('restart worker-died');
    expect(verdict({ workerAlive: false, state: 'starting', reasonCode: 'browser-missing' })).toBe(
      'fail browser-missing',
    );
  });

  test('a late heartbeat asks /health first; only both together restart', () => {
    const late = { lastHeartbeatAt: now - policy.heartbeatLateMs };
    expect(verdict(late)).toBe('none heartbeat-late');
    expect(verdict({ ...late, healthProbe: 'dead' })).toBe('restart worker-hung');
    expect(verdict({ ...late, healthProbe: 'ok' })).toBe('alert bus-ill');
    expect(verdict({ healthProbe: 'dead' })).toBe('none healthy');
    expect(verdict({ lastHeartbeatAt: null, startedAt: now - 1000 })).toBe('none healthy');
    expect(probesWanted({ ...healthy, ...late }, policy, now)).toEqual({ health: true, link: false });
    expect(probesWanted(healthy, policy, now)).toEqual({ health: false, link: false });
    expect(probesWanted({ ...healthy, ...late, state: 'held' }, policy, now)).toEqual({ health: false, link: false });
  });

  test('a late heartbeat hides nothing worse', () => {
    const late = { lastHeartbeatAt: now - hour, healthProbe: 'ok' } as const;
    expect(verdict({ ...late, page: 'crashed', pageSince: now - hour })).toBe('rebuild-browser page-crashed');
  });

  test('starting and syncing have deadlines', () => {
    expect(verdict({ state: 'starting', since: now - policy.startDeadlineMs + 1 })).toBe('none healthy');
    expect(verdict({ state: 'starting', since: now - policy.startDeadlineMs })).toBe('restart start-deadline');
    expect(verdict({ state: 'syncing', since: now - policy.syncDeadlineMs })).toBe('rebuild-browser sync-deadline');
  });

  test('after 12 codes that nobody scanned it waits for a person', () => {
    expect(verdict({ state: 'qr', codesShown: 11 })).toBe('none healthy');
    expect(verdict({ state: 'qr', codesShown: 12 })).toBe('wait-for-person nobody-scans');
    expect(verdict({ state: 'code', codesShown: 12 })).toBe('wait-for-person nobody-scans');
    expect(verdict({ state: 'connected', codesShown: 12 })).toBe('none healthy');
  });

  test('a page gets time to come back by itself', () => {
    expect(verdict({ page: 'crashed', pageSince: now - 1000 })).toBe('none healthy');
    expect(verdict({ page: 'crashed', pageSince: now - policy.pageGraceMs })).toBe('rebuild-browser page-crashed');
    expect(verdict({ page: 'hung', pageSince: now - policy.pageGraceMs })).toBe('rebuild-browser page-hung');
  });

  test('the hard memory limit acts now, the soft one waits for a quiet moment', () => {
    const soft = { memoryBytes: 800 * MiB, streaks: { ...noStreaks, memorySoftSince: now - minute } };
    expect(verdict({ memoryBytes: 1200 * MiB, inFlight: 5 })).toBe('restart memory-hard');
    expect(verdict(soft)).toBe('restart memory-soft');
    expect(verdict({ ...soft, inFlight: 1 })).toBe('none memory-soft-waits');
    expect(verdict({ ...soft, startedAt: now - minute, since: now - minute })).toBe('alert memory-soft-too-low');
    expect(look({ ...soft, inFlight: 1 }).evidence).toMatchObject({ memoryBytes: 800 * MiB, inFlight: 1 });
  });

  test('a soft limit that waits does not hide a deaf link', () => {
    const soft = { memoryBytes: 800 * MiB, streaks: { ...noStreaks, memorySoftSince: now - minute }, inFlight: 1 };
    expect(verdict({ ...soft, linkProbesFailed: 3 })).toBe('rebuild-browser deaf');
  });

  test('CPU stuck needs its window, and patience while conversations are in flight', () => {
    const since = (ms: number) => ({ cpuPercent: 100, streaks: { ...noStreaks, cpuHighSince: now - ms } });
    expect(verdict(since(policy.cpuStuckMs - 1))).toBe('none healthy');
    expect(verdict(since(policy.cpuStuckMs))).toBe('rebuild-browser cpu-stuck');
    expect(verdict({ ...since(policy.cpuStuckMs), inFlight: 2 })).toBe('none healthy');
    expect(verdict({ ...since(policy.cpuStuckMs * policy.impatience), inFlight: 2 })).toBe('rebuild-browser cpu-stuck');
    expect(verdict({ ...since(hour), state: 'syncing', since: now - minute })).toBe('none healthy');
  });

  test('an event loop that stays late is restarted', () => {
    const streaks = { ...noStreaks, loopLagSince: now - policy.loopLagForMs };
    expect(verdict({ eventLoopLagMs: 4000, streaks })).toBe('restart loop-blocked');
  });

  test('offline is rebuilt after its time', () => {
    expect(verdict({ state: 'offline', since: now - minute })).toBe('none healthy');
    expect(verdict({ state: 'offline', since: now - policy.offlineRebuildMs })).toBe(
      'rebuild-browser offline-too-long',
    );
  });

  test('deaf: by failed probes, or by the worker and its own normal together', () => {
    const silent = { lastInboundAt: now - 3 * hour, since: now - 5 * hour };
    expect(verdict({ linkProbesFailed: 2 })).toBe('none healthy');
    expect(verdict({ linkProbesFailed: 3 })).toBe('rebuild-browser deaf');
    expect(verdict({ workerSaysDeaf: true })).toBe('none healthy');
    expect(verdict({ ...silent, workerSaysDeaf: true })).toBe('rebuild-browser deaf');
    expect(verdict(silent)).toBe('alert strangely-silent');
    expect(verdict({ ...silent, usualGapMs: null })).toBe('none healthy');
    expect(verdict({ ...silent, usualGapMs: 8 * hour })).toBe('none healthy');
    expect(verdict({ ...silent, since: now - minute })).toBe('none healthy');
    expect(probesWanted({ ...healthy, ...silent }, policy, now).link).toBe(true);
    expect(probesWanted({ ...healthy, linkProbesFailed: 1 }, policy, now).link).toBe(true);
  });

  test('a profile that grows is told, then pruned in a quiet moment', () => {
    expect(verdict({ profileBytes: 1500 * MiB })).toBe('alert profile-large');
    expect(verdict({ profileBytes: 3000 * MiB, inFlight: 1 })).toBe('alert profile-large');
    expect(verdict({ profileBytes: 3000 * MiB })).toBe('restart profile-prune');
  });

  test('an incident pauses restarts and says what was wanted; the hard memory limit is not paused', () => {
    const found = look({ inIncident: true, workerAlive: false });
    expect(found).toMatchObject({ action: 'none', cause: 'incident-pause' });
    expect(found.evidence).toMatchObject({ wantedAction: 'restart', wantedCause: 'worker-died' });
    expect(verdict({ inIncident: true, memoryBytes: 2000 * MiB })).toBe('restart memory-hard');
    expect(verdict({ inIncident: true, state: 'qr', codesShown: 12 })).toBe('wait-for-person nobody-scans');
  });

  test('a clock that went back ends no wait early', () => {
    const future = now + hour;
    expect(
      verdict({
        since: future,
        startedAt: future,
        lastHeartbeatAt: future,
        page: 'hung',
        pageSince: future,
        streaks: { cpuHighSince: future, loopLagSince: future, memorySoftSince: future },
      }),
    ).toBe('none healthy');
  });

  test('every decision says why in one line and brings evidence', () => {
    for (const state of sessionStates) {
      for (const wrong of [{}, everythingWrong]) {
        const { text, evidence } = look({ ...wrong, state });
        expect(text).toMatch(/^[^\n]+$/);
        expect(Object.keys(evidence).length).toBeGreaterThan(0);
      }
    }
  });
});

describe('streaks', () => {
  const calm = { cpuPercent: 5, eventLoopLagMs: 1, memoryBytes: 100 * MiB };

  test('begin at the limit, last, end, and are not touched by a missing sample', () => {
    const hot = foldStreaks(noStreaks, { ...calm, cpuPercent: 95 }, now, policy);
    expect(hot).toEqual({ ...noStreaks, cpuHighSince: now });
    expect(foldStreaks(hot, { ...calm, cpuPercent: 99 }, now + minute, policy)).toBe(hot);
    expect(foldStreaks(hot, { cpuPercent: null, eventLoopLagMs: null, memoryBytes: null }, now + minute, policy)).toBe(
      hot,
    );
    expect(foldStreaks(hot, calm, now + minute, policy)).toEqual(noStreaks);
  });

  test('of the future begin now', () => {
    const hot = foldStreaks(noStreaks, { ...calm, memoryBytes: 900 * MiB }, now, policy);
    expect(foldStreaks(hot, { ...calm, memoryBytes: 900 * MiB }, now - hour, policy).memorySoftSince).toBe(now - hour);
  });
});

describe("a session's own normal", () => {
  test('needs enough messages', () => expect(usualGapMs(Array.from({ length: 20 }, (_, i) => i * minute))).toBeNull());

  test('is the longest usual gap, in any order, without the one outlier', () => {
    const times = Array.from({ length: 100 }, (_, i) => now - i * 10 * minute);
    expect(usualGapMs([...times.toReversed(), now + 30 * hour])).toBe(10 * minute);
  });

  test('never calls a short silence strange', () => {
    expect(strangeSilenceMs(1000, policy)).toBe(policy.deafFloorMs);
    expect(strangeSilenceMs(3 * hour, policy)).toBe(12 * hour);
    expect(strangeSilenceMs(null, policy)).toBeNull();
  });
});
