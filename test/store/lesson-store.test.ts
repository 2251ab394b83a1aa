import { expect, it } from 'vitest';
import type { NewMessage } from '../../src/store/message-store.ts';
import type { StoredSession } from '../../src/store/session-store.ts';
import type { Store } from '../../src/store/store.ts';
import { addSession, chatOf, eraseCustomer, erasedBy, inbound, noon, temporaryStore } from './support.ts';

const minute = 60_000;

/** One chat in which things are said, a minute after each other. */
const chat = (store: Store, session: StoredSession, phone = '5511987654321') => {
  const { id } = chatOf(store, session, phone);
  let at = noon + Number(phone.slice(-2)) * 1000;
  const say = (sender: NewMessage['sender'], text: string, more: Partial<NewMessage> = {}): number => {
    at += minute;
    const mine = sender === 'customer' ? 'false' : 'true';
    const waId = `${mine}_${phone}@c.us_${phone.slice(-4)}M${at - noon}`;
    const given = { sender, waId, text, at, ending: null, ...more };
    return store.messages.insert(inbound(session, id, 'x', given), at) ?? 0;
  };
  return {
    id,
    asks: (text: string, more: Partial<NewMessage> = {}) => say('customer', text, more),
    bot: (text: string, more: Partial<NewMessage> = {}) => say('bot', text, more),
    owner: (text: string, more: Partial<NewMessage> = {}) =>
      say('owner', text, { judged: { code: 'typed', reason: 'a person typed this' }, ...more }),
    later: (ms: number) => {
      at += ms;
    },
    /** What the bot wrote for a person to decide about; gives the number of the draft. */
    draft: (question: string, parts: readonly string[], version: number | null = 3): number => {
      const seq = say('customer', question);
      const asked = store.messages.get(seq);
      at += 1000;
      const turnId = store.turns.begin(
        {
          sessionId: session.id,
          conversationId: id,
          messageIds: [asked?.waId ?? ''],
          joinedText: question,
          instructionsVersion: version,
          provider: 'echo',
          model: '',
          parameters: {},
          history: { from: null, to: null, count: 0, hash: '' },
          steps: [],
        },
        at,
      );
      store.messages.setTurn([seq], turnId, at);
      store.turns.update(turnId, { outcome: 'drafted', finishedAt: at, parts }, at);
      const origin = { sessionId: session.id, conversationId: id, turnId, source: 'reply', actor: 'bot' } as const;
      return store.outbox.addDraft(origin, parts.join('\n\n'), at);
    },
    now: () => at,
  };
};
/** As the worker lets an approved draft out: in the parts of which its turn is from then on. */
const goesOut = (store: Store, draft: number, now: number): void => {
  const part = store.outbox.get(draft);
  if (part?.turnId == null) throw new Error('it is gone');
  const parts = part.text.split('\n\n');
  store.outbox.replaceWhole(part, parts, now);
  store.turns.update(part.turnId, { outcome: 'sending', parts }, now);
};
const lessonsOf = (store: Store, session: StoredSession, limit = 20) =>
  store.lessons.list({ sessionId: session.id, limit }).lessons;

it('what the owner typed after the bot, and instead of it, is a lesson each, newest first', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const ana = chat(store, session);
  ana.asks('Vocês abrem');
  ana.asks('no domingo?');
  ana.bot('Não abrimos no domingo.');
  ana.owner('Abrimos sim, Ana!');
  ana.owner('Das 8 às 12');
  ana.asks('E feriado?');
  ana.owner('Feriado não');
  expect(lessonsOf(store, session)).toMatchObject([
    { kind: 'takeover', question: 'E feriado?', bot: null, botSent: false, owner: 'Feriado não' },
    {
      kind: 'takeover',
      question: 'Vocês abrem\nno domingo?',
      bot: 'Não abrimos no domingo.',
      botSent: true,
      owner: 'Abrimos sim, [name]!\nDas 8 às 12',
    },
  ]);
});

it('a draft that was changed or dropped is one; one that went out as it was is none', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const ana = chat(store, session);
  const same = ana.draft('Tem pão?', ['Temos sim!', 'Quer quantos?']);
  const waiting = ana.draft('Tem leite?', ['Temos.']);
  const edited = ana.draft('Quanto custa?', ['Custa R$ 10.']);
  const dropped = ana.draft('Posso pagar depois?', ['Pode, claro!'], null);
  const overtaken = ana.draft('Oi', ['Olá']);

  store.outbox.approveDraft(same, 'you', ana.now());
  goesOut(store, same, ana.now());
  store.outbox.editDraft(waiting, 'Leite acabou', 'you', ana.now());
  store.outbox.editDraft(edited, 'Custa R$ 11', 'you', ana.now());
  store.outbox.editDraft(edited, 'Custa R$ 12, ou me liga no 11 98765-4321', 'you', ana.now());
  store.outbox.approveDraft(edited, 'you', ana.now());
  goesOut(store, edited, ana.now());
  store.outbox.dropDraft(dropped, 'you', ana.now());
  store.outbox.end(overtaken, 'dropped', 'newer messages came', ana.now());
  expect(lessonsOf(store, session)).toEqual([
    expect.objectContaining({
      kind: 'dropped',
      question: 'Posso pagar depois?',
      bot: 'Pode, claro!',
      owner: null,
      instructionsVersion: null,
    }),
    expect.objectContaining({
      kind: 'edited',
      question: 'Quanto custa?',
      bot: 'Custa R$ 10.',
      owner: 'Custa R$ 12, ou me liga no [number]',
      botSent: false,
      instructionsVersion: 3,
    }),
  ]);
});

