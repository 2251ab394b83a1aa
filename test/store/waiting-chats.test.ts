import { expect, it } from 'vitest';
import { addSession, chatOf, inbound, noon, temporaryStore } from './support.ts';

const minute = 60_000;

it('a customer who waits is listed however many wrote since, in a session and in the fleet', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const first = chatOf(store, session, '5511900000001', noon);
  store.messages.insert(inbound(session, first.id, 'waits', { at: noon }), noon);
  for (let index = 0; index < 5; index += 1) {
    const at = noon + (index + 1) * minute;
    const later = chatOf(store, session, `551190000010${index}`, at);
    const message = inbound(session, later.id, `later${index}`, {
      at,
      ending: { outcome: 'answered', code: null, reason: null },
    });
    store.messages.insert(message, at);
  }

  const now = noon + 60 * minute;
  for (const options of [
    { limit: 2, now },
    { limit: 2, now, sessionId: session.id },
  ]) {
    const chats = store.chats.chats(options);
    expect(chats.map(({ chatId, waiting }) => [chatId, waiting])).toEqual([
      ['5511900000104@c.us', 0],
      ['5511900000103@c.us', 0],
      ['5511900000001@c.us', 1],
    ]);
  }
});
