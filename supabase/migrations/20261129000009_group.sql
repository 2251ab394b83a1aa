-- zap-fleet on Supabase, 9: servers that find each other, and that notice when one of them is gone. Additive, applies any number of times, also
-- over files 1 to 8 run again.

-- door_url: where the others' dashboards reach its door. instance: which machine and data directory speaks as this server. stopped_at: it said
-- goodbye. mourner: the server that tells people that this one is gone, mourned: it has told them. key_check: what FLEET_GROUP_KEY gives with
-- the group's salt.
alter table fleet_nodes
  add column if not exists door_url text,
  add column if not exists instance text,
  add column if not exists instance_host text,
  add column if not exists instance_at timestamptz,
  add column if not exists stopped_at timestamptz,
  add column if not exists grace_seconds integer,
  add column if not exists alerts boolean not null default false,
  add column if not exists mourner text,
  add column if not exists mourned boolean not null default false,
  add column if not exists key_check text;

-- Which server it came from, and when: who is gone is told what became of its sessions.
alter table whatsapp_sessions
  add column if not exists previous_node text,
  add column if not exists home_since timestamptz;

create index if not exists zap_fleet_sessions_by_previous on whatsapp_sessions (previous_node) where previous_node is not null;

create table if not exists fleet_group (
  one boolean primary key default true check (one),
  salt text not null
);
alter table fleet_group enable row level security;
do $$
begin
  if exists (select 1 from pg_roles where rolname = 'anon') then revoke all on fleet_group from anon; end if;
  if exists (select 1 from pg_roles where rolname = 'authenticated') then revoke all on fleet_group from authenticated; end if;
  if exists (select 1 from pg_roles where rolname = 'service_role') then grant select, insert, update, delete on fleet_group to service_role; end if;
end $$;

create or replace function zap_fleet_session_moved() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if new.home_node is distinct from old.home_node then
    new.previous_node := old.home_node;
    new.home_since := clock_timestamp();
  end if;
  return new;
end $$;
drop trigger if exists zap_fleet_session_moved on whatsapp_sessions;
create trigger zap_fleet_session_moved before update of home_node on whatsapp_sessions for each row execute function zap_fleet_session_moved();

-- Schema 5: servers know of each other.
create or replace function zap_fleet_hello(p_node text, p_host text) returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  mine fleet_nodes;
begin
  update fleet_nodes set seen_at = now(), host = p_host where node_id = p_node;
  -- Whoever did not hear that it was deleted asks for all sessions once an hour. Nothing is left of one that was purged, its name neither.
  delete from fleet_edits where gone and noted_at < now() - interval '2 hours';
  select * into mine from fleet_nodes where node_id = p_node;
  return jsonb_build_object(
    'stream', mine.stream,
    'applied_seq', coalesce(mine.applied_seq, 0),
    'schema', 5,
    'others', (select count(*) from fleet_nodes n where n.node_id <> p_node and n.seen_at > now() - interval '30 days'),
    'empty', not exists (select 1 from messages where node_id = p_node) and mine.stream is null);
end $$;

-- Whether this machine may speak as this server. Not while another one, started from a copy of the same data, was heard of in the last
-- p_seconds: then who that is.
create or replace function zap_fleet_instance(p_node text, p_host text, p_instance text, p_seconds integer) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  other fleet_nodes;
begin
  insert into fleet_nodes (node_id, host) values (p_node, p_host) on conflict (node_id) do nothing;
  update fleet_nodes set instance = p_instance, instance_host = p_host, instance_at = clock_timestamp(),
      -- Until its first beat it is as if it had never been away: nobody mourns who has just come back.
      beat_at = case when stopped_at is null then beat_at else clock_timestamp() end, stopped_at = null
    where node_id = p_node
      and (instance is null or instance = p_instance or stopped_at is not null or instance_at < clock_timestamp() - make_interval(secs => p_seconds));
  if found then
    return jsonb_build_object('ours', true);
  end if;
  select * into other from fleet_nodes where node_id = p_node;
  return jsonb_build_object('ours', false, 'host', other.instance_host,
    'silent_seconds', greatest(0, floor(extract(epoch from clock_timestamp() - other.instance_at))));
end $$;

-- This server ends on purpose, so nobody mourns it.
create or replace function zap_fleet_goodbye(p_node text, p_instance text) returns boolean
language plpgsql set search_path = public, pg_temp as $$
begin
  update fleet_nodes set stopped_at = clock_timestamp() where node_id = p_node and instance = p_instance;
  return found;
end $$;

-- Whether a server is gone: silent for longer than its grace. One that is from before goodbyes may have said one.
create or replace function zap_fleet_is_silent(p_instance text, p_beat timestamptz, p_grace integer, p_at timestamptz) returns boolean
language sql immutable set search_path = public, pg_temp as $$
  select p_instance is not null and p_beat < p_at - make_interval(secs => coalesce(p_grace, 120))
$$;

