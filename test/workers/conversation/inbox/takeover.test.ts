import { describe, expect, it } from 'vitest';
import {
  judgeOwnMessage,
  type OwnMessage,
  ownTextKey,
  type TakeoverContext,
} from '../../../../workers/conversation/inbox/takeover.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const greeting = 'Olá! Obrigado por entrar em contato com a Padaria do João.';
const message = (changes: Partial<OwnMessage> = {}): OwnMessage => ({
  chatId: 'a@c.us',
  text: 'Oi, aqui é o João, já te respondo.',
  timestamp: now,
  ...changes,
});
const context = (changes: Partial<TakeoverContext> = {}): TakeoverContext => ({
  inOutbox: false,
  connectedAt: now - 600_000,
  recentOwn: [],
  firstCustomerAt: now - 300_000,
  ...changes,
});

describe('a message of our account that is', () => {
  it.each([
    ['typed on the phone', message(), context(), { person: true }],
    ['typed in a chat where the customer never wrote', message(), context({ firstCustomerAt: null }), { person: true }],
    ['in our outbox', message(), context({ inOutbox: true }), { person: false, because: 'ours' }],
    [
      'older than the connection',
      message({ timestamp: now - 700_000 }),
      context(),
      { person: false, because: 'history' },
    ],
    [
      'of the second in which the connection began',
      message({ timestamp: now }),
      context({ connectedAt: now + 900 }),
      { person: true },
    ],
    [
      'the same as in another chat',
      message({ text: greeting }),
      context({ recentOwn: [message({ chatId: 'b@c.us', text: `*${greeting.toUpperCase()}*` })] }),
      { person: false, because: 'repeated' },
    ],
    [
      'the same as before in this chat only',
      message({ text: greeting }),
      context({ recentOwn: [message({ text: greeting, timestamp: now - 1000 })] }),
      { person: true },
    ],
    [
      'a short text that people repeat',
      message({ text: 'Bom dia!' }),
      context({ recentOwn: [message({ chatId: 'b@c.us', text: 'Bom dia!' })] }),
      { person: true },
    ],
    [
      'a medium without text, like in other chats',
      message({ text: '' }),
      context({ recentOwn: [message({ chatId: 'b@c.us', text: '' })] }),
      { person: true },
    ],
    [
      '2 s after a first message',
      message(),
      context({ firstCustomerAt: now - 2000 }),
      { person: false, because: 'greeting' },
    ],
    [
      'in the same second as a first message',
      message(),
      context({ firstCustomerAt: now + 400 }),
      { person: false, because: 'greeting' },
    ],
    ['half a minute after a first message', message(), context({ firstCustomerAt: now - 30_000 }), { person: true }],
    ['before the first message', message(), context({ firstCustomerAt: now + 60_000 }), { person: true }],
  ])('%s', (_, own, given, expected) => {
    expect(judgeOwnMessage(own, given)).toEqual(expected);
  });

  it('has one key for texts of one template', () => {
    expect(ownTextKey('  Olá,  *Mundo*! ')).toBe(ownTextKey('olá mundo'));
    expect(ownTextKey('olá mundo')).not.toBe(ownTextKey('olá, mundos'));
  });
});
