import { describe, expect, test } from 'vitest';
import { clientText, concludeIncident, incidentTitle } from '../../../src/orchestrator/health/incident-conclusion.ts';
import type { FailureKind, IncidentInput, SessionFailure } from '../../../src/orchestrator/health/incident-detector.ts';
import { detectIncident, stepIncident } from '../../../src/orchestrator/health/incident-detector.ts';
import { defaultPolicies } from '../../../src/orchestrator/health/policies.ts';
import type { IncidentCheck } from '../../../src/protocol/fleet.ts';

const policy = defaultPolicies.incident;
const now = 1_795_000_000_000;
const failed = (sessionId: string, agoMs = 0, kind: FailureKind = 'offline'): SessionFailure => ({
  sessionId,
  at: now - agoMs,
  kind,
});
const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const four = names.slice(0, 4).map((name, i) => failed(name, 40_000 - i * 10_000));

const opened = () => {
  const state = detectIncident(four, 6, now, policy);
  if (state === null) throw new Error('no incident');
  return state;
};
const input = (changes: Partial<IncidentInput> = {}): IncidentInput => ({
  now,
  failures: [],
  connectedSince: new Map([
    ['e', now - 1e6],
    ['f', now - 1e6],
  ]),
  wanted: ['c', 'a', 'b', 'd', 'e', 'f'],
  ...changes,
});

describe('detecting', () => {
  test('many at once are one incident', () =>
    expect(opened()).toMatchObject({
      sessionIds: ['a', 'b', 'c', 'd'],
      totalSessions: 6,
      spreadMs: 30_000,
      startedAt: now - 40_000,
    }));

  test('not few, not a small share, not spread over hours', () => {
    expect(detectIncident(four.slice(0, 2), 2, now, policy)).toBeNull();
    expect(detectIncident(four, 9, now, policy)).toBeNull();
    expect(
      detectIncident(
        names.map((name, i) => failed(name, i * 3_600_000)),
        6,
        now,
        policy,
      ),
    ).toBeNull();
    expect(detectIncident([], 0, now, policy)).toBeNull();
  });

  test('one session failing many times is one failing session', () =>
    expect(
      detectIncident(
        Array.from({ length: 9 }, (_, i) => failed('a', i)),
        1,
        now,
        policy,
      ),
    ).toBeNull());
});

describe('an open incident', () => {
  test('waits, then tries with the longest connected one alone', () => {
    const state = opened();
    expect(stepIncident(state, input(), policy).actions).toEqual([]);
    const at = now + policy.firstTrialMs;
    const step = stepIncident(state, input({ now: at }), policy);
    expect(step.actions).toEqual([{ kind: 'try', sessionId: 'c' }]);
    expect(stepIncident(step.state ?? state, input({ now: at + 1000 }), policy).actions).toEqual([]);
  });

  test('a failed trial waits longer and takes another one', () => {
    const begun = now + policy.firstTrialMs;
    const trying = stepIncident(opened(), input({ now: begun }), policy).state ?? opened();
    const late = begun + policy.trialMs;
    const step = stepIncident(trying, input({ now: late }), policy);
    const nextTryAt = late + policy.firstTrialMs * policy.trialFactor;
    expect(step.actions).toEqual([{ kind: 'trial-failed', sessionId: 'c', nextTryAt }]);
    expect(stepIncident(step.state ?? trying, input({ now: nextTryAt }), policy).actions).toEqual([
      { kind: 'try', sessionId: 'a' },
    ]);
  });

  test('lifts when the trial stays connected', () => {
    const begun = now + policy.firstTrialMs;
    const trying = stepIncident(opened(), input({ now: begun }), policy).state ?? opened();
    const at = begun + policy.trialMs + 5000;
    const connectedSince = new Map([['c', at - policy.stableMs + 1]]);
    expect(stepIncident(trying, input({ now: at, connectedSince }), policy).actions).toEqual([]);
    expect(stepIncident(trying, input({ now: at + 1, connectedSince }), policy)).toEqual({
      state: null,
      actions: [{ kind: 'lift', because: 'trial-connected' }],
    });
  });

  test('lifts when its sessions come back by themselves, or nobody wants them', () => {
    const connectedSince = new Map(names.map((name) => [name, now - policy.stableMs]));
    expect(stepIncident(opened(), input({ connectedSince }), policy).actions).toEqual([
      { kind: 'lift', because: 'came-back' },
    ]);
    expect(stepIncident(opened(), input({ wanted: ['e'] }), policy).actions).toEqual([
      { kind: 'lift', because: 'nobody-left' },
    ]);
  });

  test('takes in who fails later, once', () => {
    const joining = input({ failures: [failed('e'), failed('x')], connectedSince: new Map() });
    const step = stepIncident(opened(), joining, policy);
    expect(step.actions).toEqual([{ kind: 'join', sessionIds: ['e'] }]);
    expect(step.state?.sessionIds).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(stepIncident(step.state ?? opened(), joining, policy).actions).toEqual([]);
  });

  test('ends a trial whose session is stopped by a person', () => {
    const begun = now + policy.firstTrialMs;
    const trying = stepIncident(opened(), input({ now: begun }), policy).state ?? opened();
    const step = stepIncident(trying, input({ now: begun + 1000, wanted: ['a', 'b', 'd'] }), policy);
    expect(step.actions).toMatchObject([{ kind: 'trial-failed', sessionId: 'c' }]);
  });

  test('every session has its turn before one is tried twice', () => {
    let state = opened();
    const tried: string[] = [];
    for (let at = now; tried.length < 5; at += 60_000) {
      const step = stepIncident(state, input({ now: at, connectedSince: new Map() }), policy);
      state = step.state ?? state;
      for (const action of step.actions) if (action.kind === 'try') tried.push(action.sessionId);
    }
    expect(tried).toEqual(['c', 'a', 'b', 'd', 'c']);
  });
});

