-- zap-fleet on Supabase, 1 of 3: tables. Additive over the tables of the first bot: nothing is dropped, renamed or emptied, every row is kept.
-- Applies any number of times. Times named *_at without a type of their own are epoch milliseconds, exactly as in the fleet's SQLite.

create table if not exists whatsapp_sessions (
  id uuid primary key default gen_random_uuid(),
  session_name text not null unique,
  phone_number text,
  is_active boolean default false,
  ai_config jsonb default '{}'::jsonb,
  timing_config jsonb default '{}'::jsonb,
  custom_prompt text,
  max_messages integer,
  created_at timestamptz default now()
);
create table if not exists whatsapp_users (
  id uuid primary key default gen_random_uuid(),
  phone_number text unique,
  name text,
  created_at timestamptz default now()
);
create table if not exists conversations (
  id uuid primary key default gen_random_uuid(),
  session_id uuid references whatsapp_sessions (id),
  user_id uuid references whatsapp_users (id),
  context_summary text,
  last_interaction timestamptz,
  created_at timestamptz default now(),
  unique (session_id, user_id)
);
create table if not exists messages (
  id uuid primary key default gen_random_uuid(),
  conversation_id uuid references conversations (id),
  sender_type text check (sender_type in ('user', 'ai', 'system')),
  message_type text check (message_type in ('text', 'image', 'audio', 'document', 'command')),
  content text,
  created_at timestamptz default now()
);
create table if not exists user_context (
  id uuid primary key default gen_random_uuid(),
  user_id uuid references whatsapp_users (id),
  session_id uuid references whatsapp_sessions (id),
  context jsonb default '{}'::jsonb,
  created_at timestamptz default now()
);

alter table whatsapp_sessions
  add column if not exists created_at timestamptz default now(),
  add column if not exists phone_number text,
  add column if not exists is_active boolean default false,
  add column if not exists ai_config jsonb default '{}'::jsonb,
  add column if not exists timing_config jsonb default '{}'::jsonb,
  add column if not exists custom_prompt text,
  add column if not exists max_messages integer,
  add column if not exists fleet_session_id text,
  add column if not exists label text default '',
  add column if not exists engine text default 'wppconnect',
  add column if not exists expected_phone text,
  add column if not exists state text default 'stopped',
  add column if not exists state_since bigint,
  add column if not exists reason_code text,
  add column if not exists reason text,
  add column if not exists phone text,
  add column if not exists lid text,
  add column if not exists push_name text,
  add column if not exists first_linked_at bigint,
  add column if not exists connected_since bigint,
  add column if not exists port integer,
  add column if not exists replies text default 'on',
  add column if not exists filters jsonb default '{}'::jsonb,
  add column if not exists instructions_version integer,
  add column if not exists restarts integer default 0,
  add column if not exists looked_at bigint default 0,
  add column if not exists fleet_created_at bigint,
  add column if not exists fleet_updated_at bigint,
  add column if not exists change_seq bigint default 0,
  add column if not exists legacy_config jsonb,
  add column if not exists removed_at timestamptz,
  add column if not exists home_node text,
  add column if not exists home_host text,
  add column if not exists lease_epoch bigint not null default 0,
  add column if not exists lease_expires_at timestamptz,
  add column if not exists revision bigint not null default 1,
  add column if not exists updated_at timestamptz not null default now();

alter table whatsapp_users
  add column if not exists created_at timestamptz default now(),
  add column if not exists phone_number text,
  add column if not exists name text,
  add column if not exists chat_id text,
  add column if not exists phone text,
  add column if not exists lid text,
  add column if not exists revision bigint not null default 1,
  add column if not exists updated_at timestamptz not null default now();

alter table conversations
  add column if not exists created_at timestamptz default now(),
  add column if not exists context_summary text,
  add column if not exists last_interaction timestamptz,
  add column if not exists session_name text,
  add column if not exists session_key text,
  add column if not exists node_id text,
  add column if not exists fleet_conversation_id bigint,
  add column if not exists chat_id text,
  add column if not exists chat_kind text,
  add column if not exists phone text,
  add column if not exists phone_key text,
  add column if not exists lid text,
  add column if not exists name text,
  add column if not exists is_saved integer,
  add column if not exists paused_until bigint,
  add column if not exists paused_by text,
  add column if not exists paused_reason text,
  add column if not exists summary_through bigint,
  add column if not exists history_from bigint,
  add column if not exists away_day text,
  add column if not exists bot_loop text,
  add column if not exists last_inbound_at bigint,
  add column if not exists last_outbound_at bigint,
  add column if not exists last_owner_at bigint,
  add column if not exists last_at bigint,
  add column if not exists last_text text,
  add column if not exists message_count integer,
  add column if not exists fleet_created_at bigint,
  add column if not exists fleet_updated_at bigint,
  add column if not exists change_seq bigint default 0,
  add column if not exists revision bigint not null default 1,
  add column if not exists updated_at timestamptz not null default now();

