-- zap-fleet on Supabase, 4: customers with several addresses. Additive, applies any number of times, also over files 1 to 3 run again.

alter table whatsapp_sessions
  add column if not exists restriction text;
alter table conversations
  add column if not exists reply_to text,
  add column if not exists asks_for_person bigint,
  add column if not exists handover_summary text,
  add column if not exists silence_tries integer default 0,
  add column if not exists silent_since bigint,
  add column if not exists silent_code text,
  add column if not exists silent_reason text;
alter table messages
  add column if not exists message_key text,
  add column if not exists facts text,
  add column if not exists quoted text,
  add column if not exists ad text,
  add column if not exists edited_at bigint,
  add column if not exists deleted_at bigint;
alter table fleet_outbox
  add column if not exists sent_to text;

-- Two chats turned out to be one person's. What was said under the address that goes moves to the one that stays, the first bot's rows too.
-- The contact of that address stays until its person is erased.
create or replace function zap_fleet_merge_chats(p_session_key text, p_session_name text, p_gone text, p_kept text) returns void
language plpgsql set search_path = public, pg_temp as $$
declare
  gone_id uuid;
  kept_id uuid;
begin
  select c.id into gone_id from conversations c where c.session_name = p_session_name and c.chat_id = p_gone;
  select c.id into kept_id from conversations c where c.session_name = p_session_name and c.chat_id = p_kept;
  if gone_id is not null and kept_id is null then
    update conversations set chat_id = p_kept where id = gone_id;
  elsif gone_id is not null then
    update messages set conversation_id = kept_id where conversation_id = gone_id;
    delete from conversations where id = gone_id;
  end if;
  update messages set chat_id = p_kept where session_key = p_session_key and chat_id = p_gone;
  update fleet_turns set chat_id = p_kept where session_key = p_session_key and chat_id = p_gone;
  update fleet_outbox set chat_id = p_kept where session_key = p_session_key and chat_id = p_gone;
end $$;

-- The push of file 3 takes the rows; this one adds what they carry since then. Found by its text, so that running this file again is safe.
do $$
begin
  if not exists (select 1 from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' and p.proname = 'zap_fleet_push' and p.prosrc like '%zap_fleet_push_rows%')
  then
    drop function if exists zap_fleet_push_rows(text, text, text, bigint, bigint, jsonb);
    alter function zap_fleet_push(text, text, text, bigint, bigint, jsonb) rename to zap_fleet_push_rows;
  end if;
end $$;

create or replace function zap_fleet_push(p_node text, p_host text, p_stream text, p_after bigint, p_through bigint, p_batch jsonb) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  one record;
  answered jsonb;
  p_rows jsonb := zap_fleet_json(p_batch, 'object');
begin
  answered := zap_fleet_push_rows(p_node, p_host, p_stream, p_after, p_through, p_batch);
  if answered ->> 'result' <> 'applied' then
    return answered;
  end if;
  perform set_config('zap_fleet.writer', p_node, true);

  for one in select * from jsonb_to_recordset(coalesce(p_rows -> 'erased', '[]')) x(kind text, session_key text, session_name text, key text)
    where x.kind = 'merged' loop
    perform zap_fleet_merge_chats(one.session_key, one.session_name, split_part(one.key, ' ', 1), split_part(one.key, ' ', 2));
  end loop;
  update whatsapp_sessions s set restriction = x.restriction
    from jsonb_to_recordset(coalesce(p_rows -> 'sessions', '[]')) x(session_name text, restriction text)
    where s.session_name = x.session_name and s.home_node = p_node and s.restriction is distinct from x.restriction;
  update conversations c set reply_to = x.reply_to, asks_for_person = x.asks_for_person, handover_summary = x.handover_summary,
      silence_tries = x.silence_tries, silent_since = x.silent_since, silent_code = x.silent_code, silent_reason = x.silent_reason
    from jsonb_to_recordset(coalesce(p_rows -> 'conversations', '[]')) x(session_name text, chat_id text, reply_to text, asks_for_person bigint,
      handover_summary text, silence_tries integer, silent_since bigint, silent_code text, silent_reason text)
    where c.session_name = x.session_name and c.chat_id = x.chat_id
      and (c.reply_to, c.asks_for_person, c.handover_summary, c.silence_tries, c.silent_since, c.silent_code, c.silent_reason)
        is distinct from (x.reply_to, x.asks_for_person, x.handover_summary, x.silence_tries, x.silent_since, x.silent_code, x.silent_reason);
  update messages m set message_key = x.message_key, facts = x.facts, quoted = x.quoted, ad = x.ad, edited_at = x.edited_at,
      deleted_at = x.deleted_at, chat_id = x.chat_id
    from jsonb_to_recordset(coalesce(p_rows -> 'messages', '[]')) x(session_key text, wa_id text, chat_id text, message_key text, facts text,
      quoted text, ad text, edited_at bigint, deleted_at bigint)
    where m.session_key = x.session_key and m.wa_id = x.wa_id
      and (m.message_key, m.facts, m.quoted, m.ad, m.edited_at, m.deleted_at, m.chat_id)
        is distinct from (x.message_key, x.facts, x.quoted, x.ad, x.edited_at, x.deleted_at, x.chat_id);
  update fleet_turns t set chat_id = x.chat_id
    from jsonb_to_recordset(coalesce(p_rows -> 'turns', '[]')) x(row_key text, chat_id text)
    where t.row_key = x.row_key and t.chat_id <> x.chat_id;
  update fleet_outbox o set chat_id = x.chat_id, sent_to = x.sent_to
    from jsonb_to_recordset(coalesce(p_rows -> 'outbox', '[]')) x(row_key text, chat_id text, sent_to text)
    where o.row_key = x.row_key and (o.chat_id, o.sent_to) is distinct from (x.chat_id, x.sent_to);
  return answered;
end $$;

do $$
declare
  one record;
begin
  for one in select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' and p.proname like 'zap\_fleet\_%'
  loop
    execute format('revoke all on function %s from public', one.name);
    if exists (select 1 from pg_roles where rolname = 'anon') then execute format('revoke all on function %s from anon', one.name); end if;
    if exists (select 1 from pg_roles where rolname = 'authenticated') then execute format('revoke all on function %s from authenticated', one.name); end if;
    if exists (select 1 from pg_roles where rolname = 'service_role') then execute format('grant execute on function %s to service_role', one.name); end if;
  end loop;
end $$;
