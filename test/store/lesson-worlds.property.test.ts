import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { NewMessage } from '../../src/store/message-store.ts';
import { openNewStore } from '../support/empty-database.ts';
import { addSession, eraseCustomer, inbound, noon, temporaryDatabase } from './support.ts';

/**
 * Random worlds: several customers, each with a name and a number that stand in what everybody says, the bot, the owner, drafts that go any way,
 * and customers who are erased.
 */

const customers = [
  { phone: '5511987650001', name: 'Abigail Fontoura', spelled: '11 98765-0001' },
  { phone: '5521988880002', name: 'Benvindo Quaresma', spelled: '+55 (21) 98888-0002' },
  { phone: '351912340003', name: 'Cacilda Urbano', spelled: '351912340003' },
] as const;

type Act = 'asks' | 'bot' | 'owner' | 'greets' | 'edited' | 'dropped' | 'approved' | 'hide' | 'erase';
const acts: readonly Act[] = [
  // Mostly talk: what interrupts it comes seldom enough for long ones.
  ...Array.from({ length: 6 }, () => ['asks', 'owner', 'owner'] as const).flat(),
  'bot',
  'bot',
  'greets',
  'edited',
  'dropped',
  'approved',
  'hide',
  'erase',
];
const world = fc.array(
  fc.tuple(fc.constantFrom(...acts), fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 3 })),
  {
    maxLength: 60,
    size: 'max',
  },
);

it('says of nobody who he was, of the erased nothing, and each lesson once on whatever pages', async () => {
  await fc.assert(
    fc.asyncProperty(world, fc.integer({ min: 1, max: 4 }), async (steps, pageSize) => {
      const store = openNewStore(temporaryDatabase());
      const session = addSession(store);
      let at = noon;
      let n = 0;
      const erased = new Set<string>();
      const hidden = new Set<string>();
      const all = () => store.lessons.list({ sessionId: session.id, limit: 500 }).lessons;

      for (const [act, who, minutes] of steps) {
        const customer = customers[who] ?? customers[0];
        const { phone, name, spelled } = customer;
        at += minutes * 60_000 + (minutes === 0 ? 0 : 1);
        n += 1;
        if (act === 'erase') {
          await eraseCustomer(store, session, phone, at);
          erased.add(phone);
          continue;
        }
        if (act === 'hide') {
          const [first] = all();
          if (first === undefined) continue;
          expect(store.lessons.dismiss(session.id, first.id, at)).toBe(true);
          hidden.add(first.id);
          continue;
        }
        if (erased.has(phone)) continue;

        const chat = { chatId: `${phone}@c.us`, chatKind: 'person', phone, lid: null, name, isSaved: false } as const;
        const { id } = store.conversations.ensure(session, chat, at);
        const text = `${act} ${n} ${phone} ${spelled} ${name.split(' ')[n % 2] ?? ''}`;
        const say = (sender: NewMessage['sender'], more: Partial<NewMessage> = {}): string => {
          const waId = `${sender === 'customer' ? 'false' : 'true'}_${phone}@c.us_3EB0X${n}`;
          store.messages.insert(inbound(session, id, '', { sender, waId, text, at, ending: null, ...more }), at);
          return waId;
        };
        if (act === 'asks') say('customer');
        else if (act === 'bot') say('bot');
        else if (act === 'owner') say('owner', { judged: { code: 'typed', reason: '' } });
        else if (act === 'greets') say('owner', { judged: { code: 'greeting', reason: '' } });
        else {
          const turn = {
            sessionId: session.id,
            conversationId: id,
            messageIds: [say('customer')],
            joinedText: text,
            instructionsVersion: null,
            provider: 'echo',
            model: '',
            parameters: {},
            history: { from: null, to: null, count: 0, hash: '' },
            steps: [],
          };
          const turnId = store.turns.begin(turn, at);
          store.turns.update(turnId, { outcome: 'drafted', finishedAt: at, parts: [text] }, at);
          const origin = { sessionId: session.id, conversationId: id, turnId, source: 'reply', actor: 'bot' } as const;
          const draft = store.outbox.addDraft(origin, text, at);
          if (act === 'edited') store.outbox.editDraft(draft, `better: ${text}`, 'you', at);
          if (act === 'dropped') store.outbox.dropDraft(draft, 'you', at);
          else store.outbox.approveDraft(draft, 'you', at);
        }
      }

      const whole = all();
      const ids = whole.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.filter((id) => hidden.has(id))).toEqual([]);
      for (const { question, bot, owner } of whole) {
        const said = [question, bot, owner].join(' ');
        for (const { phone, name } of customers) {
          expect(said).not.toContain(phone.slice(-8));
          for (const word of name.split(' ')) expect(said).not.toContain(word);
        }
        expect(question).not.toBe('');
      }
      // Of the erased no row is left that a lesson could be made of.
      for (const phone of erased)
        expect(store.database.get(`SELECT 1 FROM messages WHERE wa_id LIKE '%' || ? || '%'`, phone)).toBeUndefined();

      const paged: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page = store.lessons.list({
          sessionId: session.id,
          limit: pageSize,
          ...(cursor === '' ? {} : { cursor }),
        });
        paged.push(...page.lessons.map(({ id }) => id));
        cursor = page.next;
      }
      expect(paged).toEqual(ids);
      store.close();
    }),
    { numRuns: 60 },
  );
}, 240_000);
