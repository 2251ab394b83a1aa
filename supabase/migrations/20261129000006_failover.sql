-- zap-fleet on Supabase, 6: what becomes of a session when its server is gone, and leases that last as long as that asks for.
-- Additive, applies any number of times, also over files 1 to 5 run again.

-- manual: nobody takes it but a person. auto: another server may, when its lease is over.
alter table whatsapp_sessions
  add column if not exists failover text default 'manual';

create or replace function zap_fleet_session_edited() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  new.updated_at := now();
  if coalesce(current_setting('zap_fleet.writer', true), '') = '' then
    if (new.is_active, new.ai_config, new.timing_config, new.filters, new.custom_prompt, new.label, new.replies, new.expected_phone, new.failover)
      is distinct from
      (old.is_active, old.ai_config, old.timing_config, old.filters, old.custom_prompt, old.label, old.replies, old.expected_phone, old.failover)
    then
      new.revision := greatest(old.revision + 1, coalesce(new.revision, 0));
    else
      new.revision := greatest(old.revision, coalesce(new.revision, 0));
    end if;
  end if;
  return new;
end $$;

-- Schema 2: rows know their failover.
create or replace function zap_fleet_hello(p_node text, p_host text) returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  mine fleet_nodes;
begin
  update fleet_nodes set seen_at = now(), host = p_host where node_id = p_node;
  select * into mine from fleet_nodes where node_id = p_node;
  return jsonb_build_object(
    'stream', mine.stream,
    'applied_seq', coalesce(mine.applied_seq, 0),
    'schema', 2,
    'others', (select count(*) from fleet_nodes n where n.node_id <> p_node and n.seen_at > now() - interval '30 days'),
    'empty', not exists (select 1 from messages where node_id = p_node) and mine.stream is null);
end $$;

-- All leases of a fleet in one request, each for as long as it asks; one that does not say (an older fleet) lasts p_seconds. One that was given
-- back is not renewed: a renewal that comes late would hold the session for nobody. Whoever wants it still takes it anew.
create or replace function zap_fleet_lease_renew(p_node text, p_leases jsonb, p_seconds integer) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  answered jsonb;
begin
  perform set_config('zap_fleet.writer', p_node, true);
  update whatsapp_sessions s set lease_expires_at = clock_timestamp() + make_interval(secs => coalesce(x.seconds, p_seconds))
    from jsonb_to_recordset(zap_fleet_json(p_leases, 'array')) x(session_name text, epoch bigint, seconds integer)
    where s.session_name = x.session_name and s.home_node = p_node and s.lease_epoch = x.epoch and s.lease_expires_at is not null;
  update fleet_nodes set seen_at = now() where node_id = p_node;
  select coalesce(jsonb_agg(jsonb_build_object('session_name', x.session_name,
      'renewed', coalesce(s.home_node = p_node and s.lease_epoch = x.epoch and s.lease_expires_at is not null, false),
      'node', s.home_node, 'host', s.home_host)), '[]') into answered
    from jsonb_to_recordset(zap_fleet_json(p_leases, 'array')) x(session_name text, epoch bigint)
    left join whatsapp_sessions s on s.session_name = x.session_name;
  return answered;
end $$;

-- The push of file 5 takes the rows (zap_fleet_purge_session among its steps); this one adds the failover. Found by its text, so that running
-- this file again is safe.
do $$
begin
  if not exists (select 1 from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' and p.proname = 'zap_fleet_push' and p.prosrc like '%zap_fleet_push_purge%')
  then
    drop function if exists zap_fleet_push_purge(text, text, text, bigint, bigint, jsonb);
    alter function zap_fleet_push(text, text, text, bigint, bigint, jsonb) rename to zap_fleet_push_purge;
  end if;
end $$;

create or replace function zap_fleet_push(p_node text, p_host text, p_stream text, p_after bigint, p_through bigint, p_batch jsonb) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  answered jsonb;
  configured text[];
  p_rows jsonb := zap_fleet_json(p_batch, 'object');
begin
  -- Whose configuration is taken by the push below: where nobody edited the row since this fleet saw it last.
  select coalesce(array_agg(x.session_name), '{}') into configured
    from jsonb_to_recordset(coalesce(p_rows -> 'sessions', '[]')) x(session_name text, revision bigint, base_revision bigint, failover text)
    left join whatsapp_sessions s on s.session_name = x.session_name
    where x.failover is not null and (s.session_name is null or (s.revision = x.base_revision and x.revision > s.revision));
  -- Files 4 and 5, run again, look in here for the names zap_fleet_push_rows and zap_fleet_purge_session and leave their own steps alone.
  answered := zap_fleet_push_purge(p_node, p_host, p_stream, p_after, p_through, p_batch);
  if answered ->> 'result' <> 'applied' then
    return answered;
  end if;
  perform set_config('zap_fleet.writer', p_node, true);

  update whatsapp_sessions s set failover = x.failover
    from jsonb_to_recordset(coalesce(p_rows -> 'sessions', '[]')) x(session_name text, failover text)
    where s.session_name = x.session_name and s.session_name = any(configured) and s.failover is distinct from x.failover;
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
