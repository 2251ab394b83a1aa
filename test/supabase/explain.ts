import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';

/** Every statement that the fleet causes in Supabase by row key, as its functions run it, with values that hit. */
const messages = 1_000_000;
const statements: readonly (readonly [string, string])[] = [
  ['the stream of a fleet', `select * from fleet_nodes where node_id = 'n1' for update`],
  ['a message by its key', `select * from messages where session_key = 's7' and wa_id = 'w700'`],
  [
    'a page of history',
    `select * from messages where session_key = 's7' and (stored_at, fleet_seq, wa_id) > (500000, -1, '') order by stored_at, fleet_seq, wa_id limit 500`,
  ],
  [
    'messages of a conversation',
    `select * from messages m join conversations c on m.conversation_id = c.id where c.chat_id = '77@c.us' and c.session_name = 'session-7'`,
  ],
  [
    'does a conversation have messages',
    `select 1 from conversations c where c.session_name = 'session-7' and c.chat_id = '77@c.us' and exists (select 1 from messages m where m.conversation_id = c.id)`,
  ],
  [
    'a conversation by its chat',
    `select * from conversations where session_name = 'session-7' and chat_id = '77@c.us'`,
  ],
  [
    'conversations of a session',
    `select * from conversations where session_key = 's7' and chat_id > '' order by chat_id limit 500`,
  ],
  [
    'conversations of a contact',
    `select * from conversations c join whatsapp_users u on u.id = c.user_id where u.chat_id = '77@c.us'`,
  ],
  ['a contact by its chat', `select * from whatsapp_users where chat_id = '77@c.us'`],
  ['a contact by its number', `select * from whatsapp_users where phone_number = '77'`],
  ['turns of a chat', `select * from fleet_turns where session_key = 's7' and chat_id = '77@c.us'`],
  [
    'a page of turns',
    `select * from fleet_turns where session_key = 's7' and (started_at, row_key) > (5000, '') order by started_at, row_key limit 500`,
  ],
  ['a turn by its key', `select * from fleet_turns where row_key = 'f:7:7'`],
  [
    'a turn by the beginning of its key',
    `select * from fleet_turns where row_key = 'f:7' or (row_key collate "C" >= 'f:7:' and row_key collate "C" < 'f:7;')`,
  ],
  ['parts of a chat', `select * from fleet_outbox where session_key = 's7' and chat_id = '77@c.us'`],
  [
    'a page of parts',
    `select * from fleet_outbox where session_key = 's7' and (fleet_created_at, row_key) > (5000, '') order by fleet_created_at, row_key limit 500`,
  ],
  ['an event by its key', `select * from fleet_events where row_key = 'f:7:7'`],
  ['events of a fleet', `select count(*) from fleet_events where node_id = 'n7'`],
  ['messages of sessions, counted', `select count(*) from messages where session_key in ('s7', 's8')`],
];

const fill = `
insert into whatsapp_sessions (session_name, fleet_session_id) select 'session-' || n, 's' || n from generate_series(1, 50) n;
insert into whatsapp_users (chat_id, phone_number) select n || '@c.us', n::text from generate_series(1, 20000) n;
insert into conversations (session_id, user_id, session_name, session_key, chat_id)
  select s.id, u.id, s.session_name, s.fleet_session_id, u.chat_id from generate_series(1, 20000) n
  join whatsapp_users u on u.chat_id = n || '@c.us' join whatsapp_sessions s on s.session_name = 'session-' || (n % 50 + 1);
insert into messages (conversation_id, session_key, chat_id, wa_id, fleet_seq, stored_at, content, sender_type, message_type)
  select c.id, c.session_key, c.chat_id, 'w' || n, n, n, 'text ' || n, 'user', 'text'
  from generate_series(1, ${messages}) n join (select *, row_number() over () as place from conversations) c on c.place = n % 20000 + 1;
insert into fleet_turns (row_key, session_key, chat_id, node_id, started_at, outcome)
  select 'f:' || n || ':' || n, 's' || (n % 50), (n % 20000) || '@c.us', 'n1', n, 'answered' from generate_series(1, 300000) n;
insert into fleet_outbox (row_key, session_key, chat_id, node_id, fleet_created_at)
  select 'f:' || n || ':' || n, 's' || (n % 50), (n % 20000) || '@c.us', 'n1', n from generate_series(1, 300000) n;
insert into fleet_events (row_key, node_id, fleet_id, at, level, kind, text, actor)
  select 'f:' || n || ':' || n, 'n' || (n % 50), n, n, 'info', 'k', 't', 'a' from generate_series(1, 100000) n;
insert into fleet_nodes (node_id) select 'n' || n from generate_series(1, 2000) n;
analyze;`;

/** Fills a database with 1,000,000 messages and prints each plan. False when one of them reads a whole table. */
export const explainAtVolume = async (url: string): Promise<boolean> => {
  const admin = postgres(url, { max: 1, onnotice: () => undefined });
  await admin.unsafe('create database volume');
  await admin.end();
  const target = new URL(url);
  target.pathname = '/volume';
  const sql = postgres(target.href, { max: 1, onnotice: () => undefined });
  let isGood = true;
  try {
    const folder = join(import.meta.dirname, '../../supabase/migrations');
    for (const name of readdirSync(folder).sort()) await sql.unsafe(readFileSync(join(folder, name), 'utf8')).simple();
    await sql.unsafe(fill).simple();
    for (const [what, statement] of statements) {
      const rows = await sql.unsafe<{ 'QUERY PLAN': string }[]>(
        `explain (analyze, costs off, timing off, summary on) ${statement}`,
      );
      const plan = rows.map((row) => row['QUERY PLAN']);
      const scans = plan.filter((line) => /Seq Scan on (?!whatsapp_sessions)/.test(line));
      const time = plan.find((line) => line.startsWith('Execution Time'))?.replace('Execution Time: ', '') ?? '?';
      console.log(`${scans.length === 0 ? 'ok  ' : 'SCAN'} ${what}: ${time}`);
      if (scans.length > 0) {
        isGood = false;
        console.log(plan.map((line) => `       ${line}`).join('\n'));
      }
    }
  } finally {
    await sql.end();
  }
  return isGood;
};