-- What this server says beside its beat, and what it should know of the others: their doors (null while they are those it knows already), who
-- is gone with what became of its sessions, and who has another key for logins.
create or replace function zap_fleet_group(p_node text, p_host text, p_said jsonb) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  said jsonb := zap_fleet_json(p_said, 'object');
  asked_at timestamptz := clock_timestamp();
  standing jsonb := zap_fleet_instance(p_node, p_host, said ->> 'instance', (said ->> 'instance_seconds')::integer);
  mine fleet_nodes;
  doors jsonb;
  gone jsonb;
begin
  if not (standing ->> 'ours')::boolean then
    return jsonb_build_object('instance', standing);
  end if;
  if not exists (select 1 from fleet_group) then
    insert into fleet_group (salt) values (gen_random_uuid()::text) on conflict do nothing;
  end if;
  update fleet_nodes set door_url = said ->> 'door', grace_seconds = (said ->> 'grace')::integer,
      alerts = coalesce((said ->> 'alerts')::boolean, false), key_check = said ->> 'key_check'
    where node_id = p_node returning * into mine;
  update fleet_nodes set mourned = true
    where mourner = p_node and not mourned and node_id in (select jsonb_array_elements_text(coalesce(said -> 'mourned', '[]')));
  -- It is back, or said goodbye meanwhile.
  update fleet_nodes n set mourner = null, mourned = false
    where n.mourner is not null and (n.stopped_at is not null or not zap_fleet_is_silent(n.instance, n.beat_at, n.grace_seconds, asked_at));
  -- One server tells people: the first that can. Another one takes its place only when it can tell nobody any more and has not.
  update fleet_nodes n set mourner = p_node
    where n.node_id <> p_node and n.stopped_at is null and n.beat_at > asked_at - interval '30 days'
      and zap_fleet_is_silent(n.instance, n.beat_at, n.grace_seconds, asked_at)
      and (mine.alerts or not exists (select 1 from fleet_nodes t where t.node_id not in (p_node, n.node_id) and t.alerts and t.stopped_at is null
        and not zap_fleet_is_silent(t.instance, t.beat_at, t.grace_seconds, asked_at)))
      and (n.mourner is null or (n.mourner <> p_node and not n.mourned and not exists (select 1 from fleet_nodes t
        where t.node_id = n.mourner and t.stopped_at is null and (t.alerts or not mine.alerts)
          and not zap_fleet_is_silent(t.instance, t.beat_at, t.grace_seconds, asked_at))));

  select coalesce(jsonb_agg(jsonb_build_object('node_id', n.node_id, 'name', coalesce(n.name, n.host, n.node_id), 'door', n.door_url)
      order by coalesce(n.name, n.host, n.node_id), n.node_id), '[]') into doors
    from fleet_nodes n
    where n.node_id <> p_node and n.door_url is not null and n.stopped_at is null and n.beat_at > asked_at - interval '3 minutes';
  select coalesce(jsonb_agg(jsonb_build_object('node_id', n.node_id, 'name', coalesce(n.name, n.host, n.node_id), 'host', n.host,
      'since', floor(extract(epoch from n.beat_at) * 1000), 'stopped', n.stopped_at is not null, 'mourned_here', n.mourner = p_node,
      'sessions', (select coalesce(jsonb_agg(jsonb_build_object('id', s.fleet_session_id, 'name', s.session_name, 'failover', s.failover,
          'taken_by', case when s.home_node is distinct from n.node_id then coalesce(h.name, s.home_host, s.home_node) end,
          'lease_lasts', s.home_node = n.node_id and coalesce(s.lease_expires_at > asked_at, false)) order by s.session_name), '[]')
        from whatsapp_sessions s left join fleet_nodes h on h.node_id = s.home_node
        where s.is_active and s.removed_at is null
          and (s.home_node = n.node_id or (s.previous_node = n.node_id and s.home_since > n.beat_at))))
      order by n.name, n.node_id), '[]') into gone
    from fleet_nodes n
    where n.node_id <> p_node and n.beat_at > asked_at - interval '30 days'
      and zap_fleet_is_silent(n.instance, n.beat_at, n.grace_seconds, asked_at)
      -- One that was stopped, or drained to its end, is told of only while something of it waits.
      and ((n.stopped_at is null and not n.draining)
        or exists (select 1 from whatsapp_sessions s where s.home_node = n.node_id and s.is_active and s.removed_at is null));

  return jsonb_build_object('instance', standing, 'salt', (select salt from fleet_group), 'doors_are', md5(doors::text),
    'doors', case when md5(doors::text) is distinct from said ->> 'doors_are' then doors end, 'gone', gone,
    'other_keys', (select coalesce(jsonb_agg(coalesce(n.name, n.host, n.node_id) order by n.name, n.node_id), '[]') from fleet_nodes n
      where n.node_id <> p_node and n.stopped_at is null and n.beat_at > asked_at - interval '3 minutes' and n.key_check <> mine.key_check));
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