it('is none where nobody had asked, long after, deleted, a greeting, in a probe or of another session', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const ana = chat(store, session);
  ana.owner('Bom dia, chegou seu pedido');
  ana.asks('Oi');
  ana.owner('Olá! Seja bem-vindo', { judged: { code: 'greeting', reason: 'a greeting' } });
  ana.later(13 * 60 * minute);
  ana.owner('Promoção de hoje');
  ana.asks('Quanto?');
  const deleted = ana.owner('Errei');
  store.database.run('UPDATE messages SET deleted_at = ? WHERE seq = ?', noon, deleted);
  const probe = chat(store, session, '5511987650001');
  probe.asks('Vocês abrem?');
  probe.owner('Sim');
  store.database.run(`UPDATE conversations SET chat_kind = 'probe' WHERE id = ?`, probe.id);
  const other = chat(store, addSession(store, 'mercado'), '5511987650002');
  other.asks('Oi');
  other.owner('Oi');
  expect(lessonsOf(store, session)).toEqual([]);
});

it('however many lines were typed, and however much of it was asked by nobody, no lesson is missing', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const old = chat(store, session, '5511987650003');
  old.asks('Primeira pergunta');
  old.owner('Primeira resposta');
  const long = chat(store, session, '5511987650004');
  long.later(60 * minute);
  for (let n = 0; n < 450; n += 1) long.owner(`campanha ${n}`);
  long.asks('Quanto custa?');
  for (let n = 0; n < 30; n += 1) long.owner(`linha ${n}`);
  const lessons = lessonsOf(store, session, 2);
  expect(lessons.map(({ question }) => question)).toEqual(['Quanto custa?', 'Primeira pergunta']);
  expect(lessons[0]?.owner?.split('\n')).toHaveLength(30);
});

it('comes in pages of one order without a gap, and without those that were dismissed', () => {
  const store = temporaryStore();
  const session = addSession(store);
  for (let n = 10; n < 40; n += 1) {
    const one = chat(store, session, `55119876500${n}`);
    one.asks(`pergunta ${n}`);
    if (n % 3 === 0) {
      const id = one.draft(`rascunho ${n}`, ['a']);
      store.outbox.dropDraft(id, 'you', one.now());
    } else one.owner(`resposta ${n}`);
  }
  const all = lessonsOf(store, session, 100);
  expect(all).toHaveLength(30);
  expect(all.map(({ at }) => at)).toEqual([...all.map(({ at }) => at)].sort((a, b) => b - a));
  const paged: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = store.lessons.list({ sessionId: session.id, limit: 4, ...(cursor == null ? {} : { cursor }) });
    expect(page.lessons.length).toBeGreaterThan(0);
    paged.push(...page.lessons.map(({ id }) => id));
    cursor = page.next;
  } while (cursor !== null);
  expect(paged).toEqual(all.map(({ id }) => id));

  const dismissed = all.filter((_, index) => index % 2 === 0);
  for (const { id } of dismissed) expect(store.lessons.dismiss(session.id, id, noon)).toBe(true);
  expect(lessonsOf(store, session, 15).map(({ id }) => id)).toEqual(
    all.filter((_, index) => index % 2 === 1).map(({ id }) => id),
  );
  for (const id of ['takeover-NOTTHERE', 'draft-', 'x', "draft-' OR 1=1"])
    expect(store.lessons.dismiss(session.id, id, noon)).toBe(false);
});

it('nothing in it says who it was, and nobody who was erased is in one, or in what was dismissed', async () => {
  const store = temporaryStore();
  const session = addSession(store);
  const ana = chat(store, session);
  ana.asks('Sou a Ana, ana@exemplo.org, CPF 529.982.247-25');
  ana.bot('Olá Ana! Confirma o 11 98765-4321?');
  ana.owner('Ana, te ligo no 11987654321');
  const rui = chat(store, session, '5521999990000');
  rui.asks('Tem pão?');
  rui.owner('Tem');
  const [ofAna, ofRui] = lessonsOf(store, session);
  expect(ofAna).toMatchObject({
    question: 'Sou a [name], [e-mail], CPF [document]',
    bot: 'Olá [name]! Confirma o [number]?',
    owner: '[name], te ligo no [number]',
  });
  expect(JSON.stringify([ofRui, ofAna])).not.toMatch(/98765|99999|Ana|exemplo/);

  const marks = (): unknown =>
    store.database.get("SELECT count(*) AS n FROM messages WHERE json_extract(facts, '$.hiddenLesson')");
  for (const lesson of [ofRui, ofAna]) store.lessons.dismiss(session.id, lesson?.id ?? '', noon);
  expect(marks()).toEqual({ n: 2 });
  await eraseCustomer(store, session, '11 98765-4321');
  expect(marks()).toEqual({ n: 1 });
  expect(lessonsOf(store, session)).toEqual([]);
  rui.asks('E leite?');
  rui.owner('Acabou');
  expect(lessonsOf(store, session)).toMatchObject([{ question: 'E leite?' }]);
  await erasedBy((options) => store.retention.eraseSession(session, options));
  expect([marks(), lessonsOf(store, session)]).toEqual([{ n: 0 }, []]);
});
