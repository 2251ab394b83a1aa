-- zap-fleet on Supabase, 8: what many servers ask: a look at the sessions costs what has changed, not what is there; renewals and claims that do
-- not wait for each other. Additive, applies any number of times, also over files 1 to 7 run again.

-- The transaction that last changed what a look tells of. Renewals of a lease and states of a running session are no change.
alter table whatsapp_sessions
  add column if not exists changed_in bigint not null default 0;
create index if not exists zap_fleet_sessions_by_change on whatsapp_sessions (changed_in);

-- Whatever a person edited or anybody deleted, once a session. Realtime tells of this table: of whatsapp_sessions it tells with each renewal, too.
create table if not exists fleet_edits (
  session_name text primary key,
  revision bigint not null,
  gone boolean not null default false,
  changed_in bigint not null,
  noted_at timestamptz not null default now()
);
create index if not exists zap_fleet_edits_by_change on fleet_edits (changed_in);

create or replace function zap_fleet_session_changed() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  new.changed_in := pg_current_xact_id()::text::bigint;
  return new;
end $$;

create or replace function zap_fleet_session_noted() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
  is_gone boolean := tg_op = 'DELETE';
begin
  if is_gone or coalesce(current_setting('zap_fleet.writer', true), '') = '' then
    insert into fleet_edits (session_name, revision, gone, changed_in)
      values (case when is_gone then old.session_name else new.session_name end, case when is_gone then 0 else new.revision end, is_gone,
        pg_current_xact_id()::text::bigint)
      on conflict (session_name) do update
        set revision = excluded.revision, gone = excluded.gone, changed_in = excluded.changed_in, noted_at = excluded.noted_at;
  end if;
  return null;
end $$;

do $$
begin
  -- Behind zap_fleet_touch, which may raise the revision: triggers go by their names.
  drop trigger if exists zap_fleet_touch_changed on whatsapp_sessions;
  create trigger zap_fleet_touch_changed before update on whatsapp_sessions for each row
    when ((old.session_name, old.revision, old.home_node, old.home_host, old.fleet_session_id, old.removed_at, old.label, old.phone,
        old.phone_number, old.lease_epoch, old.lease_expires_at is null)
      is distinct from (new.session_name, new.revision, new.home_node, new.home_host, new.fleet_session_id, new.removed_at, new.label, new.phone,
        new.phone_number, new.lease_epoch, new.lease_expires_at is null))
    execute function zap_fleet_session_changed();
  drop trigger if exists zap_fleet_begin_changed on whatsapp_sessions;
  create trigger zap_fleet_begin_changed before insert on whatsapp_sessions for each row execute function zap_fleet_session_changed();

  drop trigger if exists zap_fleet_note_edit on whatsapp_sessions;
  create trigger zap_fleet_note_edit after update on whatsapp_sessions for each row
    when (old.revision is distinct from new.revision) execute function zap_fleet_session_noted();
  drop trigger if exists zap_fleet_note_row on whatsapp_sessions;
  create trigger zap_fleet_note_row after insert or delete on whatsapp_sessions for each row execute function zap_fleet_session_noted();

  alter table fleet_edits enable row level security;
  if exists (select 1 from pg_roles where rolname = 'service_role') then
    grant select, insert, update, delete on fleet_edits to service_role;
  end if;
  if exists (select 1 from pg_roles where rolname = 'anon') then revoke all on fleet_edits from anon; end if;
  if exists (select 1 from pg_roles where rolname = 'authenticated') then revoke all on fleet_edits from authenticated; end if;
  -- whatsapp_sessions stays in the publication for fleets of the version before, who listen to it.
  if exists (select 1 from pg_publication where pubname = 'supabase_realtime' and not puballtables)
    and not exists (select 1 from pg_publication_tables where pubname = 'supabase_realtime' and tablename = 'fleet_edits')
  then
    execute 'alter publication supabase_realtime add table fleet_edits';
  end if;
end $$;

-- Schema 4: looks tell what has changed.
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
    'schema', 4,
    'others', (select count(*) from fleet_nodes n where n.node_id <> p_node and n.seen_at > now() - interval '30 days'),
    'empty', not exists (select 1 from messages where node_id = p_node) and mine.stream is null);
end $$;

-- What has changed since the look whose mark this is; all of it at 0, or where the mark is none of this database. The mark is the oldest
-- transaction that was not over yet: what it and younger ones change is told by the next look, whenever they end, and by no clock.
-- p_watched: sessions of which the caller wants to know each time whether another server has them, as a lease ends without a change.
create or replace function zap_fleet_look(p_node text, p_since bigint, p_watched jsonb) returns jsonb
language plpgsql stable set search_path = public, pg_temp as $$
declare
  mark bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
  since bigint := case when p_since > mark then 0 else coalesce(p_since, 0) end;
  asked_at timestamptz := clock_timestamp();
