/**
 * Conversations, messages, turns, outbox, cost and the counters behind the screens. Nothing here refers to `sessions` by a foreign key:
 * history outlives a removed session until it is purged.
 *
 * Every replicated row carries `change_seq`, taken by triggers from one counter inside the writing transaction. SQLite has one writer at a
 * time, so numbers appear in commit order without gaps: "changed since N" misses nothing, also with ten processes writing.
 */
const replicated = [
  { table: 'sessions', key: 'id' },
  { table: 'events', key: 'id' },
  { table: 'conversations', key: 'id' },
  { table: 'messages', key: 'seq' },
  { table: 'turns', key: 'id' },
  { table: 'outbox', key: 'id' },
] as const;

// The WHEN keeps the trigger's own write (which changes only change_seq) from counting as a second change.
const changeTriggers = replicated
  .map(
    ({ table, key }) => `
CREATE TRIGGER ${table}_inserted AFTER INSERT ON ${table} BEGIN
  UPDATE change_counter SET value = value + 1;
  UPDATE ${table} SET change_seq = (SELECT value FROM change_counter) WHERE ${key} = NEW.${key};
END;
CREATE TRIGGER ${table}_updated AFTER UPDATE ON ${table} WHEN NEW.change_seq IS OLD.change_seq BEGIN
  UPDATE change_counter SET value = value + 1;
  UPDATE ${table} SET change_seq = (SELECT value FROM change_counter) WHERE ${key} = NEW.${key};
END;
CREATE INDEX ${table}_by_change ON ${table} (change_seq);`,
  )
  .join('\n');

