import { describe, expect, it } from 'vitest';
import { momentAmong, visitStart } from '../../../../workers/conversation/inbox/own-moment.ts';
import {
  judgeOwnMessage,
  type OwnMessage,
  ownTextKey,
  sameTextElsewhere,
  type TakeoverContext,
} from '../../../../workers/conversation/inbox/takeover.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const second = 1000;
const minute = 60 * second;
const day = 1440 * minute;
const greeting = 'Olá! Obrigado por entrar em contato com a Padaria do João.';
const [anaChat, biaChat, caioChat] = [1, 2, 3];

const own = (changes: Partial<OwnMessage> = {}): OwnMessage => ({
  conversationId: anaChat,
  text: 'Oi, aqui é o João, já te respondo.',
  timestamp: now,
  ...changes,
});

const inTalk = { afterCustomerMs: 5 * minute, beginsVisit: false, typedBefore: false };
const first = (afterCustomerMs: number) => ({ afterCustomerMs, beginsVisit: true, typedBefore: false });
const elsewhere = (conversationId: number, changes: Partial<TakeoverContext['sameText'][number]> = {}) => ({
  ...first(1000),
  conversationId,
  timestamp: now - 10 * minute,
  ...changes,
});
const context = (changes: Partial<TakeoverContext> = {}): TakeoverContext => ({
  ...inTalk,
  inOutbox: false,
  connectedAt: now - 10 * minute,
  sameText: [],
  ...changes,
});

const person = { kind: 'person', doubt: null };
const doubt = { kind: 'person', doubt: 'greeting' };

describe('a message of our account', () => {
  it.each([
    ['typed on the phone', context(), person],
    ['typed in a chat where the customer never wrote', context({ afterCustomerMs: null }), person],
    ['in our outbox', context({ inOutbox: true }), { kind: 'ours' }],
    ['older than the connection', context({ connectedAt: now + second }), { kind: 'history' }],
    ['of the second in which the connection began', context({ connectedAt: now + 900 }), person],

    // A greeting: first message of the visit, within 2 s, the same text as such a one in another chat.
    ['a greeting that is known', context({ ...first(1000), sameText: [elsewhere(biaChat)] }), { kind: 'greeting' }],
    ['a greeting in the very second', context({ ...first(0), sameText: [elsewhere(biaChat)] }), { kind: 'greeting' }],
    ['a greeting at 2 s', context({ ...first(2000), sameText: [elsewhere(biaChat)] }), { kind: 'greeting' }],
    ['a text like it at 3 s', context({ ...first(3000), sameText: [elsewhere(biaChat)] }), doubt],
    ['a unique text at 1 s: nobody can tell', context(first(1000)), doubt],
    ['a unique text at 3 s', context(first(3000)), person],
    ['a unique text at 9 s', context(first(9000)), person],
    ['half a minute after a first message', context(first(30_000)), person],
    [
      'known elsewhere only as typed by a person',
      context({ ...first(1000), sameText: [elsewhere(biaChat, inTalk)] }),
      doubt,
    ],
    [
      'in a chat in which somebody is typing',
      context({ ...first(1000), typedBefore: true, sameText: [elsewhere(biaChat)] }),
      person,
    ],

    // A quick reply: somebody opened the chat and chose it.
    ['a quick reply', context({ sameText: [elsewhere(biaChat, inTalk)] }), person],
    [
      'a quick reply that three others had an hour ago',
      context({ sameText: [1, 2, 3].map((id) => elsewhere(id, { ...inTalk, timestamp: now - 60 * minute })) }),
      person,
    ],

    // An away message goes out in the middle of a visit as well.
    [
      'an away message known in two chats',
      context({ ...inTalk, afterCustomerMs: 1000, sameText: [elsewhere(biaChat), elsewhere(caioChat)] }),
      { kind: 'greeting' },
    ],
    [
      'in the middle of a visit, known in one chat',
      context({ ...inTalk, afterCustomerMs: 1000, sameText: [elsewhere(biaChat), elsewhere(biaChat)] }),
      person,
    ],

    // A broadcast list: three chats within five seconds.
    [
      'the third of a broadcast',
      context({
        sameText: [
          elsewhere(biaChat, { ...inTalk, timestamp: now }),
          elsewhere(caioChat, { ...inTalk, timestamp: now - second }),
        ],
      }),
      { kind: 'broadcast' },
    ],
    ['the second of a broadcast', context({ sameText: [elsewhere(biaChat, { ...inTalk, timestamp: now })] }), person],
  ] as const)('%s', (_, given, expected) => {
    expect(judgeOwnMessage({ timestamp: now }, given)).toEqual(expected);
  });
});

describe('the same text elsewhere', () => {
  it.each([
    ['another spelling of it', greeting, `*${greeting.toUpperCase()}*`, biaChat, 1],
    ['in this chat only', greeting, greeting, anaChat, 0],
    ['a short text that people repeat', 'Bom dia!', 'Bom dia!', biaChat, 0],
    ['a medium without text', '', '', biaChat, 0],
  ] as const)('%s', (_, text, other, conversationId, found) => {
    expect(sameTextElsewhere(own({ text }), [own({ text: other, conversationId })])).toHaveLength(found);
  });

  it('has one key for texts of one template', () => {
    expect(ownTextKey('  Olá,  *Mundo*! ')).toBe(ownTextKey('olá mundo'));
    expect(ownTextKey('olá mundo')).not.toBe(ownTextKey('olá, mundos'));
  });
});

describe('the moment of a text', () => {
  it.each([
    ['no customer', [], { afterCustomerMs: null, beginsVisit: false }],
    ['a first message', [now - 2000], { afterCustomerMs: 2000, beginsVisit: true }],
    ['one of its own second, a little later', [now + 400], { afterCustomerMs: 0, beginsVisit: true }],
    ['one that came afterwards only', [now + 5000], { afterCustomerMs: null, beginsVisit: false }],
    ['two quick first ones: from the first', [now, now - 1000], { afterCustomerMs: 1000, beginsVisit: true }],
    ['a visit that goes on', [now - 1000, now - 5 * minute], { afterCustomerMs: 1000, beginsVisit: false }],
    ['a visit after 14 days', [now - 1000, now - 14 * day - 1000], { afterCustomerMs: 1000, beginsVisit: true }],
    ['after 13 days', [now - 1000, now - 13 * day], { afterCustomerMs: 1000, beginsVisit: false }],
  ] as const)('after %s', (_, times, expected) => {
    expect(momentAmong(own(), times, [])).toEqual({ ...expected, typedBefore: false });
  });

  it.each([
    ['another text since the visit began', own({ text: 'Bom dia', timestamp: now - second }), true],
    ['the same template once more', own({ timestamp: now - second }), false],
    ['a text of before the visit', own({ text: 'Tchau', timestamp: now - day }), false],
    ['a text in another chat', own({ text: 'Bom dia', conversationId: biaChat, timestamp: now }), false],
  ] as const)('%s: typed before %s', (_, other, expected) => {
    expect(momentAmong(own(), [now - 2 * second], [other]).typedBefore).toBe(expected);
  });

  it('knows where a visit began', () => {
    expect(visitStart([])).toBeNull();
    expect(visitStart([now, now - minute, now - 20 * day])).toBe(now - minute);
  });
});
