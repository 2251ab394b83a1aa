import { describe, expect, it } from 'vitest';
import type { WhatsAppMessage } from '../../../../workers/whatsapp/whatsapp-client.ts';
import { chatKindOf, phoneOf } from '../../../../workers/whatsapp/wppconnect/addresses.ts';
import { messageFrom, rawMessage } from '../../../../workers/whatsapp/wppconnect/message.ts';
import { missedIn } from '../../../../workers/whatsapp/wppconnect/missed.ts';

const text = {
  id: 'false_5521912345678@c.us_3A01',
  type: 'chat',
  body: 'oi',
  t: 1_790_000_000,
  notifyName: 'Bia',
  ack: 1,
};
const read = (given: object, lidPhone: string | null = null) =>
  messageFrom(rawMessage.parse({ ...text, ...given }), lidPhone);

describe('messageFrom', () => {
  it('reads a text', () => {
    expect(read({})).toEqual({
      id: text.id,
      chatId: '5521912345678@c.us',
      chatKind: 'person',
      fromMe: false,
      author: null,
      phone: '5521912345678',
      kind: 'text',
      text: 'oi',
      mimeType: null,
      pushName: 'Bia',
      isSavedContact: false,
      timestamp: 1_790_000_000_000,
      quotedId: null,
      addresses: ['5521912345678@c.us'],
      facts: null,
      quoted: null,
      ad: null,
      edited: false,
      ack: 1,
    });
  });

  it('takes the caption of a medium, never its body (which is a thumbnail)', () => {
    expect(read({ type: 'image', body: '/9j/4AAQ', caption: 'olha', mimetype: 'image/jpeg' })).toMatchObject({
      kind: 'image',
      text: 'olha',
      mimeType: 'image/jpeg',
    });
    expect(read({ type: 'ptt', body: 'AAAA', mimetype: 'audio/ogg' })).toMatchObject({ kind: 'audio', text: '' });
    expect(read({ type: 'location', body: 'AAAA' })).toMatchObject({ kind: 'location', text: '' });
    expect(read({ type: 'something_new' })).toMatchObject({ kind: 'other', text: '' });
  });

  it.each(['ciphertext', 'e2e_notification', 'protocol', 'gp2', 'revoked', 'reaction', 'call_log'])(
    'leaves out %s',
    (type) => {
      expect(read({ type })).toBeNull();
    },
  );

  it('finds the number behind a LID in the contact, or takes the one looked up', () => {
    const lid = { id: 'false_777888@lid_3A02' };
    expect(read(lid)).toMatchObject({ chatId: '777888@lid', phone: null });
    expect(read({ ...lid, sender: { phoneNumber: { _serialized: '5531988887777@c.us' } } })).toMatchObject({
      phone: '5531988887777',
    });
    expect(read(lid, '5531911112222')).toMatchObject({ phone: '5531911112222' });
  });

  it('does not take the owner for the other side', () => {
    const mine = {
      id: 'true_777888@lid_3EB0',
      sender: { pushname: 'Ana', isMyContact: true, phoneNumber: '5511987654321@c.us' },
    };
    expect(read(mine)).toMatchObject({ fromMe: true, phone: null, pushName: null, isSavedContact: false });
  });

  it('names the author in a group', () => {
    const group = { id: 'false_1203630@g.us_3A03_5521912345678@c.us', author: { _serialized: '5521912345678@c.us' } };
    expect(read(group)).toMatchObject({
      chatKind: 'group',
      chatId: '1203630@g.us',
      author: '5521912345678@c.us',
      phone: '5521912345678',
    });
  });

  it('loses no message over a side matter in an unknown form', () => {
    expect(
      read({ sender: 7, ack: 'x', author: {}, t: null, notifyName: {}, quotedMsgId: 1, mimetype: [] }),
    ).toMatchObject({ text: 'oi', pushName: null });
  });

  it('refuses what has no id of the known form', () => {
    expect(rawMessage.safeParse({ ...text, id: 'x' }).success).toBe(false);
    expect(rawMessage.safeParse({ ...text, id: { _serialized: text.id } }).success).toBe(false);
  });
});

it('tells chats apart', () => {
  expect(
    ['5521@c.us', '777@lid', '1@g.us', 'status@broadcast', '1@broadcast', '1@newsletter', 'x'].map(chatKindOf),
  ).toEqual(['person', 'person', 'group', 'status', 'broadcast', 'newsletter', 'other']);
});

it('takes a number only from an address by number', () => {
  expect(phoneOf('5521912345678@c.us')).toBe('5521912345678');
  expect(phoneOf('5521912345678:12@s.whatsapp.net')).toBe('5521912345678');
  expect([phoneOf('777888999@lid'), phoneOf('120363@g.us'), phoneOf(null), phoneOf('0@c.us')]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

describe('missedIn', () => {
  const at = (timestamp: number, fromMe = false): WhatsAppMessage => ({
    ...(read({}) as WhatsAppMessage),
    id: `${timestamp}`,
    timestamp,
    fromMe,
  });
  const times = (messages: readonly WhatsAppMessage[]): number[] => messages.map((message) => message.timestamp);

  it('gives the unread ones, oldest first, however old', () => {
    expect(times(missedIn({ unread: 2, messages: [at(30), at(10), at(20)] }, 100))).toEqual([20, 30]);
  });

  it('gives the young ones that nobody answered', () => {
    expect(times(missedIn({ unread: 0, messages: [at(10), at(20), at(30)] }, 15))).toEqual([20, 30]);
    expect(times(missedIn({ unread: 0, messages: [at(10), at(20), at(25, true), at(30)] }, 15))).toEqual([30]);
    expect(times(missedIn({ unread: 0, messages: [at(20), at(25, true)] }, 15))).toEqual([]);
  });

  it('gives none of ours, and nothing for a chat marked as unread by hand', () => {
    expect(times(missedIn({ unread: 1, messages: [at(10), at(20, true)] }, 100))).toEqual([10]);
    expect(times(missedIn({ unread: -1, messages: [at(10)] }, 100))).toEqual([]);
  });
});
