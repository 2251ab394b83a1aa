-- A server that was cut off from here sends what it knew when it is back, and by then another one had the session. What that one settled stays
-- settled: a message that counted as open again would be answered once more, by whoever gets the session next.
create or replace function zap_fleet_keep_outcome() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if old.node_id is distinct from new.node_id and old.outcome is not null and old.outcome not in ('pending', 'held')
    and new.outcome in ('pending', 'held') and coalesce(new.pending_since, new.stored_at, 0) <= coalesce(old.outcome_at, 0)
  then
    return old;
  end if;
  return new;
end $$;
drop trigger if exists zap_fleet_keep_outcome on messages;
create trigger zap_fleet_keep_outcome before update of outcome on messages for each row execute function zap_fleet_keep_outcome();

do $$
begin
  revoke all on function zap_fleet_keep_outcome() from public;
  if exists (select 1 from pg_roles where rolname = 'anon') then revoke all on function zap_fleet_keep_outcome() from anon; end if;
  if exists (select 1 from pg_roles where rolname = 'authenticated') then revoke all on function zap_fleet_keep_outcome() from authenticated; end if;
end $$;
