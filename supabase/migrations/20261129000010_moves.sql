-- zap-fleet on Supabase, 10: sessions that a person moves from one server to another, and servers that are drained. Additive, applies any number
-- of times, also over files 1 to 9 run again.

-- An offer: this session goes to `moving_to` (a fleet_nodes.node_id). It counts only while nobody took the lease anew since it was made
-- (`moving_epoch`), and is gone when the session has arrived.
alter table whatsapp_sessions
  add column if not exists moving_to text,
  add column if not exists moving_epoch bigint,
  add column if not exists moving_runs boolean;

-- Since when a drain of this server is asked for: its own master begins it, whoever asked.
alter table fleet_nodes
  add column if not exists drain_asked_at timestamptz;

-- Realtime tells of this table: whom a session is offered to need not wait for its next look.
alter table fleet_edits
  add column if not exists moving_to text;

create index if not exists zap_fleet_sessions_moving on whatsapp_sessions (moving_to) where moving_to is not null;

-- Schema 6: sessions move.
create or replace function zap_fleet_hello(p_node text, p_host text) returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  mine fleet_nodes;
begin
  update fleet_nodes set seen_at = now(), host = p_host where node_id = p_node;
  -- As in file 8.
  delete from fleet_edits where gone and noted_at < now() - interval '2 hours';
  select * into mine from fleet_nodes where node_id = p_node;
  return jsonb_build_object(
    'stream', mine.stream,
    'applied_seq', coalesce(mine.applied_seq, 0),
    'schema', 6,
    'others', (select count(*) from fleet_nodes n where n.node_id <> p_node and n.seen_at > now() - interval '30 days'),
    'empty', not exists (select 1 from messages where node_id = p_node) and mine.stream is null);
end $$;

-- A beat, and what waits for this server: one request for both.
create or replace function zap_fleet_round(p_node text, p_host text, p_beat jsonb) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  heard jsonb := zap_fleet_beat(p_node, p_host, p_beat);
  mine fleet_nodes;
begin
  select * into mine from fleet_nodes where node_id = p_node;
  return jsonb_build_object('others', heard, 'draining', mine.draining,
    'drain_asked', case when mine.draining then floor(extract(epoch from mine.drain_asked_at) * 1000) end,
    'coming', (select count(*) from whatsapp_sessions s
      where s.moving_to = p_node and s.lease_epoch = s.moving_epoch and s.removed_at is null));
end $$;

-- All servers as a person asks for them.
create or replace function zap_fleet_nodes(p_node text) returns jsonb language sql stable set search_path = public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('node_id', n.node_id, 'name', coalesce(n.name, n.host, n.node_id), 'host', n.host,
      'version', n.version, 'schema', n.schema_version, 'room', n.room, 'running', n.running, 'labels', n.labels, 'adopts', n.adopts,
      'draining', n.draining, 'silent_seconds', floor(extract(epoch from clock_timestamp() - n.beat_at)),
      'sessions', (select count(*) from whatsapp_sessions s where s.home_node = n.node_id and s.is_active and s.removed_at is null))
      order by coalesce(n.name, n.host, n.node_id), n.node_id), '[]')
    from fleet_nodes n
    where n.node_id = p_node or n.beat_at > now() - interval '30 days'
$$;

-- When a drain of that server was asked for, in milliseconds: anew each time; `draining` stays until somebody ends it. 0: it is ended; null: there
-- is no such server.
create or replace function zap_fleet_drain(p_target text, p_draining boolean) returns bigint
language plpgsql set search_path = public, pg_temp as $$
declare
  asked timestamptz := case when p_draining then clock_timestamp() end;
begin
  update fleet_nodes set draining = p_draining, drain_asked_at = asked where node_id = p_target;
  return case when found then coalesce(floor(extract(epoch from asked) * 1000), 0)::bigint end;
end $$;

-- Where a session is, and how it stands there by its server's own word.
create or replace function zap_fleet_move_look(p_session_name text) returns jsonb language sql stable set search_path = public, pg_temp as $$
  select jsonb_build_object('home_node', s.home_node, 'home_name', coalesce(n.name, s.home_host, s.home_node), 'epoch', s.lease_epoch,
      'offered', s.moving_to is not null and s.lease_epoch = s.moving_epoch, 'moving_to', s.moving_to, 'wanted_node', s.wanted_node,
      'state', s.state, 'reason_code', s.reason_code, 'reason', s.reason)
    from whatsapp_sessions s left join fleet_nodes n on n.node_id = s.home_node
    where s.session_name = p_session_name and s.removed_at is null
