import { createSeededRandom, type SeededRandom } from '../../../workers/whatsapp/simulated/seeded-random.ts';
import { type Customer, makeCustomer } from '../../../workers/whatsapp/simulated/texts.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Ending } from '../../store/message-store.ts';
import type { Store } from '../../store/store.ts';
import { demoAdditions, demoTalk } from '../../words/demo-words.ts';
import type { DemoStanding } from './demo-sessions.ts';
import type { DemoVisit } from './demo-visits.ts';

/** Writes what was said in a demo's last day: through the same functions that write what is said now. */

/** Those who write on when the demo runs (phone-traffic.ts makes them of the same seed). */
export const customersOf = ({ demo }: DemoStanding): readonly Customer[] => {
  const random = createSeededRandom(demo.seed);
  return Array.from({ length: demo.script.customers ?? 0 }, (_, index) => makeCustomer(random, index));
};

const answered: Ending = { outcome: 'answered', code: null, reason: null };
const silent: Ending = { outcome: 'unanswered', code: 'empty', reason: 'the AI gave nothing' };

/** `series`: no two of a session have the same, so that no two messages have the same id. */
export const createDemoChats = (store: Store, standing: DemoStanding, random: SeededRandom, series: string) => {
  const { demo, session } = standing;
  const customers = customersOf(standing);
  let count = 0;

  const conversationOf = (customer: Customer, now: EpochMs) =>
    store.conversations.ensure(
      session,
      {
        chatId: customer.chatId,
        chatKind: 'person',
        phone: customer.phone,
        lid: customer.phone === null ? customer.chatId : null,
        name: customer.name,
        isSaved: false,
      },
      now,
    );
  const say = (
    who: { readonly conversationId: number; readonly chatId: string; readonly sender: 'customer' | 'bot' },
    text: string,
    at: EpochMs,
    more: { readonly ending: Ending | null; readonly turnId?: number; readonly ack?: number },
  ): number => {
    count += 1;
    const direction = who.sender === 'bot' ? 'true' : 'false';
    return (
      store.messages.insert(
        {
          sessionId: session.id,
          conversationId: who.conversationId,
          waId: `${direction}_${who.chatId}_DEMO${series}${count.toString(16).padStart(12, '0').toUpperCase()}`,
          sender: who.sender,
          author: null,
          kind: 'text',
          text,
          mimeType: null,
          quotedId: null,
          at,
          ...more,
        },
        at,
      ) ?? 0
    );
  };

  const turnOf = (conversationId: number, asked: string, at: EpochMs, endedAt: EpochMs): number => {
    const id = store.turns.begin(
      {
        sessionId: session.id,
        conversationId,
        messageIds: [],
        joinedText: asked,
        instructionsVersion: 1,
        provider: demo.model.startsWith('gemini') ? 'gemini' : 'openai',
        model: demo.model,
        parameters: {},
        history: { from: null, to: null, count: 0, hash: '' },
        steps: [],
      },
      at,
    );
    const inputTokens = random.between([900, 2100]);
    const outputTokens = random.between([35, 140]);
    const costMicroUsd = inputTokens + outputTokens * 6;
    store.turns.update(
      id,
      { outcome: 'answered', finishedAt: endedAt, inputTokens, outputTokens, costMicroUsd, attempts: 1 },
      endedAt,
    );
    return id;
  };

  /** `ending`: what became of it, when nobody answered. */
  const visit = ({ at, customer, messages, waitMs }: DemoVisit, ending: Ending = silent): void => {
    const person = customers[customer % customers.length];
    if (person === undefined) return;
    const { id } = conversationOf(person, at);
    const who = { conversationId: id, chatId: person.chatId } as const;
    const [question, answer] = random.pick(demoTalk);
    const lines = messages === 1 ? [question] : [question, random.pick(demoAdditions)];

    const seqs = lines.map((text, n) =>
      say({ ...who, sender: 'customer' }, text, at + n * 4000, {
        ending: waitMs === null ? ending : { outcome: 'pending', code: null, reason: null },
      }),
    );
    if (waitMs === null) return;

    const repliedAt = at + waitMs;
    const turnId = turnOf(id, lines.join('\n'), at + Math.round(waitMs * 0.6), repliedAt);
    store.messages.setTurn(seqs, turnId, repliedAt);
    say({ ...who, sender: 'bot' }, answer, repliedAt, { ending: null, turnId, ack: 3 });
    store.messages.end(seqs, answered, repliedAt);
  };

  return { visit, conversationOf, customers, say };
};