export const conversationTables = {
  name: '0002-conversations',
  sql: `
CREATE TABLE change_counter (value INTEGER NOT NULL) STRICT;
INSERT INTO change_counter (value) VALUES (0);

ALTER TABLE sessions ADD COLUMN change_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN looked_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN change_seq INTEGER NOT NULL DEFAULT 0;
CREATE INDEX events_by_time ON events (at);

CREATE TABLE conversations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL,
  session_name TEXT NOT NULL,
  chat_id TEXT NOT NULL,
  chat_kind TEXT NOT NULL DEFAULT 'person',
  phone TEXT,
  phone_key TEXT,
  lid TEXT,
  name TEXT,
  is_saved INTEGER NOT NULL DEFAULT 0,
  paused_until INTEGER,
  paused_by TEXT,
  paused_reason TEXT,
  context_summary TEXT,
  summary_through INTEGER NOT NULL DEFAULT 0,
  history_from INTEGER NOT NULL DEFAULT 0,
  away_day TEXT,
  bot_loop TEXT,
  last_inbound_at INTEGER,
  last_outbound_at INTEGER,
  last_owner_at INTEGER,
  last_at INTEGER NOT NULL,
  last_text TEXT NOT NULL DEFAULT '',
  message_count INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  change_seq INTEGER NOT NULL DEFAULT 0,
  UNIQUE (session_id, chat_id)
) STRICT;
CREATE INDEX conversations_by_last ON conversations (session_id, last_at);
CREATE INDEX conversations_by_fleet_last ON conversations (last_at);
CREATE INDEX conversations_by_inbound ON conversations (session_id, last_inbound_at);
CREATE INDEX conversations_by_phone ON conversations (session_id, phone_key);
CREATE INDEX conversations_by_name ON conversations (session_name);
CREATE INDEX conversations_paused ON conversations (session_id, paused_until) WHERE paused_until IS NOT NULL;

CREATE TABLE messages (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL,
  conversation_id INTEGER NOT NULL,
  wa_id TEXT NOT NULL,
  sender TEXT NOT NULL,
  author TEXT,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  mime_type TEXT,
  media_text TEXT,
  quoted_id TEXT,
  at INTEGER NOT NULL,
  stored_at INTEGER NOT NULL,
  outcome TEXT,
  outcome_code TEXT,
  outcome_reason TEXT,
  outcome_at INTEGER,
  pending_since INTEGER,
  held_until INTEGER,
  turn_id INTEGER,
  outbox_id INTEGER,
  ack INTEGER,
  updated_at INTEGER NOT NULL,
  change_seq INTEGER NOT NULL DEFAULT 0,
  UNIQUE (session_id, wa_id)
) STRICT;
CREATE INDEX messages_by_conversation ON messages (conversation_id);
CREATE INDEX messages_by_time ON messages (conversation_id, at);
CREATE INDEX messages_by_age ON messages (session_id, stored_at);
CREATE INDEX messages_pending ON messages (session_id, conversation_id) WHERE outcome = 'pending';
CREATE INDEX messages_held ON messages (session_id, outcome_code, held_until) WHERE outcome = 'held';
CREATE INDEX messages_trouble ON messages (session_id, outcome_at) WHERE outcome IN ('unanswered', 'unknown');
CREATE INDEX messages_by_part ON messages (outbox_id) WHERE outbox_id IS NOT NULL;
CREATE INDEX messages_by_author ON messages (session_id, author) WHERE author IS NOT NULL;
CREATE INDEX messages_by_owner ON messages (session_id, stored_at) WHERE sender = 'owner';
CREATE INDEX messages_by_turn ON messages (turn_id) WHERE turn_id IS NOT NULL;

CREATE TABLE turns (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL,
  conversation_id INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  outcome TEXT NOT NULL,
  reason_code TEXT,
  reason TEXT,
  message_ids TEXT NOT NULL,
  joined_text TEXT NOT NULL,
  instructions_version INTEGER,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  parameters TEXT NOT NULL,
  history_from INTEGER,
  history_to INTEGER,
  history_count INTEGER NOT NULL DEFAULT 0,
  history_hash TEXT NOT NULL DEFAULT '',
  raw_answer TEXT,
  filtered TEXT,
  parts TEXT NOT NULL DEFAULT '[]',
  attempts INTEGER NOT NULL DEFAULT 0,
  input_tokens INTEGER NOT NULL DEFAULT 0,
  output_tokens INTEGER NOT NULL DEFAULT 0,
  cost_micro INTEGER NOT NULL DEFAULT 0,
  timing TEXT NOT NULL DEFAULT '{}',
  steps TEXT NOT NULL DEFAULT '[]',
  updated_at INTEGER NOT NULL,
  change_seq INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX turns_by_conversation ON turns (conversation_id);
CREATE INDEX turns_by_session ON turns (session_id, started_at);
CREATE INDEX turns_open ON turns (session_id) WHERE finished_at IS NULL;

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL,
  conversation_id INTEGER NOT NULL,
  turn_id INTEGER,
  batch INTEGER NOT NULL DEFAULT 0,
  part INTEGER NOT NULL DEFAULT 0,
  whole INTEGER NOT NULL DEFAULT 0,
  text TEXT NOT NULL,
  source TEXT NOT NULL,
  actor TEXT NOT NULL,
  status TEXT NOT NULL,
  message_id TEXT,
  life TEXT,
  not_before INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  lookups INTEGER NOT NULL DEFAULT 0,
  reason TEXT,
  ack INTEGER,
  created_at INTEGER NOT NULL,
  sending_at INTEGER,
  done_at INTEGER,
  updated_at INTEGER NOT NULL,
  change_seq INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX outbox_by_message ON outbox (session_id, message_id) WHERE message_id IS NOT NULL;
CREATE INDEX outbox_open ON outbox (session_id, conversation_id, batch, part) WHERE status IN ('queued', 'sending');
CREATE INDEX outbox_drafts ON outbox (session_id, conversation_id) WHERE status = 'draft';
CREATE INDEX outbox_drafts_fleet ON outbox (created_at) WHERE status = 'draft';
CREATE INDEX outbox_sent ON outbox (conversation_id, done_at) WHERE status = 'sent';
CREATE INDEX outbox_unsent ON outbox (conversation_id, created_at) WHERE status <> 'sent';
CREATE INDEX outbox_by_turn ON outbox (turn_id) WHERE turn_id IS NOT NULL;
CREATE INDEX outbox_by_age ON outbox (session_id, created_at);

CREATE TABLE ai_usage (
  session_id TEXT NOT NULL,
  day TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  calls INTEGER NOT NULL DEFAULT 0,
  input_tokens INTEGER NOT NULL DEFAULT 0,
  output_tokens INTEGER NOT NULL DEFAULT 0,
  cost_micro INTEGER NOT NULL DEFAULT 0,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (session_id, day, provider, model)
) STRICT, WITHOUT ROWID;
CREATE INDEX ai_usage_by_day ON ai_usage (day);

CREATE TABLE activity_minutes (
  session_id TEXT NOT NULL,
  minute INTEGER NOT NULL,
  received INTEGER NOT NULL DEFAULT 0,
  visits INTEGER NOT NULL DEFAULT 0,
  sent INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (session_id, minute)
) STRICT, WITHOUT ROWID;

CREATE INDEX activity_minutes_by_age ON activity_minutes (minute);

CREATE TABLE tombstones (
  change_seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  session_id TEXT NOT NULL,
  row_key TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE purge_receipts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  session_id TEXT NOT NULL,
  session_name TEXT NOT NULL,
  phone_hash TEXT NOT NULL,
  counts TEXT NOT NULL,
  actor TEXT NOT NULL
) STRICT;
${changeTriggers}

UPDATE sessions SET updated_at = updated_at;
UPDATE events SET at = at;
`,
} as const;