describe('whose fault', () => {
  type Result = IncidentCheck['result'];
  const blame = (internet: Result, whatsapp: Result, page: Result, login: Result, kinds: FailureKind[] = ['offline']) =>
    concludeIncident(
      [
        { name: 'internet', result: internet },
        { name: 'whatsapp', result: whatsapp },
        { name: 'page', result: page },
        { name: 'login', result: login },
      ],
      kinds,
    ).blame;

  test('follows from the checks', () => {
    expect(blame('fails', 'fails', 'unknown', 'unknown')).toBe('network');
    expect(blame('ok', 'fails', 'unknown', 'unknown')).toBe('whatsapp');
    expect(blame('ok', 'ok', 'fails', 'unknown')).toBe('whatsapp-change');
    expect(blame('ok', 'ok', 'ok', 'fails')).toBe('whatsapp-change');
    expect(blame('ok', 'ok', 'ok', 'ok')).toBe('over');
    expect(blame('ok', 'ok', 'ok', 'unknown')).toBe('unknown');
    expect(blame('unknown', 'fails', 'unknown', 'unknown')).toBe('unknown');
    expect(blame('fails', 'ok', 'ok', 'fails')).toBe('whatsapp-change');
  });

  test('our own processes dying together speak of the server', () => {
    expect(blame('ok', 'ok', 'unknown', 'unknown', ['worker-died', 'browser-died', 'offline'])).toBe('server');
    // Thirteen killed workers are not "no internet", whatever the probe finds.
    const thirteen = Array.from({ length: 13 }, (): FailureKind => 'worker-died');
    expect(blame('fails', 'fails', 'unknown', 'unknown', thirteen)).toBe('server');
    expect(concludeIncident([], thirteen).conclusion).toMatch(/^Seen: 13 workers ended by themselves\. /);
    expect(blame('fails', 'fails', 'unknown', 'unknown', ['worker-died', 'network', 'offline'])).toBe('network');
  });

  test.each<[string, Partial<Record<FailureKind, number>>, string]>([
    ['all browsers', { 'browser-died': 13 }, '13 browsers died'],
    ['workers and browsers', { 'worker-died': 6, 'browser-died': 7 }, '7 browsers died, 6 workers ended by themselves'],
    [
      'killed ones, and some that then found no network',
      { 'worker-died': 7, network: 6 },
      '7 workers ended by themselves, 6 without network',
    ],
    [
      'killed ones, and a start that failed',
      { 'worker-died': 12, start: 1 },
      '12 workers ended by themselves, 1 did not come up',
    ],
  ])('what died of thirteen is named, without internet or with it: %s', (_what, counts, seen) => {
    const kinds = Object.entries(counts).flatMap(([kind, n]) => Array.from({ length: n }, () => kind as FailureKind));
    for (const internet of ['ok', 'fails', 'unknown'] as const) {
      expect(blame(internet, internet, 'unknown', 'unknown', kinds)).toBe('server');
      const { conclusion } = concludeIncident([{ name: 'internet', result: internet }], kinds);
      expect(conclusion).toContain(`Seen: ${seen}. `);
      expect(conclusion).not.toContain('internet');
    }
  });

  test('nothing probed yet is not clear', () => expect(concludeIncident([], ['offline']).blame).toBe('unknown'));

  test('is told in one line, and to clients in both languages', () => {
    const conclusion = concludeIncident([], []);
    expect(incidentTitle(conclusion, opened())).toBe('WhatsApp Web or the network: 4 of 6 sessions dropped within 30s');
    expect(clientText('whatsapp', 'pt-BR')).toContain('WhatsApp');
    expect(clientText('network', 'en')).toContain('Our server');
    for (const kind of ['network', 'server', 'whatsapp', 'whatsapp-change', 'over', 'unknown'] as const)
      for (const language of ['en', 'pt-BR'] as const) expect(clientText(kind, language)).not.toMatch(/\n|undefined/);
  });
});