begin
  return jsonb_build_object(
    'mark', mark,
    'whole', since = 0,
    'gone', (select coalesce(jsonb_agg(e.session_name), '[]') from fleet_edits e where e.gone and since > 0 and e.changed_in >= since),
    'elsewhere', (select coalesce(jsonb_agg(s.session_name), '[]')
      from jsonb_array_elements_text(zap_fleet_json(p_watched, 'array')) w(name) join whatsapp_sessions s on s.session_name = w.name
      where s.home_node is distinct from p_node and s.lease_expires_at > asked_at),
    'sessions', (select coalesce(jsonb_agg(jsonb_build_object('session_name', s.session_name, 'revision', s.revision, 'home_node', s.home_node,
        'home_host', s.home_host, 'fleet_session_id', s.fleet_session_id, 'removed', s.removed_at is not null, 'label', s.label,
        'phone', coalesce(s.phone, s.phone_number),
        'running_elsewhere', s.home_node is distinct from p_node and s.lease_expires_at > asked_at) order by s.session_name), '[]')
      from whatsapp_sessions s where s.changed_in >= since));
end $$;

-- All leases of a fleet in one request, as before. seen_at goes with whatever else writes it: a push holds its server's row for as long as it
-- lasts, and one that waits for a session's row while we wait for it would end both.
create or replace function zap_fleet_lease_renew(p_node text, p_leases jsonb, p_seconds integer) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  leases jsonb := zap_fleet_json(p_leases, 'array');
  kept text[];
  lost jsonb;
begin
  perform set_config('zap_fleet.writer', p_node, true);
  with renewed as (
    update whatsapp_sessions s set lease_expires_at = clock_timestamp() + make_interval(secs => coalesce(x.seconds, p_seconds))
      from jsonb_to_recordset(leases) x(session_name text, epoch bigint, seconds integer)
      where s.session_name = x.session_name and s.home_node = p_node and s.lease_epoch = x.epoch and s.lease_expires_at is not null
      returning s.session_name)
  select coalesce(array_agg(session_name), '{}') into kept from renewed;

  update fleet_nodes n set seen_at = now()
    from (select node_id from fleet_nodes where node_id = p_node and seen_at < now() - interval '30 seconds' for update skip locked) mine
    where n.node_id = mine.node_id;
  select coalesce(jsonb_agg(jsonb_build_object('session_name', x.session_name, 'renewed', false, 'node', s.home_node, 'host', s.home_host)), '[]')
    into lost
    from jsonb_to_recordset(leases) x(session_name text) left join whatsapp_sessions s on s.session_name = x.session_name
    where x.session_name <> all (kept);
  return lost || coalesce((select jsonb_agg(jsonb_build_object('session_name', name, 'renewed', true, 'node', p_node, 'host', null))
    from unnest(kept) name), '[]');
end $$;

-- Gives this server sessions that want to run and have no living lease, by the rules of file 7. Servers that ask at the same moment look at
-- different ones first, and no more rows are locked than are taken.
create or replace function zap_fleet_claim(p_node text, p_room integer) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  mine fleet_nodes;
  claimable text[];
  found_all integer;
  first_one integer;
  tried integer;
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

  select coalesce(array_agg(s.session_name order by s.session_name), '{}') into claimable
    from whatsapp_sessions s left join fleet_nodes n on n.node_id = s.home_node
    where s.is_active and s.removed_at is null and s.home_node is distinct from p_node
      and (s.lease_expires_at is null or s.lease_expires_at < asked_at)
      and case
        when s.home_node is null then mine.adopts
        -- One that gave its lease back may only have been restarted: it has a minute and a half to come again.
        else s.failover = 'auto' and n.others > 0 and n.schema_version <= mine.schema_version
          and (s.lease_expires_at is not null or n.draining or n.beat_at < asked_at - interval '90 seconds')
        end
      and (s.wanted_node is null or zap_fleet_is_wanted(s.wanted_node, mine.name, mine.labels));
  found_all := cardinality(claimable);
  if found_all = 0 then
    return '[]';
  end if;
  select coalesce(sum(greatest(n.room, 0)), 0) into all_room from fleet_nodes n
    where n.node_id <> p_node and not n.draining and n.beat_at > asked_at - interval '30 seconds';
  share := least(p_room, ceil(found_all * p_room::numeric / (all_room + p_room)))::integer;

  -- Each server begins at its own place, around the end. What it finds taken there it finds elsewhere at its next look.
  first_one := (hashtext(p_node)::bigint & 2147483647) % found_all;
  tried := least(found_all, share * 4 + 10);
  claimable := (claimable || claimable)[first_one + 1 : first_one + tried];

  -- What another server took meanwhile is locked, or has a living lease by now.
  with chosen as (
    select s.session_name, s.home_node as previous from whatsapp_sessions s
    where s.session_name = any(claimable) and s.is_active and (s.lease_expires_at is null or s.lease_expires_at < asked_at)
    limit share
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
