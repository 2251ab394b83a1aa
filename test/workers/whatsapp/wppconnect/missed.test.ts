import { describe, expect, it } from 'vitest';
import type { WhatsAppMessage } from '../../../../workers/whatsapp/whatsapp-client.ts';
import { missedIn, tailsByPerson } from '../../../../workers/whatsapp/wppconnect/missed.ts';
import { readRaw } from './raw-messages.ts';

describe('missedIn', () => {
  const at = (timestamp: number, fromMe = false): WhatsAppMessage => ({
    ...(readRaw({}) as WhatsAppMessage),
    id: `${timestamp}`,
    timestamp,
    fromMe,
  });
  const times = (messages: readonly WhatsAppMessage[]): number[] => messages.map((message) => message.timestamp);

  it('gives the unread ones, oldest first, however old', () => {
    expect(times(missedIn([{ unread: 2, messages: [at(30), at(10), at(20)] }], 100))).toEqual([20, 30]);
  });

  it('gives the young ones that nobody answered', () => {
    expect(times(missedIn([{ unread: 0, messages: [at(10), at(20), at(30)] }], 15))).toEqual([20, 30]);
    expect(times(missedIn([{ unread: 0, messages: [at(10), at(20), at(25, true), at(30)] }], 15))).toEqual([30]);
    expect(times(missedIn([{ unread: 0, messages: [at(20), at(25, true)] }], 15))).toEqual([]);
  });

  it('gives none of ours, and nothing for a chat marked as unread by hand', () => {
    expect(times(missedIn([{ unread: 1, messages: [at(10), at(20, true)] }], 100))).toEqual([10]);
    expect(times(missedIn([{ unread: -1, messages: [at(10)] }], 100))).toEqual([]);
  });
});

describe('one person under several addresses', () => {
  const phone = '5521912345678';
  const under = (address: string, id: string, given: Partial<WhatsAppMessage> = {}): WhatsAppMessage => ({
    ...(readRaw({}, [address]) as WhatsAppMessage),
    id: `${given.fromMe ?? false}_${address}_${id}`,
    chatId: address,
    phone: null,
    addresses: [address],
    ...given,
  });
  const missed = (tails: Parameters<typeof tailsByPerson>[0], since: number): string[] =>
    tailsByPerson(tails)
      .flatMap((tail) => missedIn(tail, since))
      .map((message) => message.id);

  it('gives a message once that both chats have, and learns both addresses of it', () => {
    const tails = [
      { unread: 1, messages: [under('777@lid', 'A')] },
      { unread: 1, messages: [under(`${phone}@c.us`, 'A', { phone })] },
    ];
    expect(missed(tails, 0)).toEqual(['false_777@lid_A']);
    const [message] = tailsByPerson(tails).flatMap((tail) => missedIn(tail, 0));
    expect(message).toMatchObject({ phone, addresses: ['777@lid', `${phone}@c.us`] });
  });

  it('gives nothing anew that was answered under the other address', () => {
    const asked = { timestamp: 10 };
    const answered = { timestamp: 20, fromMe: true };
    const old = [under(`${phone}@c.us`, 'A', asked), under(`${phone}@c.us`, 'R', answered)];
    // Replayed under the LID, without our answer.
    expect(
      missed(
        [
          { unread: 0, messages: [under('777@lid', 'A', asked)] },
          { unread: 0, messages: old },
        ],
        0,
      ),
    ).toEqual([]);
    const later = under('777@lid', 'B', { timestamp: 30, addresses: ['777@lid', `${phone}@c.us`] });
    expect(
      missed(
        [
          { unread: 0, messages: [later] },
          { unread: 0, messages: old },
        ],
        0,
      ),
    ).toEqual(['false_777@lid_B']);
  });

  it('brings two chats together that only a third one shows to be one', () => {
    const tails = [
      { unread: 0, messages: [under('1@lid', 'A')] },
      { unread: 0, messages: [under('2@lid', 'B')] },
      { unread: 0, messages: [under('3@lid', 'C')] },
      { unread: 0, messages: [under('1@lid', 'D', { addresses: ['1@lid', '2@lid'] })] },
    ];
    expect(
      tailsByPerson(tails).map((tail) => tail.flatMap(({ messages }) => messages.map(({ chatId }) => chatId))),
    ).toEqual([['1@lid', '1@lid', '2@lid'], ['3@lid']]);
  });

  it('keeps groups apart that one person writes in', () => {
    const inGroup = (group: string): WhatsAppMessage =>
      under(group, 'A', { chatKind: 'group', author: '777@lid', addresses: [group] });
    expect(tailsByPerson([1, 2].map((number) => ({ unread: 0, messages: [inGroup(`${number}@g.us`)] })))).toHaveLength(
      2,
    );
  });
});
