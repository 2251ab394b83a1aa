-- zap-fleet on Supabase, 3 of 3: what the fleet calls. Applies any number of times.

-- Some gateways hand a JSON parameter on as a string of JSON. What is neither is refused: a batch must never be taken for an empty one.
create or replace function zap_fleet_json(p_value jsonb, p_type text) returns jsonb language plpgsql immutable set search_path = public, pg_temp as $$
declare
  plain jsonb := case when jsonb_typeof(p_value) = 'string' then (p_value #>> '{}')::jsonb else p_value end;
begin
  if jsonb_typeof(plain) is distinct from p_type then
    raise exception 'expected a JSON %, not %', p_type, coalesce(jsonb_typeof(plain), 'nothing') using errcode = '22023';
  end if;
  return plain;
end $$;

-- What was sent must have been written: a row less is an error, not a success.
create or replace function zap_fleet_expect(p_what text, p_written bigint, p_sent bigint) returns void language plpgsql set search_path = public, pg_temp as $$
begin
  if p_written <> p_sent then
    raise exception 'only % of % % could be written', p_written, p_sent, p_what using errcode = '22000';
  end if;
end $$;

-- Where a fleet's stream of changes stands here.
create or replace function zap_fleet_hello(p_node text, p_host text) returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  mine fleet_nodes;
begin
  update fleet_nodes set seen_at = now(), host = p_host where node_id = p_node;
  select * into mine from fleet_nodes where node_id = p_node;
  return jsonb_build_object(
    'stream', mine.stream,
    'applied_seq', coalesce(mine.applied_seq, 0),
    'schema', 1,
    'others', (select count(*) from fleet_nodes n where n.node_id <> p_node and n.seen_at > now() - interval '30 days'),
    'empty', not exists (select 1 from messages where node_id = p_node) and mine.stream is null);
end $$;

-- Begins a stream from 0; only when the stream that stands here is the one the caller knew (null: none).
create or replace function zap_fleet_open(p_node text, p_host text, p_stream text, p_expected text) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  mine fleet_nodes;
begin
  insert into fleet_nodes (node_id, host) values (p_node, p_host) on conflict (node_id) do nothing;
  update fleet_nodes set stream = p_stream, applied_seq = 0, seen_at = now(), host = p_host
    where node_id = p_node and stream is not distinct from p_expected;
  select * into mine from fleet_nodes where node_id = p_node;
  return jsonb_build_object('stream', mine.stream, 'applied_seq', mine.applied_seq);
end $$;

create or replace function zap_fleet_message_type(p_kind text) returns text language sql immutable set search_path = public, pg_temp as $$
  select case when p_kind in ('text', 'image', 'audio', 'document') then p_kind when p_kind in ('ptt', 'voice') then 'audio'
    when p_kind in ('video', 'sticker') then 'image' else 'text' end
$$;

-- Erases what the fleet erased: messages of one chat with its turns, parts and, when no chat refers to it any more, the contact.
create or replace function zap_fleet_erase_chat(p_session_key text, p_chat text, p_session_name text) returns void
language plpgsql set search_path = public, pg_temp as $$
begin
  delete from messages m using conversations c
    where m.conversation_id = c.id and c.chat_id = p_chat and c.session_name = p_session_name and (m.session_key = p_session_key or m.session_key is null);
  delete from messages where session_key = p_session_key and chat_id = p_chat;
  delete from fleet_turns where session_key = p_session_key and chat_id = p_chat;
  delete from fleet_outbox where session_key = p_session_key and chat_id = p_chat;
  delete from conversations c where c.session_name = p_session_name and c.chat_id = p_chat and not exists (select 1 from messages m where m.conversation_id = c.id);
  if not exists (select 1 from conversations c join whatsapp_users u on u.id = c.user_id where u.chat_id = p_chat) then
    if exists (select 1 from information_schema.columns where table_schema = 'public' and table_name = 'user_context' and column_name = 'user_id') then
      execute 'delete from user_context where user_id in (select id from whatsapp_users where chat_id = $1)' using p_chat;
    end if;
    delete from whatsapp_users where chat_id = p_chat;
  end if;
end $$;

-- One batch of changes (p_after, p_through] of one fleet, in one transaction. A batch that was applied already changes nothing.
create or replace function zap_fleet_push(p_node text, p_host text, p_stream text, p_after bigint, p_through bigint, p_batch jsonb) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  mine fleet_nodes;
  one record;
  answered jsonb;
  written bigint;
  p_rows jsonb := zap_fleet_json(p_batch, 'object');
begin
  select * into mine from fleet_nodes where node_id = p_node for update;
  if mine.node_id is null or mine.stream is distinct from p_stream then
    return jsonb_build_object('result', 'other-stream', 'stream', mine.stream, 'applied_seq', coalesce(mine.applied_seq, 0));
  end if;
  if mine.applied_seq <> p_after then
    return jsonb_build_object('result', 'elsewhere', 'stream', mine.stream, 'applied_seq', mine.applied_seq);
  end if;
  begin
  perform set_config('zap_fleet.writer', p_node, true);

  for one in select * from jsonb_to_recordset(coalesce(p_rows -> 'erased', '[]')) x(kind text, session_key text, session_name text, key text) loop
    case one.kind
      when 'conversation' then perform zap_fleet_erase_chat(one.session_key, one.key, one.session_name);
      when 'message' then delete from messages where session_key = one.session_key and wa_id = one.key;
      when 'turn' then
        delete from fleet_turns where row_key = one.key or (row_key collate "C" >= one.key || ':' and row_key collate "C" < one.key || ';');
      when 'outbox' then
        delete from fleet_outbox where row_key = one.key or (row_key collate "C" >= one.key || ':' and row_key collate "C" < one.key || ';');
      when 'session' then
        delete from messages where session_key = one.session_key;
        delete from fleet_turns where session_key = one.session_key;
        delete from fleet_outbox where session_key = one.session_key;
        delete from conversations c where c.session_key = one.session_key and not exists (select 1 from messages m where m.conversation_id = c.id);
      else null;
    end case;
  end loop;

  -- Sessions: a new row as a whole; what was seen only by the fleet at home; what was asked for only on the revision it was asked on.
  insert into whatsapp_sessions (session_name, fleet_session_id, is_active, ai_config, timing_config, filters, custom_prompt, label, engine,
      expected_phone, replies, instructions_version, revision, home_node, home_host, phone_number, fleet_created_at)
    select x.session_name, x.fleet_session_id, x.is_active, x.ai_config, x.timing_config, x.filters, x.custom_prompt, x.label, x.engine,
      x.expected_phone, x.replies, x.instructions_version, x.revision, p_node, p_host, x.phone, x.fleet_created_at
    from jsonb_to_recordset(coalesce(p_rows -> 'sessions', '[]')) x(session_name text, fleet_session_id text, is_active boolean, ai_config jsonb,
      timing_config jsonb, filters jsonb, custom_prompt text, label text, engine text, expected_phone text, replies text,
      instructions_version integer, revision bigint, phone text, fleet_created_at bigint)
    on conflict (session_name) do nothing;
  update whatsapp_sessions s set
      fleet_session_id = x.fleet_session_id, engine = x.engine, state = x.state, state_since = x.state_since, reason_code = x.reason_code,
      reason = x.reason, phone = x.phone, phone_number = coalesce(x.phone, s.phone_number), lid = x.lid, push_name = x.push_name,
      first_linked_at = x.first_linked_at, connected_since = x.connected_since, port = x.port, restarts = x.restarts, looked_at = x.looked_at,
      fleet_created_at = x.fleet_created_at, fleet_updated_at = x.fleet_updated_at, change_seq = x.change_seq, home_host = p_host,
      home_node = p_node, removed_at = case when x.removed then coalesce(s.removed_at, now()) end,
      is_active = case when x.removed then false when s.revision = x.base_revision then x.is_active else s.is_active end,
      lease_expires_at = case when x.removed then null else s.lease_expires_at end
    from jsonb_to_recordset(coalesce(p_rows -> 'sessions', '[]')) x(session_name text, fleet_session_id text, engine text, state text,
      state_since bigint, reason_code text, reason text, phone text, lid text, push_name text, first_linked_at bigint, connected_since bigint,
      port integer, restarts integer, looked_at bigint, fleet_created_at bigint, fleet_updated_at bigint, change_seq bigint, removed boolean,
      lease_epoch bigint, is_active boolean, base_revision bigint)
    where s.session_name = x.session_name and (s.home_node is null or s.home_node = p_node) and x.lease_epoch >= s.lease_epoch
      -- A session that only goes along with its messages is not written again.
      and (x.removed or s.home_node is null or s.change_seq is distinct from x.change_seq or s.revision = 0);
  update whatsapp_sessions s set
      legacy_config = case when s.fleet_updated_at is null and s.legacy_config is null then
        jsonb_build_object('ai_config', s.ai_config, 'timing_config', s.timing_config, 'custom_prompt', s.custom_prompt) else s.legacy_config end,
      ai_config = x.ai_config, timing_config = x.timing_config, filters = x.filters, custom_prompt = x.custom_prompt, label = x.label,
      expected_phone = x.expected_phone, replies = x.replies, instructions_version = x.instructions_version, revision = x.revision,
      is_active = case when s.home_node = p_node and not x.removed then x.is_active else s.is_active end
    from jsonb_to_recordset(coalesce(p_rows -> 'sessions', '[]')) x(session_name text, is_active boolean, ai_config jsonb, timing_config jsonb,
      filters jsonb, custom_prompt text, label text, expected_phone text, replies text, instructions_version integer, revision bigint,
      base_revision bigint, removed boolean)
    where s.session_name = x.session_name and s.revision = x.base_revision and x.revision > s.revision;
  insert into fleet_instructions (session_key, version, text, author, fleet_created_at)
    select x.session_key, x.version, x.text, x.author, x.fleet_created_at
    from jsonb_to_recordset(coalesce(p_rows -> 'instructions', '[]')) x(session_key text, version integer, text text, author text, fleet_created_at bigint)
    on conflict (session_key, version) do update set text = excluded.text, author = excluded.author, fleet_created_at = excluded.fleet_created_at;

  -- Conversations and their contacts. History of a session that is gone from the fleet hangs on a row that nobody starts.
  insert into whatsapp_sessions (session_name, is_active, home_node, home_host, removed_at, revision)
    select distinct x.session_name, false, p_node, p_host, now(), 0
    from jsonb_to_recordset(coalesce(p_rows -> 'conversations', '[]')) x(session_name text)
    where not exists (select 1 from whatsapp_sessions s where s.session_name = x.session_name)
    on conflict (session_name) do nothing;
  insert into whatsapp_users (chat_id, phone_number, phone, lid, name)
    select distinct on (x.chat_id) x.chat_id,
      case when x.chat_id like '%@c.us' and not exists (select 1 from whatsapp_users u where u.phone_number = split_part(x.chat_id, '@', 1))
        then split_part(x.chat_id, '@', 1) end,
      x.phone, x.lid, x.name
    from jsonb_to_recordset(coalesce(p_rows -> 'conversations', '[]')) x(chat_id text, phone text, lid text, name text)
    order by x.chat_id
    on conflict (chat_id) do update set
      phone = coalesce(excluded.phone, whatsapp_users.phone), lid = coalesce(excluded.lid, whatsapp_users.lid), name = coalesce(excluded.name, whatsapp_users.name)
    where (coalesce(excluded.phone, whatsapp_users.phone), coalesce(excluded.lid, whatsapp_users.lid), coalesce(excluded.name, whatsapp_users.name))
      is distinct from (whatsapp_users.phone, whatsapp_users.lid, whatsapp_users.name);
  insert into conversations (session_id, user_id, session_name, session_key, node_id, fleet_conversation_id, chat_id, chat_kind, phone, phone_key, lid,
      name, is_saved, paused_until, paused_by, paused_reason, context_summary, summary_through, history_from, away_day, bot_loop, last_inbound_at,
      last_outbound_at, last_owner_at, last_at, last_text, message_count, fleet_created_at, fleet_updated_at, change_seq, last_interaction, created_at)
    -- A session that was removed and made again under its name shares its chats there: the newest form counts.
    select distinct on (x.session_name, x.chat_id) s.id, u.id, x.session_name, x.session_key, p_node, x.fleet_conversation_id, x.chat_id, x.chat_kind, x.phone, x.phone_key, x.lid,
      x.name, x.is_saved, x.paused_until, x.paused_by, x.paused_reason, x.context_summary, x.summary_through, x.history_from, x.away_day, x.bot_loop,
      x.last_inbound_at, x.last_outbound_at, x.last_owner_at, x.last_at, x.last_text, x.message_count, x.fleet_created_at, x.fleet_updated_at,
      x.change_seq, to_timestamp(x.last_at / 1000.0), to_timestamp(x.fleet_created_at / 1000.0)
    from jsonb_to_recordset(coalesce(p_rows -> 'conversations', '[]')) x(session_name text, session_key text, fleet_conversation_id bigint, chat_id text,
      chat_kind text, phone text, phone_key text, lid text, name text, is_saved integer, paused_until bigint, paused_by text, paused_reason text,
      context_summary text, summary_through bigint, history_from bigint, away_day text, bot_loop text, last_inbound_at bigint, last_outbound_at bigint,
      last_owner_at bigint, last_at bigint, last_text text, message_count integer, fleet_created_at bigint, fleet_updated_at bigint, change_seq bigint)
    join whatsapp_sessions s on s.session_name = x.session_name
    join whatsapp_users u on u.chat_id = x.chat_id
    order by x.session_name, x.chat_id, x.fleet_conversation_id desc
    on conflict (session_name, chat_id) do update set
      session_key = excluded.session_key, node_id = excluded.node_id, fleet_conversation_id = excluded.fleet_conversation_id,
      chat_kind = excluded.chat_kind, phone = excluded.phone, phone_key = excluded.phone_key, lid = excluded.lid, name = excluded.name,
      is_saved = excluded.is_saved, paused_until = excluded.paused_until, paused_by = excluded.paused_by, paused_reason = excluded.paused_reason,
      context_summary = excluded.context_summary, summary_through = excluded.summary_through, history_from = excluded.history_from,
      away_day = excluded.away_day, bot_loop = excluded.bot_loop, last_inbound_at = excluded.last_inbound_at,
      last_outbound_at = excluded.last_outbound_at, last_owner_at = excluded.last_owner_at, last_at = excluded.last_at, last_text = excluded.last_text,
      message_count = excluded.message_count, fleet_created_at = excluded.fleet_created_at, fleet_updated_at = excluded.fleet_updated_at,
      change_seq = excluded.change_seq, last_interaction = excluded.last_interaction;
  get diagnostics written = row_count;
  perform zap_fleet_expect('conversations', written, (select count(*) from (select distinct x.session_name, x.chat_id
    from jsonb_to_recordset(coalesce(p_rows -> 'conversations', '[]')) x(session_name text, chat_id text)) d));

  insert into fleet_turns (row_key, session_key, chat_id, node_id, started_at, finished_at, outcome, reason_code, reason, message_ids, joined_text,
      instructions_version, provider, model, parameters, history_from, history_to, history_count, history_hash, raw_answer, filtered, parts, attempts,
      input_tokens, output_tokens, cost_micro, timing, steps, fleet_updated_at, change_seq)
    select x.row_key, x.session_key, x.chat_id, p_node, x.started_at, x.finished_at, x.outcome, x.reason_code, x.reason, x.message_ids, x.joined_text,
      x.instructions_version, x.provider, x.model, x.parameters, x.history_from, x.history_to, x.history_count, x.history_hash, x.raw_answer, x.filtered,
      x.parts, x.attempts, x.input_tokens, x.output_tokens, x.cost_micro, x.timing, x.steps, x.fleet_updated_at, x.change_seq
    from jsonb_to_recordset(coalesce(p_rows -> 'turns', '[]')) x(row_key text, session_key text, chat_id text, started_at bigint, finished_at bigint,
      outcome text, reason_code text, reason text, message_ids text, joined_text text, instructions_version integer, provider text, model text,
      parameters text, history_from bigint, history_to bigint, history_count integer, history_hash text, raw_answer text, filtered text, parts text,
      attempts integer, input_tokens bigint, output_tokens bigint, cost_micro bigint, timing text, steps text, fleet_updated_at bigint, change_seq bigint)
    on conflict (row_key) do update set
      node_id = excluded.node_id, finished_at = excluded.finished_at, outcome = excluded.outcome, reason_code = excluded.reason_code,
      reason = excluded.reason, message_ids = excluded.message_ids, joined_text = excluded.joined_text,
      instructions_version = excluded.instructions_version, provider = excluded.provider, model = excluded.model, parameters = excluded.parameters,
      history_from = excluded.history_from, history_to = excluded.history_to, history_count = excluded.history_count,
      history_hash = excluded.history_hash, raw_answer = excluded.raw_answer, filtered = excluded.filtered, parts = excluded.parts,
      attempts = excluded.attempts, input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens, cost_micro = excluded.cost_micro,
      timing = excluded.timing, steps = excluded.steps, fleet_updated_at = excluded.fleet_updated_at, change_seq = excluded.change_seq;
  get diagnostics written = row_count;
  perform zap_fleet_expect('turns', written, jsonb_array_length(coalesce(p_rows -> 'turns', '[]')));
  insert into fleet_outbox (row_key, session_key, chat_id, node_id, turn_key, batch, part, whole, text, source, actor, status, message_id, life,
      not_before, attempts, lookups, reason, ack, fleet_created_at, sending_at, done_at, fleet_updated_at, change_seq)
    select x.row_key, x.session_key, x.chat_id, p_node, x.turn_key, x.batch, x.part, x.whole, x.text, x.source, x.actor, x.status, x.message_id, x.life,
      x.not_before, x.attempts, x.lookups, x.reason, x.ack, x.fleet_created_at, x.sending_at, x.done_at, x.fleet_updated_at, x.change_seq
    from jsonb_to_recordset(coalesce(p_rows -> 'outbox', '[]')) x(row_key text, session_key text, chat_id text, turn_key text, batch bigint, part integer,
      whole integer, text text, source text, actor text, status text, message_id text, life text, not_before bigint, attempts integer, lookups integer,
      reason text, ack integer, fleet_created_at bigint, sending_at bigint, done_at bigint, fleet_updated_at bigint, change_seq bigint)
    on conflict (row_key) do update set
      node_id = excluded.node_id, turn_key = excluded.turn_key, batch = excluded.batch, part = excluded.part, whole = excluded.whole,
      text = excluded.text, source = excluded.source, actor = excluded.actor, status = excluded.status, message_id = excluded.message_id,
      life = excluded.life, not_before = excluded.not_before, attempts = excluded.attempts, lookups = excluded.lookups, reason = excluded.reason,
      ack = excluded.ack, sending_at = excluded.sending_at, done_at = excluded.done_at, fleet_updated_at = excluded.fleet_updated_at,
      change_seq = excluded.change_seq;
  get diagnostics written = row_count;
  perform zap_fleet_expect('outbox', written, jsonb_array_length(coalesce(p_rows -> 'outbox', '[]')));
  insert into messages (conversation_id, sender_type, message_type, content, created_at, session_key, node_id, fleet_seq, chat_id, wa_id, sender, author,
      kind, mime_type, media_text, quoted_id, sent_at, stored_at, outcome, outcome_code, outcome_reason, outcome_at, pending_since, held_until, turn_key,
      outbox_key, ack, fleet_updated_at, change_seq)
    select c.id, case x.sender when 'customer' then 'user' when 'bot' then 'ai' else 'system' end, zap_fleet_message_type(x.kind), x.text,
      to_timestamp(x.sent_at / 1000.0), x.session_key, p_node, x.fleet_seq, x.chat_id, x.wa_id, x.sender, x.author, x.kind, x.mime_type, x.media_text,
      x.quoted_id, x.sent_at, x.stored_at, x.outcome, x.outcome_code, x.outcome_reason, x.outcome_at, x.pending_since, x.held_until, x.turn_key,
      x.outbox_key, x.ack, x.fleet_updated_at, x.change_seq
    from jsonb_to_recordset(coalesce(p_rows -> 'messages', '[]')) x(session_name text, session_key text, fleet_seq bigint, chat_id text, wa_id text,
      sender text, author text, kind text, text text, mime_type text, media_text text, quoted_id text, sent_at bigint, stored_at bigint, outcome text,
      outcome_code text, outcome_reason text, outcome_at bigint, pending_since bigint, held_until bigint, turn_key text, outbox_key text, ack integer,
      fleet_updated_at bigint, change_seq bigint)
    join conversations c on c.session_name = x.session_name and c.chat_id = x.chat_id
    order by x.fleet_seq
    on conflict (session_key, wa_id) do update set
      conversation_id = excluded.conversation_id, content = excluded.content, node_id = excluded.node_id, fleet_seq = excluded.fleet_seq,
      sender = excluded.sender, sender_type = excluded.sender_type, author = excluded.author, kind = excluded.kind,
      message_type = excluded.message_type, mime_type = excluded.mime_type, media_text = excluded.media_text, quoted_id = excluded.quoted_id,
      sent_at = excluded.sent_at, stored_at = excluded.stored_at, outcome = excluded.outcome, outcome_code = excluded.outcome_code,
      outcome_reason = excluded.outcome_reason, outcome_at = excluded.outcome_at, pending_since = excluded.pending_since,
      held_until = excluded.held_until, turn_key = excluded.turn_key, outbox_key = excluded.outbox_key, ack = excluded.ack,
      fleet_updated_at = excluded.fleet_updated_at, change_seq = excluded.change_seq;
  get diagnostics written = row_count;
  perform zap_fleet_expect('messages', written, jsonb_array_length(coalesce(p_rows -> 'messages', '[]')));
  insert into fleet_events (row_key, node_id, fleet_id, at, level, session_key, session_name, kind, text, evidence, actor, change_seq)
    select x.row_key, p_node, x.fleet_id, x.at, x.level, x.session_key, x.session_name, x.kind, x.text, x.evidence, x.actor, x.change_seq
    from jsonb_to_recordset(coalesce(p_rows -> 'events', '[]')) x(row_key text, fleet_id bigint, at bigint, level text, session_key text,
      session_name text, kind text, text text, evidence text, actor text, change_seq bigint)
    on conflict (row_key) do update set text = excluded.text, evidence = excluded.evidence, change_seq = excluded.change_seq;
  get diagnostics written = row_count;
  perform zap_fleet_expect('events', written, jsonb_array_length(coalesce(p_rows -> 'events', '[]')));

  update fleet_nodes set applied_seq = p_through, seen_at = now(), host = p_host where node_id = p_node;
  select coalesce(jsonb_agg(jsonb_build_object('session_name', s.session_name, 'revision', s.revision)), '[]') into answered
    from whatsapp_sessions s
    where s.session_name in (select x.session_name from jsonb_to_recordset(coalesce(p_rows -> 'sessions', '[]')) x(session_name text));
  return jsonb_build_object('result', 'applied', 'stream', mine.stream, 'applied_seq', p_through, 'sessions', answered);
  exception when integrity_constraint_violation or data_exception or cardinality_violation then
    -- About the rows, not about the service: the fleet looks for the one. Nothing of the batch was kept.
    return jsonb_build_object('result', 'refused', 'reason', sqlstate || ' ' || sqlerrm, 'stream', mine.stream, 'applied_seq', mine.applied_seq);
  end;
end $$;

-- Leases. The database's clock alone decides; the caller hears how long it has, never until when.
create or replace function zap_fleet_lease_take(p_node text, p_host text, p_session_name text, p_seconds integer, p_force boolean) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  row_now whatsapp_sessions;
  previous text;
begin
  perform set_config('zap_fleet.writer', p_node, true);
  -- Revision 0: nobody has configured it here yet, the fleet's next push does.
  insert into whatsapp_sessions (session_name, is_active, home_node, home_host, revision) values (p_session_name, false, p_node, p_host, 0)
    on conflict (session_name) do nothing;
  select home_node into previous from whatsapp_sessions where session_name = p_session_name for update;
  update whatsapp_sessions set home_node = p_node, home_host = p_host, lease_epoch = lease_epoch + 1,
      lease_expires_at = clock_timestamp() + make_interval(secs => p_seconds)
    where session_name = p_session_name
      and (p_force or home_node is null or home_node = p_node or lease_expires_at is null or lease_expires_at < clock_timestamp())
    returning * into row_now;
  if row_now.session_name is not null then
    return jsonb_build_object('taken', true, 'epoch', row_now.lease_epoch, 'seconds', p_seconds, 'previous', previous);
  end if;
  select * into row_now from whatsapp_sessions where session_name = p_session_name;
  return jsonb_build_object('taken', false, 'epoch', row_now.lease_epoch, 'node', row_now.home_node, 'host', row_now.home_host,
    'seconds', ceil(extract(epoch from row_now.lease_expires_at - clock_timestamp())));
end $$;

-- All leases of a fleet at once. Answers every one: renewed, or who has it now.
create or replace function zap_fleet_lease_renew(p_node text, p_leases jsonb, p_seconds integer) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  answered jsonb;
begin
  perform set_config('zap_fleet.writer', p_node, true);
  update whatsapp_sessions s set lease_expires_at = clock_timestamp() + make_interval(secs => p_seconds)
    from jsonb_to_recordset(zap_fleet_json(p_leases, 'array')) x(session_name text, epoch bigint)
    where s.session_name = x.session_name and s.home_node = p_node and s.lease_epoch = x.epoch;
  update fleet_nodes set seen_at = now() where node_id = p_node;
  select coalesce(jsonb_agg(jsonb_build_object('session_name', x.session_name, 'renewed', coalesce(s.home_node = p_node and s.lease_epoch = x.epoch, false),
      'node', s.home_node, 'host', s.home_host)), '[]') into answered
    from jsonb_to_recordset(zap_fleet_json(p_leases, 'array')) x(session_name text, epoch bigint)
    left join whatsapp_sessions s on s.session_name = x.session_name;
  return answered;
end $$;

create or replace function zap_fleet_lease_release(p_node text, p_leases jsonb) returns integer
language plpgsql set search_path = public, pg_temp as $$
declare
  released integer;
begin
  perform set_config('zap_fleet.writer', p_node, true);
  update whatsapp_sessions s set lease_expires_at = null
    from jsonb_to_recordset(zap_fleet_json(p_leases, 'array')) x(session_name text, epoch bigint)
    where s.session_name = x.session_name and s.home_node = p_node and s.lease_epoch = x.epoch;
  get diagnostics released = row_count;
  return released;
end $$;

-- Every session as the fleet looks for edits: small, and never a guess about clocks.
create or replace function zap_fleet_sessions(p_node text) returns jsonb language sql stable set search_path = public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('session_name', s.session_name, 'revision', s.revision, 'home_node', s.home_node, 'home_host', s.home_host,
    'fleet_session_id', s.fleet_session_id, 'removed', s.removed_at is not null, 'label', s.label, 'phone', coalesce(s.phone, s.phone_number),
    'running_elsewhere', s.home_node is distinct from p_node and s.lease_expires_at > clock_timestamp()) order by s.session_name), '[]')
  from whatsapp_sessions s
