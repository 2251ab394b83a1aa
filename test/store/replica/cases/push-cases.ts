import { expect, it } from 'vitest';
import type { LocalSupabase } from '../../../supabase/local-supabase.ts';
import { until } from '../../../support/until.ts';
import { addSession, chatOf, eraseCustomer, erasedBy, inbound, noon } from '../../support.ts';
import { server, settled, talk } from '../replica-support.ts';

export const pushCases = (supabase: () => LocalSupabase): void => {
  it('brings sessions, contacts, conversations, messages, turns, parts and events, in batches', async () => {
    const one = server(supabase());
    const session = talk(one.store, 'padaria', 300);
    one.store.sessions.addInstructions(session.id, 'Seja gentil.', 'you', noon);
    const chat = chatOf(one.store, session);
    const turnId = one.store.turns.begin(
      {
        sessionId: session.id,
        conversationId: chat.id,
        messageIds: ['a'],
        joinedText: 'oi',
        instructionsVersion: 1,
        provider: 'echo',
        model: 'echo',
        parameters: {},
        history: { from: null, to: null, count: 0, hash: '' },
        steps: [],
      },
      noon,
    );
    one.store.messages.insert(
      inbound(session, chat.id, 'B', { sender: 'bot', ending: null, turnId, text: 'nul\u0000 and half \ud83d' }),
      noon + 99_999,
    );
    one.store.events.add({
      at: noon,
      level: 'info',
      session,
      kind: 'test',
      text: 'hello',
      evidence: { a: 1 },
      actor: 'you',
    });
    one.replicator.start();
    await settled(one);
    const [row] =
      await supabase().sql(`select s.custom_prompt, s.revision::int, s.home_node, (select count(*)::int from messages) m, (select count(*)::int from fleet_turns) t,
      (select count(*)::int from fleet_events where kind = 'test') e, (select count(*)::int from fleet_instructions) i,
      (select content from messages where sender = 'bot') bot, (select turn_key from messages where sender = 'bot') turn, (select row_key from fleet_turns) key,
      (select string_agg(wa_id, ',' order by fleet_seq) from (select * from messages order by fleet_seq limit 3) x) first,
      (select phone_number || ' ' || name from whatsapp_users) contact from whatsapp_sessions s`);
    expect(row).toMatchObject({
      custom_prompt: 'Seja gentil.',
      revision: 2,
      home_node: one.store.fleetId,
      m: 301,
      t: 1,
      e: 1,
      i: 1,
      bot: 'nul and half \ufffd',
      first: 'false_x_M0,false_x_M1,false_x_M2',
      contact: '5511987654321 Ana',
    });
    expect(row?.['turn']).toBe(row?.['key']);
  });

  it('erases there what was erased here, the contact as well, and leaves others alone', async () => {
    const one = server(supabase());
    const session = talk(one.store, 'padaria', 5);
    const other = chatOf(one.store, session, '5521912345678');
    one.store.messages.insert(inbound(session, other.id, 'KEEP'), noon);
    one.replicator.start();
    await settled(one);
    await eraseCustomer(one.store, session, '11987654321');
    await until(async () => (await supabase().sql('select * from messages')).length === 1, { what: 'erasure' });
    expect(await supabase().sql('select chat_id from whatsapp_users')).toEqual([{ chat_id: '5521912345678@c.us' }]);
    expect(await supabase().sql('select chat_id from conversations')).toEqual([{ chat_id: '5521912345678@c.us' }]);
    await settled(one);
    await erasedBy((options) => one.store.retention.pruneSession(session.id, noon + 1, options), noon + 2);
    expect(await supabase().sql('select * from messages')).toHaveLength(1);
  });

  it('erases a purged session there with its row, prompts and events, and none of its namesake or neighbour', async () => {
    const one = server(supabase());
    const gone = talk(one.store, 'padaria', 30);
    const stays = talk(one.store, 'otica', 3);
    for (const session of [gone, stays]) {
      one.store.sessions.addInstructions(session.id, `prompt of ${session.name}`, 'you', noon);
      one.store.database.run(
        "INSERT INTO events (at, level, session_id, session_name, kind, text, actor) VALUES (?, 'info', ?, ?, 'x', ?, 'you')",
        noon - 5,
        session.id,
        session.name,
        `told of ${session.name}`,
      );
    }
    one.replicator.start();
    await settled(one);
    const holds = async (text: string): Promise<number> => {
      const tables = ['whatsapp_sessions', 'conversations', 'messages', 'fleet_turns', 'fleet_outbox'];
      const counts = [...tables, 'fleet_instructions', 'fleet_events'].map(
        (table) => `(select count(*) from ${table} t where to_jsonb(t)::text like '%${text}%')`,
      );
      const [row] = await supabase().sql(`select (${counts.join(' + ')})::int as n`);
      return Number(row?.['n']);
    };
    expect(await holds(gone.id)).toBeGreaterThan(30);
    const before = await holds(stays.id);

    one.store.sessions.remove(gone.id);
    await erasedBy((options) => one.store.retention.eraseSession(gone, options), noon + 1);
    expect(await one.replicator.erased(20_000)).toBe(true);

    expect([await holds(gone.id), await holds('padaria'), await holds(stays.id)]).toEqual([0, 0, before]);
    // The name is free there, too.
    const again = talk(one.store, 'padaria', 2, 100);
    await settled(one);
    expect(await holds(again.id)).toBeGreaterThan(2);
    expect(one.replicator.offered()).toEqual([]);
  });

  it('keeps the row of a purged session that other tables need, without a word in it', async () => {
    const one = server(supabase());
    const session = talk(one.store, 'padaria', 1);
    one.store.sessions.change(session.id, { label: 'Padaria do João' }, noon);
    one.replicator.start();
    await settled(one);
    await supabase().sql(
      'create table test_bills (session text references whatsapp_sessions (session_name)); insert into test_bills select session_name from whatsapp_sessions',
    );
    try {
      one.store.sessions.remove(session.id);
      await erasedBy((options) => one.store.retention.eraseSession(session, options), noon + 1);
      expect(await one.replicator.erased(20_000)).toBe(true);
      await settled(one);
      expect(await supabase().sql('select session_name, label, phone, custom_prompt from whatsapp_sessions')).toEqual([
        { session_name: 'padaria', label: '', phone: null, custom_prompt: null },
      ]);
      expect(await supabase().sql('select * from messages')).toEqual([]);
    } finally {
      await supabase().sql('drop table test_bills');
    }
  });

  it('makes one chat of two there as well, with the rows of the first bot', async () => {
    const one = server(supabase());
    const session = addSession(one.store, 'padaria');
    const ana = chatOf(one.store, session, '5511987654321');
    const lid = one.store.conversations.ensure(
      session,
      { chatId: '99@lid', chatKind: 'person', phone: null, lid: '99@lid', name: null, isSaved: false },
      noon,
    );
    one.store.messages.insert(inbound(session, ana.id, 'A', { facts: { place: 'Praça' } }), noon);
    one.store.messages.insert(inbound(session, lid.id, 'B'), noon);
    one.replicator.start();
    await settled(one);
    await supabase().sql(
      `insert into messages (conversation_id, sender_type, content) select id, 'user', 'old' from conversations where chat_id = '99@lid'`,
    );

    one.store.conversations.learn(lid.id, { addresses: [ana.chatId], phone: '5511987654321', lid: '99@lid' }, noon + 1);
    await settled(one);

    expect(await supabase().sql('select chat_id, phone, message_count from conversations')).toEqual([
      { chat_id: ana.chatId, phone: '5511987654321', message_count: 2 },
    ]);
    expect(
      await supabase().sql(
        `select m.content, m.chat_id, m.message_key, m.facts from messages m join conversations c on c.id = m.conversation_id order by m.message_key nulls last`,
      ),
    ).toEqual([
      { content: 'text A', chat_id: ana.chatId, message_key: 'in:A', facts: '{"place":"Praça"}' },
      { content: 'text B', chat_id: ana.chatId, message_key: 'in:B', facts: null },
      { content: 'old', chat_id: null, message_key: null, facts: null },
    ]);
  });

  it('says of a session that was removed here that it is gone, and does not offer it again', async () => {
    const one = server(supabase());
    const session = addSession(one.store, 'padaria');
    one.replicator.start();
    await settled(one);
    one.store.sessions.remove(session.id);
    await until(
      async () =>
        (await supabase().sql('select 1 as x from whatsapp_sessions where removed_at is not null and not is_active'))
          .length === 1,
      {
        what: 'the mark',
      },
    );
    expect(one.replicator.offered()).toEqual([]);
  });

  it('sets one row aside that Supabase refuses, with an event, and sends the rest', async () => {
    const one = server(supabase());
    await supabase().sql(`alter table messages add constraint test_poison check (content <> 'poison')`);
    try {
      const session = talk(one.store, 'padaria', 20);
      const chat = chatOf(one.store, session);
      one.store.messages.insert(inbound(session, chat.id, 'P', { text: 'poison' }), noon);
      talk(one.store, 'padaria', 20, 20, session);
      one.replicator.start();
      await settled(one);
      expect(await supabase().sql('select count(*)::int n from messages')).toEqual([{ n: 40 }]);
      expect(one.replicator.status().reason).toContain('refused 1 rows');
      expect(one.store.events.list({ limit: 5 }).some((event) => event.kind === 'replica-row-refused')).toBe(true);
    } finally {
      await supabase().sql('alter table messages drop constraint test_poison');
    }
  });
};