$$;

-- The session has stopped and its login is in Storage: the other server may have it now, and nobody else before p_seconds are over. It stays this
-- one's until then; asked again, it is the same offer.
create or replace function zap_fleet_move_offer(p_node text, p_session_name text, p_epoch bigint, p_to text, p_runs boolean, p_seconds integer)
returns boolean language plpgsql set search_path = public, pg_temp as $$
begin
  perform set_config('zap_fleet.writer', p_node, true);
  update whatsapp_sessions set moving_to = p_to, moving_epoch = p_epoch, moving_runs = p_runs,
      lease_expires_at = clock_timestamp() + make_interval(secs => p_seconds)
    where session_name = p_session_name and home_node = p_node and lease_epoch = p_epoch and removed_at is null;
  if not found then
    return false;
  end if;
  insert into fleet_edits (session_name, revision, changed_in, moving_to)
    select s.session_name, s.revision, pg_current_xact_id()::text::bigint, p_to from whatsapp_sessions s where s.session_name = p_session_name
    on conflict (session_name) do update set moving_to = excluded.moving_to, gone = false, changed_in = excluded.changed_in;
  return true;
end $$;

-- Gives this server what was offered to it, never more than fit. What it took and did not settle (it died in between) is given once more.
create or replace function zap_fleet_move_take(p_node text, p_room integer) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  mine fleet_nodes;
  taken jsonb;
begin
  perform set_config('zap_fleet.writer', p_node, true);
  select * into mine from fleet_nodes where node_id = p_node;
  if mine.node_id is null or mine.beat_at is null then
    return '[]';
  end if;

  with offered as (
    select s.session_name, s.home_node as previous, s.wanted_node, s.moving_runs, s.home_node = p_node as mine
      from whatsapp_sessions s
      where s.moving_to = p_node and s.lease_epoch = s.moving_epoch and s.removed_at is null
      order by s.session_name for update skip locked),
  fitting as (
    select o.*, n.name as previous_name, n.host as previous_host,
        row_number() over (partition by o.mine or not o.moving_runs order by o.session_name) as place
      from offered o left join fleet_nodes n on n.node_id = o.previous
      where o.mine or (not mine.draining and coalesce(n.schema_version, 0) <= mine.schema_version)),
  moved as (
    update whatsapp_sessions s set home_node = p_node, home_host = mine.host,
        lease_epoch = case when f.mine then s.lease_epoch else s.lease_epoch + 1 end,
        moving_epoch = case when f.mine then s.lease_epoch else s.lease_epoch + 1 end,
        lease_expires_at = case when s.moving_runs then clock_timestamp() + interval '90 seconds' end,
        -- A pin on the server that it leaves goes with it.
        wanted_node = case when s.wanted_node = f.previous_name then mine.name else s.wanted_node end,
        -- Until its new server says how it stands.
        state = case when s.moving_runs then 'queued' else 'stopped' end, reason_code = null, reason = null
      from fitting f
      where s.session_name = f.session_name and (f.mine or not f.moving_runs or f.place <= p_room)
      returning s.session_name, s.lease_epoch, s.moving_runs, f.previous, coalesce(f.previous_name, f.previous_host) as previous_name)
  select coalesce(jsonb_agg(jsonb_build_object('session_name', m.session_name, 'epoch', m.lease_epoch, 'runs', m.moving_runs,
      'previous', m.previous, 'previous_name', m.previous_name)), '[]') into taken
    from moved m;
  return taken;
end $$;

-- It has arrived: its new server knows it by now, and goes on with it whatever happens.
create or replace function zap_fleet_move_settled(p_node text, p_session_name text) returns boolean
language plpgsql set search_path = public, pg_temp as $$
begin
  perform set_config('zap_fleet.writer', p_node, true);
  update whatsapp_sessions set moving_to = null, moving_epoch = null, moving_runs = null
    where session_name = p_session_name and moving_to = p_node and home_node = p_node;
  return found;
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
