import { expect, it } from 'vitest';
import { fleetTable } from '../../../src/cli/commands/ls.ts';
import { exampleSnapshot, now, sessionRow } from '../../components/support/fake-fleet.ts';

const detailOf = (patch: Parameters<typeof sessionRow>[1]): string => {
  const sessions = [sessionRow('padaria', { phone: null, model: '', reason: null, ...patch })];
  const [head = '', line = ''] = fleetTable({ ...exampleSnapshot(), sessions }, now, (verdict) => verdict).split('\n');
  return line.slice(head.indexOf('DETAIL'));
};

it.each([
  [{ drafts: 1, pausedChats: 1, verdict: 'restricted' as const, reason: 'refused' }, '1 draft, 1 paused chat, refused'],
  [
    { asksForPerson: 2, drafts: 3, verdict: 'not_replying' as const, reason: 'spent' },
    '2 ask for a person, 3 drafts, spent',
  ],
  [{ drafts: 1, verdict: 'drafts' as const, reason: '1 draft waits for a person' }, '1 draft waits for a person'],
  [
    { asksForPerson: 1, verdict: 'asks_for_person' as const, reason: '1 customer asks for a person' },
    '1 customer asks for a person',
  ],
])('counts beside the reason, once: %o', (patch, detail) => expect(detailOf(patch)).toBe(detail));

it('lists whose customers wait first, the longest waiter before all, and for how long', () => {
  const waiting = (chats: number, minutes: number) => ({
    chats,
    oldestSince: now - minutes * 60_000,
    estimated: false,
  });
  const none = { chats: 0, oldestSince: null, estimated: false };
  const sessions = [
    sessionRow('aurora', { waiting: none }),
    sessionRow('brisa', { waiting: waiting(4, 9) }),
    sessionRow('cais', { waiting: waiting(1, 27) }),
  ];
  const [head = '', ...lines] = fleetTable({ ...exampleSnapshot(), sessions }, now, (verdict) => verdict).split('\n');
  expect(lines.map((line) => line.trim().split(/ +/)[1])).toEqual(['cais', 'brisa', 'aurora']);
  expect(head).toContain('WAITING');
  expect(lines[1]).toContain('4 9m');
});
