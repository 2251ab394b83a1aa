import { expect, it } from 'vitest';
import { counterparts, staysHere } from '../../../../src/store/replica/counterparts.ts';
import type { LocalSupabase } from '../../../supabase/local-supabase.ts';
import { temporaryStore } from '../../support.ts';

/** The first bot's tables as they may stand in a project: other column types, required columns of its own, data in every one. */
const oldSchema = `
create table whatsapp_sessions (
  id uuid primary key default gen_random_uuid(), session_name varchar(255) unique not null, phone_number varchar(20), is_active boolean default true,
  ai_config jsonb default '{}', timing_config jsonb default '{}', custom_prompt text, max_messages integer default 50,
  created_at timestamptz default now(), updated_at timestamptz default now());
create table whatsapp_users (
  id uuid primary key default gen_random_uuid(), phone_number varchar(20) unique not null, name varchar(255), created_at timestamptz default now());
create table conversations (
  id uuid primary key default gen_random_uuid(), session_id uuid not null references whatsapp_sessions(id) on delete cascade,
  user_id uuid not null references whatsapp_users(id) on delete cascade, context_summary text, last_interaction timestamptz default now(),
  unique (session_id, user_id));
create table messages (
  id uuid primary key default gen_random_uuid(), conversation_id uuid not null references conversations(id) on delete cascade,
  sender_type varchar(10) not null check (sender_type in ('user', 'ai', 'system')), content text not null,
  message_type varchar(20) default 'text' check (message_type in ('text', 'image', 'audio', 'document', 'command')),
  token_budget integer not null, created_at timestamptz default now());
create table user_context (id uuid primary key default gen_random_uuid(), user_id uuid not null references whatsapp_users(id), context_data jsonb);
insert into whatsapp_sessions (session_name, phone_number, ai_config, timing_config, custom_prompt) values
  ('padaria', '5511999990000', '{"model": "gpt-4o", "temperature": 0.7, "max_tokens": 2000}', '{"response_time": 2000, "typing_simulation": true}', 'Seja gentil.'),
  ('Loja Antiga', null, '{}', '{}', null);
insert into whatsapp_users (phone_number, name) values ('5511987654321', 'Ana'), ('+55 11 98765-4321', 'Ana 2'), ('5521912345678', 'Rui'), ('x', 'Sem');
insert into conversations (session_id, user_id) select s.id, u.id from whatsapp_sessions s cross join whatsapp_users u;
insert into messages (conversation_id, sender_type, content, token_budget) select c.id, 'user', 'oi', 1 from conversations c cross join generate_series(1, 5);
insert into user_context (user_id, context_data) select id, '{}' from whatsapp_users;`;

const countAll = `select (select count(*) from whatsapp_sessions)::int s, (select count(*) from whatsapp_users)::int u, (select count(*) from conversations)::int c,
  (select count(*) from messages)::int m, (select count(*) from user_context)::int x`;
const kept = { s: 2, u: 4, c: 8, m: 40, x: 4 };

export const migrationCases = (supabase: () => LocalSupabase): void => {
  it('apply to an empty project, twice', { timeout: 60_000 }, async () => {
    const [row] = await supabase().scratch([
      '@migrations',
      '@migrations',
      `select count(*)::int as n from information_schema.tables where table_schema = 'public'`,
    ]);
    expect(row?.['n']).toBe(12);
  });

  it('apply twice over the old schema with data, keep every row, and take new rows beside the old', {
    timeout: 60_000,
  }, async () => {
    const push = (after: number): string => `select zap_fleet_push('n', 'h', 's', ${after}, ${after + 1}, '{
      "sessions": [{"session_name": "padaria", "fleet_session_id": "S", "is_active": false, "ai_config": {}, "timing_config": {}, "filters": {},
        "revision": 1, "base_revision": 0, "state": "stopped", "restarts": 0, "lease_epoch": 0, "removed": false}],
      "conversations": [{"session_name": "padaria", "session_key": "S", "fleet_conversation_id": 1, "chat_id": "5511987654321@c.us", "last_at": 1, "fleet_created_at": 1},
        {"session_name": "padaria", "session_key": "S", "fleet_conversation_id": 2, "chat_id": "99@lid", "phone": "5511987654321", "last_at": 1, "fleet_created_at": 1}],
      "messages": [{"session_name": "padaria", "session_key": "S", "fleet_seq": 1, "chat_id": "5511987654321@c.us", "wa_id": "W", "sender": "owner", "kind": "sticker",
        "text": "x", "sent_at": 1, "stored_at": 1}]}')`;
    const all = await supabase().scratch([
      oldSchema,
      '@migrations',
      '@migrations',
      `create table before_push as ${countAll}`,
      `select zap_fleet_hello('n', 'h'); select zap_fleet_open('n', 'h', 's', null);`,
      push(0),
      push(1),
      `select (select row_to_json(b) from before_push b) as before, (${countAll.replace('select', 'select row_to_json(t) from (select')}) t) as after,
        (select ai_config from whatsapp_sessions where session_name = 'padaria') as ai`,
    ]);
    expect(all[0]?.['before']).toEqual(kept);
    // Ana's old conversation goes on; only the chat that is known by its LID is new.
    expect(all[0]?.['after']).toEqual({ ...kept, u: 5, c: 9, m: 41 });
    // The fleet's first word does not overwrite what a person had set.
    expect(all[0]?.['ai']).toEqual({ model: 'gpt-4o', temperature: 0.7, max_tokens: 2000 });
  });

  it('have a counterpart for every column of the working store', async () => {
    const store = temporaryStore();
    const there = await supabase().sql(
      `select table_name, column_name from information_schema.columns where table_schema = 'public'`,
    );
    const known = new Set(there.map((row) => `${row['table_name']}.${row['column_name']}`));
    const lacking: string[] = [];
    for (const [table, { table: name, columns }] of Object.entries(counterparts)) {
      const own = staysHere[table as keyof typeof staysHere] ?? [];
      for (const { column } of store.database.all<{ column: string }>(
        'SELECT name AS column FROM pragma_table_info(?)',
        table,
      )) {
        if (own.includes(column)) continue;
        const other = columns[column];
        if (other === undefined) lacking.push(`${table}.${column} has no counterpart`);
        else if (!known.has(`${name}.${other}`)) lacking.push(`${name}.${other} is not in supabase/migrations`);
      }
    }
    expect(lacking).toEqual([]);
  });
};
