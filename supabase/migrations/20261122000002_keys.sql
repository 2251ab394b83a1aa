-- zap-fleet on Supabase, 2 of 3: keys, indices, triggers, row level security. Applies any number of times.

-- A contact's key is its chat id; the first bot's rows get theirs from their number. Of two spellings of one number the oldest row gets the key.
create or replace function zap_fleet_chat_of_number(p_number text) returns text language sql immutable set search_path = public, pg_temp as $$
  select case when length(regexp_replace(coalesce(p_number, ''), '\D', '', 'g')) >= 8
    then regexp_replace(p_number, '\D', '', 'g') || '@c.us' end
$$;

create or replace function zap_fleet_fill_contact() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
  wanted text;
begin
  if new.chat_id is null then
    wanted := zap_fleet_chat_of_number(new.phone_number);
    if wanted is not null and not exists (select 1 from whatsapp_users u where u.chat_id = wanted) then
      new.chat_id := wanted;
    end if;
  end if;
  return new;
end $$;

create or replace function zap_fleet_fill_conversation() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if new.session_name is null then
    select s.session_name into new.session_name from whatsapp_sessions s where s.id = new.session_id;
  end if;
  if new.chat_id is null then
    select u.chat_id into new.chat_id from whatsapp_users u where u.id = new.user_id;
  end if;
  return new;
end $$;

-- An edit by a person raises the revision; the fleet's own writes say so in their transaction and bring their revision with them.
create or replace function zap_fleet_session_edited() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  new.updated_at := now();
  if coalesce(current_setting('zap_fleet.writer', true), '') = '' then
    if (new.is_active, new.ai_config, new.timing_config, new.filters, new.custom_prompt, new.label, new.replies, new.expected_phone)
      is distinct from
      (old.is_active, old.ai_config, old.timing_config, old.filters, old.custom_prompt, old.label, old.replies, old.expected_phone)
    then
      new.revision := greatest(old.revision + 1, coalesce(new.revision, 0));
    else
      new.revision := greatest(old.revision, coalesce(new.revision, 0));
    end if;
  end if;
  return new;
end $$;

create or replace function zap_fleet_touched() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  new.updated_at := now();
  new.revision := old.revision + 1;
  return new;
end $$;

do $$
declare
  one text;
begin
  drop trigger if exists zap_fleet_fill on whatsapp_users;
  create trigger zap_fleet_fill before insert or update on whatsapp_users for each row execute function zap_fleet_fill_contact();
  drop trigger if exists zap_fleet_fill on conversations;
  create trigger zap_fleet_fill before insert or update on conversations for each row execute function zap_fleet_fill_conversation();
  drop trigger if exists zap_fleet_touch on whatsapp_sessions;
  create trigger zap_fleet_touch before update on whatsapp_sessions for each row execute function zap_fleet_session_edited();
  foreach one in array array['whatsapp_users', 'conversations', 'messages', 'fleet_turns', 'fleet_outbox', 'fleet_events', 'fleet_instructions'] loop
    execute format('drop trigger if exists zap_fleet_touch on %I', one);
    execute format('create trigger zap_fleet_touch before update on %I for each row execute function zap_fleet_touched()', one);
  end loop;
end $$;

-- The first bot's rows get their keys: one at a time, so that the trigger above sees the ones before.
do $$
declare
  one record;
begin
  for one in select u.ctid as place from whatsapp_users u where u.chat_id is null and zap_fleet_chat_of_number(u.phone_number) is not null
  loop
    update whatsapp_users set chat_id = null where ctid = one.place;
  end loop;
  update conversations set session_name = null where session_name is null or chat_id is null;
end $$;

create unique index if not exists zap_fleet_sessions_by_name on whatsapp_sessions (session_name);
create unique index if not exists zap_fleet_users_by_chat on whatsapp_users (chat_id);
create unique index if not exists zap_fleet_conversations_by_chat on conversations (session_name, chat_id);
create index if not exists zap_fleet_conversations_by_session on conversations (session_key, chat_id);
create index if not exists zap_fleet_conversations_by_user on conversations (user_id);
create unique index if not exists zap_fleet_messages_by_wa_id on messages (session_key, wa_id);
create index if not exists zap_fleet_messages_in_order on messages (session_key, stored_at, fleet_seq, wa_id);
create index if not exists zap_fleet_messages_by_conversation on messages (conversation_id);
create index if not exists zap_fleet_turns_in_order on fleet_turns (session_key, started_at, row_key);
create index if not exists zap_fleet_turns_by_chat on fleet_turns (session_key, chat_id);
create index if not exists zap_fleet_outbox_in_order on fleet_outbox (session_key, fleet_created_at, row_key);
create index if not exists zap_fleet_outbox_by_chat on fleet_outbox (session_key, chat_id);
create index if not exists zap_fleet_turns_by_key on fleet_turns (row_key collate "C");
create index if not exists zap_fleet_outbox_by_key on fleet_outbox (row_key collate "C");
create index if not exists zap_fleet_events_by_node on fleet_events (node_id, fleet_id);
create index if not exists zap_fleet_events_by_session on fleet_events (session_name, at);

-- The service role alone: it bypasses row level security, everybody else has no policy and no grant.
do $$
declare
  one text;
begin
  foreach one in array array['whatsapp_sessions', 'whatsapp_users', 'conversations', 'messages', 'user_context', 'fleet_turns', 'fleet_outbox',
    'fleet_events', 'fleet_instructions', 'fleet_nodes']
  loop
    execute format('alter table %I enable row level security', one);
    if exists (select 1 from pg_roles where rolname = 'service_role') then
      execute format('grant select, insert, update, delete on %I to service_role', one);
    end if;
    if one like 'fleet\_%' and exists (select 1 from pg_roles where rolname = 'anon') then
      execute format('revoke all on %I from anon', one);
    end if;
    if one like 'fleet\_%' and exists (select 1 from pg_roles where rolname = 'authenticated') then
      execute format('revoke all on %I from authenticated', one);
    end if;
  end loop;
  -- Realtime tells the fleet of an edit at once; without it the fleet polls.
  if exists (select 1 from pg_publication where pubname = 'supabase_realtime' and not puballtables)
    and not exists (select 1 from pg_publication_tables where pubname = 'supabase_realtime' and tablename = 'whatsapp_sessions')
  then
    execute 'alter publication supabase_realtime add table whatsapp_sessions';
  end if;
end $$;