alter table messages
  add column if not exists sender_type text,
  add column if not exists message_type text,
  add column if not exists content text,
  add column if not exists created_at timestamptz default now(),
  add column if not exists session_key text,
  add column if not exists node_id text,
  add column if not exists fleet_seq bigint,
  add column if not exists chat_id text,
  add column if not exists wa_id text,
  add column if not exists sender text,
  add column if not exists author text,
  add column if not exists kind text,
  add column if not exists mime_type text,
  add column if not exists media_text text,
  add column if not exists quoted_id text,
  add column if not exists sent_at bigint,
  add column if not exists stored_at bigint,
  add column if not exists outcome text,
  add column if not exists outcome_code text,
  add column if not exists outcome_reason text,
  add column if not exists outcome_at bigint,
  add column if not exists pending_since bigint,
  add column if not exists held_until bigint,
  add column if not exists turn_key text,
  add column if not exists outbox_key text,
  add column if not exists ack integer,
  add column if not exists fleet_updated_at bigint,
  add column if not exists change_seq bigint default 0,
  add column if not exists revision bigint not null default 1,
  add column if not exists updated_at timestamptz not null default now();

-- Rows that the first bot did not have. `row_key` is `<store that wrote it first>:<its id there>:<when>`.
create table if not exists fleet_turns (
  row_key text primary key,
  session_key text not null,
  chat_id text not null,
  node_id text not null,
  started_at bigint not null,
  finished_at bigint,
  outcome text not null,
  reason_code text,
  reason text,
  message_ids text,
  joined_text text,
  instructions_version integer,
  provider text,
  model text,
  parameters text,
  history_from bigint,
  history_to bigint,
  history_count integer,
  history_hash text,
  raw_answer text,
  filtered text,
  parts text,
  attempts integer,
  input_tokens bigint,
  output_tokens bigint,
  cost_micro bigint,
  timing text,
  steps text,
  fleet_updated_at bigint,
  change_seq bigint not null default 0,
  revision bigint not null default 1,
  updated_at timestamptz not null default now()
);
create table if not exists fleet_outbox (
  row_key text primary key,
  session_key text not null,
  chat_id text not null,
  node_id text not null,
  turn_key text,
  batch bigint,
  part integer,
  whole integer,
  text text,
  source text,
  actor text,
  status text,
  message_id text,
  life text,
  not_before bigint,
  attempts integer,
  lookups integer,
  reason text,
  ack integer,
  fleet_created_at bigint,
  sending_at bigint,
  done_at bigint,
  fleet_updated_at bigint,
  change_seq bigint not null default 0,
  revision bigint not null default 1,
  updated_at timestamptz not null default now()
);
create table if not exists fleet_events (
  row_key text primary key,
  node_id text not null,
  fleet_id bigint not null,
  at bigint not null,
  level text not null,
  session_key text,
  session_name text,
  kind text not null,
  text text not null,
  evidence text,
  actor text not null,
  change_seq bigint not null default 0,
  revision bigint not null default 1,
  updated_at timestamptz not null default now()
);
create table if not exists fleet_instructions (
  session_key text not null,
  version integer not null,
  text text not null,
  author text not null,
  fleet_created_at bigint not null,
  revision bigint not null default 1,
  updated_at timestamptz not null default now(),
  primary key (session_key, version)
);
-- One row a fleet: how far its changes have arrived. A batch counts once, however often it is delivered.
create table if not exists fleet_nodes (
  node_id text primary key,
  host text,
  stream text,
  applied_seq bigint not null default 0,
  seen_at timestamptz not null default now()
);

-- What the first bot required and a fleet's rows may not have (a contact known by its LID has no number) is no longer required.
do $$
declare
  one record;
begin
  for one in
    select c.table_name, c.column_name
    from information_schema.columns c
    where c.table_schema = current_schema()
      and c.table_name in ('whatsapp_sessions', 'whatsapp_users', 'conversations', 'messages')
      and c.is_nullable = 'NO'
      and c.column_default is null
      and c.is_identity = 'NO'
      and c.column_name not in ('id', 'session_name')
      and not exists (
        select 1 from information_schema.key_column_usage k
        join information_schema.table_constraints t
          on t.constraint_name = k.constraint_name and t.table_schema = k.table_schema and t.constraint_type = 'PRIMARY KEY'
        where k.table_schema = c.table_schema and k.table_name = c.table_name and k.column_name = c.column_name)
  loop
    execute format('alter table %I alter column %I drop not null', one.table_name, one.column_name);
  end loop;
end $$;
