import { describe, expect, it } from 'vitest';
import type { WhatsAppMessage } from '../../../../workers/whatsapp/whatsapp-client.ts';
import { missedIn } from '../../../../workers/whatsapp/wppconnect/missed.ts';
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
