import { describe, expect, test } from 'vitest';
import { sessionStates } from '../../src/session/session-state.ts';
import { type VerdictInput, verdictLooks, verdictOf, verdicts } from '../../src/session/verdict.ts';

const connected: VerdictInput = {
  state: 'connected',
  reasonCode: null,
  replies: 'on',
  aiRefused: false,
  overdueChats: 0,
  deaf: false,
};

describe('verdict: are the customers answered?', () => {
  test('connected and answering is the only good news', () => {
    expect(verdictOf(connected)).toBe('connected');
  });
  test.each([
    [{ aiRefused: true }, 'not_replying'],
    [{ overdueChats: 1 }, 'not_replying'],
    [{ aiRefused: true, replies: 'draft' }, 'not_replying'],
    [{ deaf: true }, 'not_receiving'],
    [{ replies: 'draft' }, 'watching'],
    [{ replies: 'paused' }, 'on_hold'],
    [{ replies: 'paused', aiRefused: true }, 'on_hold'],
  ] as const)('connected with %o is %s', (change, verdict) => {
    expect(verdictOf({ ...connected, ...change })).toBe(verdict);
  });
  test.each([
    ['failed', 'tos-block', 'banned'],
    ['failed', 'breaker-open', 'gave_up'],
    ['waiting', 'qr-idle', 'qr_closed'],
    ['waiting', 'incident', 'paused_start'],
    ['held', 'wrong-number', 'wrong_number'],
    ['held', 'runs-elsewhere', 'elsewhere'],
    ['held', 'cannot-ask', 'paused_start'],
  ] as const)('%s because of %s is %s', (state, reasonCode, verdict) => {
    expect(verdictOf({ ...connected, state, reasonCode })).toBe(verdict);
  });
  test('every state has a verdict with a look, and upper-case groups need a person', () => {
    for (const state of sessionStates) expect(verdictLooks[verdictOf({ ...connected, state })]).toBeDefined();
    for (const verdict of verdicts) {
      const look = verdictLooks[verdict];
      expect(look.group === 'needs_you').toBe(look.token === 'bad' || look.token === 'person');
    }
  });
});
