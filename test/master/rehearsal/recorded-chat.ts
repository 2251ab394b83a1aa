import type { StoredSession } from '../../../src/store/session-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { historyHash } from '../../../workers/conversation/turn/history.ts';
import { historyItems, sha256 } from '../../../workers/conversation/turn/history-items.ts';
import { chatOf, inbound } from '../../store/support.ts';

let lastId = 0;

/** A turn as the pipeline records it, its history with it; gives its number. */
export const recordTurn = (
  store: Store,
  session: StoredSession,
  options: {
    readonly phone?: string;
    readonly ask: string;
    readonly answer: string;
    readonly at: number;
    readonly version?: number | null;
  },
): number => {
  const { phone = '5511987654321', ask, answer, at, version = session.instructionsVersion } = options;
  const chat = chatOf(store, session, phone, at);
  const said = store.messages.history(chat.id, 0, Number.MAX_SAFE_INTEGER, 400);
  const items = historyItems(said, session.config.timing.timeZone);
  lastId += 1;
  const question = inbound(session, chat.id, `r${lastId}`, {
    text: ask,
    at,
    ending: { outcome: 'answered', code: null, reason: null },
  });
  store.messages.insert(question, at);
  const id = store.turns.begin(
    {
      sessionId: session.id,
      conversationId: chat.id,
      messageIds: [question.waId],
      joinedText: ask,
      instructionsVersion: version,
      provider: session.config.ai.provider,
      model: 'gpt-5.6-luna',
      parameters: {},
      history: {
        from: said[0]?.seq ?? null,
        to: said.at(-1)?.seq ?? null,
        count: items.length,
        hash: historyHash(null, items, sha256),
      },
      steps: [],
    },
    at,
  );
  store.turns.update(
    id,
    {
      outcome: 'answered',
      finishedAt: at + 2000,
      rawAnswer: answer,
      parts: [answer],
      attempts: 1,
      inputTokens: 400,
      outputTokens: 60,
      costMicroUsd: 152,
      timing: { aiMs: 1300 },
    },
    at,
  );
  lastId += 1;
  store.messages.insert(
    {
      ...inbound(session, chat.id, `r${lastId}`, { text: answer, at: at + 1000 }),
      waId: `true_x_r${lastId}`,
      sender: 'bot',
      ending: null,
      turnId: id,
    },
    at + 1000,
  );
  return id;
};
