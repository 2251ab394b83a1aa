import { describe, expect, it } from 'vitest';
import { chatKindOf, phoneOf } from '../../../../workers/whatsapp/wppconnect/addresses.ts';
import { rawMessage } from '../../../../workers/whatsapp/wppconnect/raw-message.ts';
import { readRaw as read, rawText as text } from './raw-messages.ts';

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
  });

  it.each(['e2e_notification', 'protocol', 'gp2', 'revoked', 'reaction', 'call_log'])('leaves out %s', (type) => {
    expect(read({ type })).toBeNull();
  });

  it('finds the number behind a LID in the contact, or takes the one looked up', () => {
    const lid = { id: 'false_777888@lid_3A02' };
    expect(read(lid)).toMatchObject({ chatId: '777888@lid', phone: null, addresses: ['777888@lid'] });
    expect(read({ ...lid, sender: { phoneNumber: { _serialized: '5531988887777@c.us' } } })).toMatchObject({
      phone: '5531988887777',
    });
    expect(read(lid, ['777888@lid', '5531911112222@c.us'])).toMatchObject({
      phone: '5531911112222',
      addresses: ['777888@lid', '5531911112222@c.us'],
    });
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
      read({
        ...{ sender: 7, ack: 'x', author: {}, t: null, notifyName: {}, quotedMsgId: 1, mimetype: [] },
        ...{ quotedMsg: 'oi', ctwaContext: [], vcardList: {}, pollOptions: 'a', lat: 'norte', isViewOnce: 'yes' },
      }),
    ).toMatchObject({ text: 'oi', pushName: null, quoted: null, ad: null, facts: null });
  });

  it('refuses what has no id of the known form', () => {
    expect(rawMessage.safeParse({ ...text, id: 'x' }).success).toBe(false);
    expect(rawMessage.safeParse({ ...text, id: { _serialized: text.id } }).success).toBe(false);
  });
});

it('tells chats apart', () => {
  const kinds = {
    '5521@c.us': 'person',
    '777@lid': 'person',
    '5521@hosted': 'person',
    '777@hosted.lid': 'person',
    '0@c.us': 'other',
    '1@g.us': 'group',
    'status@broadcast': 'status',
    '1@broadcast': 'broadcast',
    '1@newsletter': 'newsletter',
    x: 'other',
  };
  expect(Object.fromEntries(Object.keys(kinds).map((chatId) => [chatId, chatKindOf(chatId)]))).toEqual(kinds);
});

it('takes a number only from an address by number', () => {
  const phones = {
    '5521912345678@c.us': '5521912345678',
    '5521912345678:12@s.whatsapp.net': '5521912345678',
    '5521912345678@hosted': '5521912345678',
    '777888999@lid': null,
    '777888999@hosted.lid': null,
    '120363@g.us': null,
    '0@c.us': null,
  };
  expect(Object.fromEntries(Object.keys(phones).map((address) => [address, phoneOf(address)]))).toEqual(phones);
  expect(phoneOf(null)).toBeNull();
});
