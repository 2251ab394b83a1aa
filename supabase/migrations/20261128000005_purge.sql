-- zap-fleet on Supabase, 5: a session that is purged takes all its rows with it. Additive, applies any number of times, also over files 1 to 4 run again.

-- What a purge erases beside the chats, which go one by one: whatever else carries the session's key, its prompts, what was told of it, and its own row.
-- A session that moved belongs to the other server by now: nothing of it is touched.
create or replace function zap_fleet_purge_session(p_node text, p_session_key text, p_session_name text) returns void
language plpgsql set search_path = public, pg_temp as $$
begin
  if exists (select 1 from whatsapp_sessions s
    where s.fleet_session_id = p_session_key and s.home_node is not null and s.home_node <> p_node) then
    return;
  end if;
  delete from messages where session_key = p_session_key;
  delete from fleet_turns where session_key = p_session_key;
  delete from fleet_outbox where session_key = p_session_key;
  delete from fleet_instructions where session_key = p_session_key;
  delete from fleet_events where session_key = p_session_key;
  begin
    delete from conversations c where c.session_key = p_session_key and not exists (select 1 from messages m where m.conversation_id = c.id);
    delete from whatsapp_sessions s where s.fleet_session_id = p_session_key and s.session_name = p_session_name and s.removed_at is not null;
  exception when integrity_constraint_violation then
    -- Tables of one's own refer to the row: it stays, and says nothing any more.
    update whatsapp_sessions s set label = '', phone = null, phone_number = null, expected_phone = null, lid = null, push_name = null,
        custom_prompt = null, ai_config = '{}'::jsonb, timing_config = '{}'::jsonb, filters = '{}'::jsonb, reason = null, legacy_config = null
      where s.fleet_session_id = p_session_key and s.session_name = p_session_name and s.removed_at is not null;
  end;
end $$;

-- The push of file 4 takes the rows (zap_fleet_push_rows among its steps); this one purges. Found by its text, so that running this file again is safe.
do $$
begin
  if not exists (select 1 from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' and p.proname = 'zap_fleet_push' and p.prosrc like '%zap_fleet_purge_session%')
  then
    drop function if exists zap_fleet_push_customers(text, text, text, bigint, bigint, jsonb);
    alter function zap_fleet_push(text, text, text, bigint, bigint, jsonb) rename to zap_fleet_push_customers;
  end if;
end $$;

create or replace function zap_fleet_push(p_node text, p_host text, p_stream text, p_after bigint, p_through bigint, p_batch jsonb) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  one record;
  answered jsonb;
  p_rows jsonb := zap_fleet_json(p_batch, 'object');
begin
  -- File 4, run again, looks for the name zap_fleet_push_rows in here and leaves its own step alone.
  answered := zap_fleet_push_customers(p_node, p_host, p_stream, p_after, p_through, p_batch);
  if answered ->> 'result' <> 'applied' then
    return answered;
  end if;
  perform set_config('zap_fleet.writer', p_node, true);

  for one in select * from jsonb_to_recordset(coalesce(p_rows -> 'erased', '[]')) x(kind text, session_key text, session_name text, key text)
    where x.kind = 'history' loop
    perform zap_fleet_purge_session(p_node, one.session_key, one.session_name);
  end loop;
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
