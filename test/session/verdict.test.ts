import { describe, expect, test } from 'vitest';
import type { Restriction } from '../../src/session/records.ts';
import { sessionStates } from '../../src/session/session-state.ts';
import { judge, type VerdictInput, verdictLooks, verdictOf, verdicts } from '../../src/session/verdict.ts';

const connected: VerdictInput = {
  state: 'connected',
  reasonCode: null,
  replies: 'on',
  aiRefused: false,
  aiCode: null,
  aiReason: null,
  overdueChats: 0,
  silentLately: 0,
  silentCode: null,
  silentReason: null,
  restriction: null,
  asksForPerson: 0,
  drafts: 0,
  deaf: false,
  storeFault: null,
};

const restriction = (scope: Restriction['scope']): Restriction => ({
  scope,
  since: 1,
  refused: 4,
  nextTryAt: 2,
  code: '463',
});
const silent = (n: number) => ({ silentLately: n, silentCode: 'empty', silentReason: 'the AI gave nothing to send' });
const refused = { aiRefused: true, aiCode: 'quota', aiReason: 'quota spent' };

describe('verdict: are the customers answered?', () => {
  test('connected and answering is the only good news', () => {
    expect(verdictOf(connected)).toBe('connected');
  });

  test.each([
    [refused, 'not_replying', 'quota'],
    [{ overdueChats: 1 }, 'not_replying', 'overdue'],
    [{ ...refused, replies: 'draft' }, 'not_replying', 'quota'],
    [{ aiCode: 'no-ai', aiReason: 'no AI is chosen' }, 'connected', null],
    [{ aiCode: 'no-ai', aiReason: 'no AI is chosen', overdueChats: 1 }, 'not_replying', 'no-ai'],
    [silent(1), 'connected', null],
    [silent(2), 'connected', null],
    [silent(3), 'not_replying', 'empty'],
    [{ ...silent(12), replies: 'draft' }, 'not_replying', 'empty'],
    [{ restriction: restriction('all') }, 'not_replying', 'restricted'],
    [{ restriction: restriction('new') }, 'restricted', 'restricted-new'],
    [{ asksForPerson: 1 }, 'asks_for_person', 'asks-for-person'],
    [{ drafts: 2 }, 'drafts', 'drafts'],
    [{ drafts: 2, replies: 'draft' }, 'drafts', 'drafts'],
    [{ deaf: true }, 'not_receiving', null],
    [{ replies: 'draft' }, 'watching', null],
    [{ replies: 'paused' }, 'on_hold', null],
    [{ ...refused, ...silent(5), replies: 'paused', restriction: restriction('all') }, 'on_hold', null],
  ] as const)('connected with %o is %s', (change, verdict, code) => {
    expect(judge({ ...connected, ...change })).toMatchObject({ verdict, reasonCode: code });
  });

  test('the worst that holds is told, and a cause that can be mended before its consequences', () => {
    const worst: readonly (readonly [Partial<VerdictInput>, string, string | null])[] = [
      [refused, 'not_replying', 'quota'],
      [{ restriction: restriction('all') }, 'not_replying', 'restricted'],
      [silent(3), 'not_replying', 'empty'],
      [{ overdueChats: 2 }, 'not_replying', 'overdue'],
      [{ deaf: true }, 'not_receiving', null],
      [{ restriction: restriction('new') }, 'restricted', 'restricted-new'],
      [{ asksForPerson: 2 }, 'asks_for_person', 'asks-for-person'],
      [{ drafts: 1 }, 'drafts', 'drafts'],
      [{ replies: 'draft' }, 'watching', null],
    ];
    for (const [index, [, verdict, code]] of worst.entries()) {
      const all: VerdictInput = Object.assign(
        { ...connected },
        ...worst
          .slice(index)
          .map(([change]) => change)
          .reverse(),
      );
      expect(judge(all)).toMatchObject({ verdict, reasonCode: code });
    }
  });

  test('nobody answered is told with a reason in words', () => {
    for (const change of [refused, silent(3), { overdueChats: 1 }, { restriction: restriction('all') }])
      expect(judge({ ...connected, ...change }).reason).toMatch(/\w/);
    expect(judge({ ...connected, restriction: restriction('new') }).reason).toMatch(/4 refused.*phone/);
    expect(judge({ ...connected, overdueChats: 1 }).reason).toBe('1 chat waits longer than it should');
    expect(judge({ ...connected, overdueChats: 2 }).reason).toBe('2 chats wait longer than they should');
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
    expect(judge({ ...connected, ...silent(3), state, reasonCode })).toEqual({
      verdict,
      reasonCode: null,
      reason: null,
    });
  });

  test('every state has a verdict with a look, and upper-case groups need a person', () => {
    for (const state of sessionStates) expect(verdictLooks[verdictOf({ ...connected, state })]).toBeDefined();
    for (const verdict of verdicts) {
      const look = verdictLooks[verdict];
      expect(look.group === 'needs_you').toBe(look.token === 'bad' || look.token === 'person');
    }
  });
});