$$;

-- One page of history, oldest first, after the key of the last row of the page before.
create or replace function zap_fleet_page(p_table text, p_session_key text, p_after jsonb, p_limit integer) returns jsonb
language plpgsql stable set search_path = public, pg_temp as $$
declare
  answered jsonb;
  place jsonb := zap_fleet_json(coalesce(p_after, '[]'), 'array');
  a bigint := coalesce((place ->> 0)::bigint, -1);
  b text := coalesce(place ->> 1, '');
  c text := coalesce(place ->> 2, '');
begin
  case p_table
    when 'instructions' then
      select jsonb_agg(to_jsonb(t)) into answered from (
        select * from fleet_instructions where session_key = p_session_key and version > a order by version limit p_limit) t;
    when 'conversations' then
      select jsonb_agg(to_jsonb(t)) into answered from (
        select * from conversations where session_key = p_session_key and chat_id > b order by chat_id limit p_limit) t;
    when 'turns' then
      select jsonb_agg(to_jsonb(t)) into answered from (
        select * from fleet_turns where session_key = p_session_key and (started_at, row_key) > (a, b) order by started_at, row_key limit p_limit) t;
    when 'outbox' then
      select jsonb_agg(to_jsonb(t)) into answered from (
        select * from fleet_outbox where session_key = p_session_key and (fleet_created_at, row_key) > (a, b)
        order by fleet_created_at, row_key limit p_limit) t;
    when 'messages' then
      select jsonb_agg(to_jsonb(t)) into answered from (
        select * from messages where session_key = p_session_key
          and (stored_at, fleet_seq, wa_id) > (a, coalesce(nullif(b, '')::bigint, -1), c)
        order by stored_at, fleet_seq, wa_id limit p_limit) t;
    else raise exception 'no such table %', p_table;
  end case;
  return coalesce(answered, '[]');
end $$;

create or replace function zap_fleet_counts(p_session_keys jsonb, p_node text) returns jsonb language sql stable set search_path = public, pg_temp as $$
  with keys as (select value as k from jsonb_array_elements_text(zap_fleet_json(p_session_keys, 'array')))
  select jsonb_build_object(
    'instructions', (select count(*) from fleet_instructions where session_key in (select k from keys)),
    'conversations', (select count(*) from conversations where session_key in (select k from keys)),
    'messages', (select count(*) from messages where session_key in (select k from keys)),
    'turns', (select count(*) from fleet_turns where session_key in (select k from keys)),
    'outbox', (select count(*) from fleet_outbox where session_key in (select k from keys)),
    'events', (select count(*) from fleet_events where node_id = p_node))
$$;

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
