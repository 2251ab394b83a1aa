/** One of the ten processes of bench/store.ts: writes its share as a worker's inbox does, one transaction a tick, and tells its stalls. */
import { openStore } from '../src/store/store.ts';

const [path = '', sessionId = '', sessionName = '', rate = '200', length = '10'] = process.argv.slice(2);
const tickMs = 50;
const perTick = Math.max(1, Math.round((Number(rate) * tickMs) / 1000));
const total = Number(rate) * Number(length);

const store = openStore(path);
const session = { id: sessionId, name: sessionName };
const stalls: number[] = [];
let written = 0;

const tick = (): void => {
  const before = performance.now();
  store.database.transaction(() => {
    for (let n = 0; n < perTick && written < total; n += 1) {
      const chatId = `5511${String(written % 300).padStart(9, '9')}@c.us`;
      const now = Date.now();
      const conversation = store.conversations.ensure(
        session,
        { chatId, chatKind: 'person', phone: chatId.slice(0, 13), lid: null, name: 'Cliente', isSaved: false },
        now,
      );
      store.messages.insert(
        {
          sessionId,
          conversationId: conversation.id,
          waId: `false_${chatId}_${written}`,
          sender: 'customer',
          author: null,
          kind: 'text',
          text: 'Olá, vocês têm bolo de cenoura para sábado às três da tarde?',
          mimeType: null,
          quotedId: null,
          at: now,
          ending: { outcome: 'pending', code: null, reason: null },
        },
        now,
      );
      written += 1;
    }
  });
  stalls.push(performance.now() - before);
};

const begun = performance.now();
for (let count = 1; written < total; count += 1) {
  tick();
  const wait = begun + count * tickMs - performance.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
}
stalls.sort((a, b) => a - b);
process.stdout.write(
  JSON.stringify({ written, worstMs: stalls.at(-1) ?? 0, p99Ms: stalls[Math.floor(stalls.length * 0.99)] ?? 0 }),
);
store.close();
