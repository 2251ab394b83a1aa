-- zap-fleet on Supabase, 7: the servers that share it, and which of them runs a session. Additive, applies any number of times, also over
-- files 1 to 6 run again.

-- What each server says of itself, every few seconds. `room`: sessions that fit beside those that run. `others`: how many other servers its
-- workers heed, by its own word: one that has not heard of any ends no session when Supabase is away, so none is taken from it.
alter table fleet_nodes
  add column if not exists name text,
  add column if not exists version text,
  add column if not exists schema_version integer,
  add column if not exists room integer,
  add column if not exists running integer,
  add column if not exists labels jsonb not null default '[]'::jsonb,
  add column if not exists adopts boolean not null default false,
  add column if not exists draining boolean not null default false,
  add column if not exists others integer,
  add column if not exists beat_at timestamptz;

-- A server's name, or `label:` and a label: only there it is taken by itself.
alter table whatsapp_sessions
  add column if not exists wanted_node text;

-- Schema 3: servers say what they are.
create or replace function zap_fleet_hello(p_node text, p_host text) returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  mine fleet_nodes;
begin
  update fleet_nodes set seen_at = now(), host = p_host where node_id = p_node;
  select * into mine from fleet_nodes where node_id = p_node;
  return jsonb_build_object(
    'stream', mine.stream,
    'applied_seq', coalesce(mine.applied_seq, 0),
    'schema', 3,
    'others', (select count(*) from fleet_nodes n where n.node_id <> p_node and n.seen_at > now() - interval '30 days'),
    'empty', not exists (select 1 from messages where node_id = p_node) and mine.stream is null);
end $$;

create index if not exists zap_fleet_sessions_by_home on whatsapp_sessions (home_node);
create index if not exists zap_fleet_sessions_by_lease on whatsapp_sessions (lease_expires_at) where is_active and removed_at is null;

-- Says what this server is, and hears of the others. `draining` is set here by whoever drains it.
create or replace function zap_fleet_beat(p_node text, p_host text, p_beat jsonb) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  said jsonb := zap_fleet_json(p_beat, 'object');
begin
  insert into fleet_nodes (node_id, host) values (p_node, p_host) on conflict (node_id) do nothing;
  update fleet_nodes set host = p_host, name = said ->> 'name', version = said ->> 'version', schema_version = (said ->> 'schema')::integer,
      room = (said ->> 'room')::integer, running = (said ->> 'running')::integer, labels = coalesce(said -> 'labels', '[]'),
      adopts = coalesce((said ->> 'adopts')::boolean, false), seen_at = now(), beat_at = clock_timestamp(),
      others = coalesce((said ->> 'others')::integer, 0)
    where node_id = p_node;
  -- Only what somebody should know of: others of its name, and those that were not heard of for two minutes.
  return (select coalesce(jsonb_agg(jsonb_build_object('node_id', n.node_id, 'name', coalesce(n.name, n.host, n.node_id), 'host', n.host,
      'silent_seconds', floor(extract(epoch from clock_timestamp() - n.beat_at)),
      'manual', (select coalesce(jsonb_agg(s.session_name order by s.session_name), '[]') from whatsapp_sessions s
        where s.home_node = n.node_id and s.is_active and s.removed_at is null and s.failover is distinct from 'auto'))
      order by n.name, n.node_id), '[]')
    from fleet_nodes n
    where n.node_id <> p_node and n.beat_at > now() - interval '30 days'
      and (n.name = said ->> 'name' or n.beat_at < clock_timestamp() - interval '2 minutes'));
end $$;

-- Whether this server may be where a session is wanted.
create or replace function zap_fleet_is_wanted(p_wanted text, p_name text, p_labels jsonb) returns boolean
language sql immutable set search_path = public, pg_temp as $$
  select p_wanted is null or p_wanted = '' or p_wanted = p_name or (p_wanted like 'label:%' and p_labels ? substr(p_wanted, 7))
$$;

-- Gives this server sessions that want to run and have no living lease, never more than fit: those of servers that are gone, whose failover is
-- auto, and, where it adopts, active rows that no server ran yet. Whoever has more room gets more of them. Two servers that ask at the same
-- moment get different ones.
create or replace function zap_fleet_claim(p_node text, p_room integer) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  mine fleet_nodes;
  claimable text[];
  all_room bigint;
  share integer;
  claimed jsonb;
  -- Once: a clock that is asked for each row keeps Postgres from its indices.
  asked_at timestamptz := clock_timestamp();
begin
  perform set_config('zap_fleet.writer', p_node, true);
  select * into mine from fleet_nodes where node_id = p_node;
  if mine.node_id is null or mine.draining or mine.beat_at is null or p_room < 1 then
    return '[]';
  end if;

  select coalesce(array_agg(s.session_name), '{}') into claimable
    from whatsapp_sessions s left join fleet_nodes n on n.node_id = s.home_node
    where s.is_active and s.removed_at is null and s.home_node is distinct from p_node
      and zap_fleet_is_wanted(s.wanted_node, mine.name, mine.labels)
      and (s.lease_expires_at is null or s.lease_expires_at < asked_at)
      and case
        when s.home_node is null then mine.adopts
        -- One that gave its lease back may only have been restarted: it has a minute and a half to come again.
        else s.failover = 'auto' and n.others > 0 and n.schema_version <= mine.schema_version
          and (s.lease_expires_at is not null or n.draining or n.beat_at < asked_at - interval '90 seconds')
        end;
  select coalesce(sum(greatest(n.room, 0)), 0) into all_room from fleet_nodes n
    where n.node_id <> p_node and not n.draining and n.beat_at > asked_at - interval '30 seconds';
  share := least(p_room, ceil(cardinality(claimable) * p_room::numeric / (all_room + p_room)))::integer;

  -- What another server took meanwhile is locked, or has a living lease by now.
  with chosen as (
    select s.session_name, s.home_node as previous from whatsapp_sessions s
    where s.session_name = any(claimable) and s.is_active and (s.lease_expires_at is null or s.lease_expires_at < asked_at)
    order by s.session_name limit share
    for update skip locked),
  taken as (
    update whatsapp_sessions s set home_node = p_node, home_host = mine.host, lease_epoch = s.lease_epoch + 1,
        lease_expires_at = asked_at + interval '90 seconds'
      from chosen where s.session_name = chosen.session_name
      returning s.session_name, s.lease_epoch, chosen.previous)
  select coalesce(jsonb_agg(jsonb_build_object('session_name', t.session_name, 'epoch', t.lease_epoch, 'previous', t.previous,
      'previous_name', coalesce(n.name, n.host))), '[]') into claimed
    from taken t left join fleet_nodes n on n.node_id = t.previous;
  return claimed;
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
